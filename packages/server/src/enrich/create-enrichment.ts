import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  createEnricher,
  type Enricher,
  type GeoLookup,
  Inventory,
  type InventoryRows,
  type Problem,
} from '@cordon/core';
import type { EnrichmentSettings } from './config.ts';
import { DirectoryKeeper } from './directory-keeper.ts';
import { joinGeo, readGeoip } from './geoip.ts';
import { readInventoryFile } from './inventory-file.ts';
import { WatchedFile } from './watched-file.ts';

/*
 * What the house knows of itself, from files and its directory, kept fresh while the server runs: a
 * change of a file is taken within seconds, a broken one is refused whole and told, and what it said
 * before stays in use.
 */

const LOOK_EVERY_MS = 5_000;
const MAX_INVENTORY_BYTES = 64 * 1024 * 1024;
const MAX_GEOIP_BYTES = 1024 * 1024 * 1024;

export interface EnrichmentDeps {
  readonly settings: EnrichmentSettings;
  /** Where what a directory said is kept over restarts; without it nothing is kept. */
  readonly dataDir?: string;
  readonly now: () => number;
  readonly onProblem: (problem: Problem) => void;
}

/** Enrichment as it runs. */
export interface RunningEnrichment {
  readonly enricher: Enricher;
  /** Looks at every file and, when it is due, at the directory. */
  check(): Promise<void>;
  /** Goes on looking until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

class Enrichment implements RunningEnrichment {
  readonly enricher: Enricher;
  readonly #deps: EnrichmentDeps;
  readonly #tables: readonly WatchedFile<InventoryRows>[];
  readonly #geoip: readonly WatchedFile<GeoLookup>[];
  readonly #directory: DirectoryKeeper | undefined;

  constructor(deps: EnrichmentDeps) {
    const { settings, dataDir, now } = deps;
    this.#deps = deps;
    this.enricher = createEnricher({ homeDomains: settings.homeDomains });
    const table = (kind: 'assets' | 'identities') => (path: string) =>
      new WatchedFile<InventoryRows>({
        path,
        maxBytes: MAX_INVENTORY_BYTES,
        code: 'inventory_broken',
        read: (bytes) => readInventoryFile(bytes, { file: path, kind }),
      });
    this.#tables = [
      ...settings.assets.map(table('assets')),
      ...settings.identities.map(table('identities')),
    ];
    this.#geoip = settings.geoip.map(
      (path) =>
        new WatchedFile<GeoLookup>({
          path,
          maxBytes: MAX_GEOIP_BYTES,
          code: 'geoip_broken',
          read: (bytes) => readGeoip(bytes, basename(path)),
        }),
    );
    this.#directory =
      settings.directory === undefined
        ? undefined
        : new DirectoryKeeper(settings.directory, { ...(dataDir ? { dataDir } : {}), now });
  }

  /** Files only: a directory that is slow to answer must not hold the start up. */
  async open(): Promise<void> {
    await this.#directory?.open();
    await this.#lookAtFiles();
    this.#useInventory();
  }

  check = async (): Promise<void> => {
    const areTables = await this.#lookAtFiles();
    const asked = await this.#directory?.refreshWhenDue();
    if (asked?.problem) this.#deps.onProblem(asked.problem);
    if (areTables || asked?.isChanged) this.#useInventory();
  };

  async #lookAtFiles(): Promise<boolean> {
    if (await this.#look(this.#geoip))
      this.enricher.useGeo(
        joinGeo(this.#geoip.map(({ value }) => value).filter((value) => value !== undefined)),
      );
    return this.#look(this.#tables);
  }

  #useInventory(): void {
    const told = this.#tables.flatMap(({ value }) => value ?? []);
    const listed = this.#directory ? [this.#directory.rows] : [];
    this.enricher.useInventory(new Inventory([...told, ...listed]));
  }

  async #look(files: readonly WatchedFile<unknown>[]): Promise<boolean> {
    const looks = await Promise.all(files.map((file) => file.check()));
    for (const { problem } of looks) if (problem) this.#deps.onProblem(problem);
    return looks.some(({ isChanged }) => isChanged);
  }

  run = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      await this.check();
      await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  };
}

/** Reads every file once; what cannot be read is told and left out until it can. */
export async function createEnrichment(deps: EnrichmentDeps): Promise<RunningEnrichment> {
  const enrichment = new Enrichment(deps);
  await enrichment.open();
  return enrichment;
}
