import {
  type Check,
  type EpochMs,
  EQUIPMENT_OBJECTS,
  type EquipmentAnswer,
  type Judgement,
  readEquipment,
} from '@cordon/core';
import type { SnmpAccess } from '@cordon/kit';
import type { MetricDesk } from '../metrics/metric-desk.ts';
import type { StateStore } from '../store/ports.ts';

/** How a device is asked, and what must hold of it. */
export interface Equipment {
  readonly access: SnmpAccess;
  readonly ports: readonly string[];
  readonly maxCelsius?: number;
}

/** What a device said; `silent`: nothing came, `refused`: it does not let itself be asked like this. */
type Said = { readonly kind: 'answer'; readonly objects: EquipmentAnswer } | NoAnswer;
interface NoAnswer {
  readonly kind: 'silent' | 'refused';
  readonly text: string;
}

/** Walks the objects of a device, by names with their OIDs. */
export type ReadObjects = (
  place: { readonly address: string; readonly port: number; readonly access: SnmpAccess },
  objects: Readonly<Record<string, string>>,
) => Promise<Said>;

export interface EquipmentDeskDeps {
  /** By the id of the check. */
  readonly equipment: ReadonlyMap<string, Equipment>;
  readonly read: ReadObjects;
  readonly metrics: Pick<MetricDesk, 'take'>;
  readonly store: Pick<StateStore, 'getSetting' | 'setSetting'>;
  readonly now: () => EpochMs;
}

const MAX_PORTS = 2_000;
const settingOf = ({ id }: Check): string => `equipment_ports ${id}`;

/**
 * Asks devices over SNMP: what they say is judged like any check, and their numbers are series. Which ports were
 * up once is kept over a restart, so that one that is down stays told.
 */
export class EquipmentDesk {
  readonly #deps: EquipmentDeskDeps;
  readonly #portsUp = new Map<string, Set<string>>();

  constructor(deps: EquipmentDeskDeps) {
    this.#deps = deps;
  }

  /** One question. Never throws for what the network does. */
  async ask(check: Check, address: string): Promise<Judgement> {
    const { equipment, read, metrics, now } = this.#deps;
    const device = equipment.get(check.id);
    if (device === undefined)
      return { state: 'unknown', text: 'It is not said how this device is asked.' };
    const { access, ...terms } = device;
    const begun = performance.now();
    const said = await read({ address, port: check.port, access }, EQUIPMENT_OBJECTS);
    if (said.kind !== 'answer') return toJudgement(said);
    const portsUpBefore = await this.#portsOf(check);
    const { judgement, samples, portsUp } = readEquipment(said.objects, {
      asset: check.asset,
      at: now(),
      ms: performance.now() - begun,
      terms: { ...terms, portsUpBefore },
    });
    metrics.take(check.asset, samples);
    await this.#remember(check, portsUp);
    return judgement;
  }

  async #portsOf(check: Check): Promise<ReadonlySet<string>> {
    const known = this.#portsUp.get(check.id);
    if (known !== undefined) return known;
    const kept = await this.#deps.store.getSetting(settingOf(check));
    const names = Array.isArray(kept) ? kept.filter((name) => typeof name === 'string') : [];
    const ports = new Set(names);
    this.#portsUp.set(check.id, ports);
    return ports;
  }

  async #remember(check: Check, portsUp: readonly string[]): Promise<void> {
    const known = this.#portsUp.get(check.id) ?? new Set();
    const fresh = portsUp.filter((name) => !known.has(name)).slice(0, MAX_PORTS - known.size);
    if (fresh.length === 0) return;
    for (const name of fresh) known.add(name);
    await this.#deps.store.setSetting(settingOf(check), [...known]);
  }
}

/** That it refuses says nothing about how it does. */
const toJudgement = ({ kind, text }: NoAnswer): Judgement =>
  kind === 'silent'
    ? { state: 'fail', text: `It does not answer: ${text}.` }
    : { state: 'unknown', text: `It does not let itself be asked: ${text}.` };
