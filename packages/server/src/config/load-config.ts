/*
 * cordon.yml: read, overridden by the environment, checked against one strict schema that is composed
 * of the server's own settings and those of every extension, and turned into what the parts take.
 * Everything that can be wrong with it is found here, before the first socket opens, all at once.
 */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import {
  type AssetRule,
  type AutomationRules,
  type BenignRule,
  type Check,
  DAY_MS,
  type DetectorSettings,
  type GuardLimits,
  HOUR_MS,
  type Location,
  MINUTE_MS,
  type NeverTouch,
  type Problem,
  type ResponseMode,
  SECOND_MS,
  type TargetTimes,
} from '@cordon/core';
import type { ConnectorDefinition, FeedConfig, SourceDefinition } from '@cordon/kit';
import type { TObject } from 'typebox';
import { Value } from 'typebox/value';
import { readChecks } from '../checks/config.ts';
import type { Equipment } from '../checks/equipment-desk.ts';
import { type EnrichmentSettings, toEnrichment } from '../enrich/config.ts';
import { type Scrape, toScrapes } from '../metrics/config.ts';
import { type NarratorSettings, toNarrator } from '../narrate/config.ts';
import type { NotifySettings } from '../notify/config.ts';
import { readNotify } from '../notify/read-notify.ts';
import { toTargets } from '../room/config.ts';
import { checkSettings } from './check-settings.ts';
import { type CordonYml, createConfigSchema, createSourceSchema } from './config.schema.ts';
import { createElsewhere } from './elsewhere.ts';
import { type Override, putIn, readOverrides } from './environment.ts';
import { nearestName } from './nearest-name.ts';
import { type PlaceholderValues, toPlaceholders } from './placeholders.ts';
import { type Path, parseYaml } from './yaml-source.ts';

const GIGABYTE = 1_000_000_000;

/** A source as configured; `config` fits the schema of its kind, defaults filled in. */
export interface ConfiguredSource {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly config: unknown;
}

/** A webhook that is known by its signature. */
export interface ConfiguredWebhook {
  readonly id: string;
  readonly title: string;
  readonly scheme: 'github' | 'gitlab' | 'standard' | 'hmac';
  readonly secrets: readonly string[];
  readonly header: string;
  readonly toleranceMs: number;
}

/** How much of one store is kept; without a limit, all. */
export interface KeepLimits {
  readonly ageMs?: number;
  readonly bytes?: number;
}

/** How much is kept of what was taken in. */
export interface Retention {
  readonly records: KeepLimits;
  readonly events: KeepLimits;
}

/** The whole configuration, as the parts of the server take it. */
export interface Config {
  /** The file it came from; absent when there was none and everything is a default. */
  readonly file?: string;
  /** Absolute. */
  readonly dataDir: string;
  /** Absolute; absent: the content that comes along. */
  readonly contentDir?: string;
  /** Values for `%name%` in Sigma rules. */
  readonly placeholders: PlaceholderValues;
  readonly logLevel: string;
  readonly server: {
    readonly host: string;
    readonly port: number;
    readonly publicUrl?: string;
    readonly allowedHosts: readonly string[];
    readonly sessionIdleMs: number;
    readonly sessionMaxMs: number;
    readonly requestTimeoutMs: number;
  };
  readonly sources: readonly ConfiguredSource[];
  readonly checks: readonly Check[];
  /** How the devices among the checks are asked, by id of the check. */
  readonly equipment: ReadonlyMap<string, Equipment>;
  readonly scrapes: readonly Scrape[];
  readonly webhooks: readonly ConfiguredWebhook[];
  readonly elasticsearchVersion: string;
  readonly retention: Retention;
  readonly intel: { readonly feeds: readonly FeedConfig[]; readonly lookBackDays: number };
  readonly enrichment: EnrichmentSettings;
  readonly detectors: DetectorSettings;
  /** Absent: no people are named, nobody is told of anything. */
  readonly notify?: NotifySettings;
  /** In which time incidents are to be handled. */
  readonly targets: TargetTimes;
  /** Absent: nothing is told by a language model. */
  readonly narrator?: NarratorSettings;
  readonly response: {
    readonly mode: ResponseMode;
    readonly modes: Readonly<Record<string, ResponseMode>>;
    readonly neverTouch: readonly NeverTouch[];
    readonly limits: Partial<GuardLimits>;
    readonly automation: AutomationRules;
    /** By connector id, only those that are configured. */
    readonly connectors: Readonly<Record<string, unknown>>;
  };
  readonly decider: {
    readonly assets: readonly AssetRule[];
    readonly benign: readonly BenignRule[];
    readonly privileged: readonly string[];
  };
}

/** The configuration, or everything that is wrong with it. */
export type LoadedConfig =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export interface ConfigInput {
  /** Path of cordon.yml; without it all settings have their defaults. */
  readonly file?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly sources: readonly SourceDefinition[];
  readonly connectors: readonly ConnectorDefinition[];
}

/** Reads the file and the environment; never throws for what is written in them. */
export async function loadConfig(input: ConfigInput): Promise<LoadedConfig> {
  if (input.file === undefined) return parseConfig('', input);
  try {
    return parseConfig(await readFile(input.file, 'utf8'), input);
  } catch (error) {
    const reason =
      error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be read';
    return failed([
      {
        code: 'config_unreadable',
        detail: `The configuration file cannot be read: ${reason}.`,
        at: { file: input.file },
        retryable: false,
      },
    ]);
  }
}

/** The same over a text. */
export function parseConfig(text: string, input: ConfigInput): LoadedConfig {
  const elsewhere = createElsewhere(input.file, input.env);
  const yaml = parseYaml(input.file ?? 'defaults', text, elsewhere);
  if (yaml.problems.length > 0) return failed(yaml.problems);
  const schema = createConfigSchema(input.connectors);
  const overrides = readOverrides(input.env, schema);
  const given = overrides.reduce<unknown>(
    (value, { path, value: inner }) => putIn(value, path, inner),
    yaml.value ?? {},
  );
  const locate = createLocate(yaml.locate, overrides);
  const filled = fill(schema, given);
  const problems = checkSettings(withoutSourceSettings(filled), { schema, base: [], locate });
  const sources = readSources(filled, input.sources, locate);
  const all = [...problems, ...sources.problems, ...findDuplicates(filled, locate)];
  if (all.length > 0) return failed(all);
  const yml = filled as CordonYml;
  const checks = readChecks(yml.checks, (path) => locate(['checks', ...path]));
  const people = readNotify(yml, locate);
  const named = [...checks.problems, ...people.problems];
  if (named.length > 0) return failed(named);
  const { values, equipment } = checks;
  const parts = { sources: sources.values, checks: values, equipment, file: input.file };
  const { notify } = people;
  return { ok: true, config: { ...toConfig(yml, parts), ...(notify ? { notify } : {}) } };
}

const failed = (problems: readonly Problem[]): LoadedConfig => ({ ok: false, problems });

type Locate = (path: Path) => Location;

/** What the environment set is shown under the name of its variable. */
const createLocate =
  (inFile: Locate, overrides: readonly Override[]): Locate =>
  (path) => {
    const override = overrides.find(({ path: set }) =>
      set.every((step, index) => String(path[index]) === String(step)),
    );
    return override ? { file: override.variable } : inFile(path);
  };

const fill = (schema: TObject, value: unknown): unknown =>
  Value.Default(schema, structuredClone(value));

/** Entries of `sources` are checked apart, each against the schema of its kind. */
function withoutSourceSettings(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('sources' in value)) return value;
  return Array.isArray(value.sources) ? { ...value, sources: [] } : value;
}

interface ReadSources {
  readonly values: readonly ConfiguredSource[];
  readonly problems: readonly Problem[];
}

function readSources(
  value: unknown,
  kinds: readonly SourceDefinition[],
  locate: Locate,
): ReadSources {
  const read = entriesOf(value, 'sources').map((entry, index) =>
    readSource(entry, { kinds, locate, base: ['sources', index] }),
  );
  const values = read.flatMap(({ values: own }) => own);
  return { values, problems: read.flatMap(({ problems }) => problems) };
}

/** Records, tokens and counts go by the id, so no two ways in may share one. */
function findDuplicates(value: unknown, locate: Locate): readonly Problem[] {
  const named = ['sources', 'webhooks'].flatMap((list) =>
    entriesOf(value, list).flatMap((entry, index) => {
      const id =
        typeof entry === 'object' && entry !== null && 'id' in entry ? entry.id : undefined;
      return typeof id === 'string' ? [{ id, path: [list, index, 'id'] }] : [];
    }),
  );
  return named.flatMap(({ id, path }, index): readonly Problem[] => {
    if (named.findIndex((other) => other.id === id) === index) return [];
    const detail = `Two sources are named "${id}".`;
    return [{ code: 'config_duplicate', detail, at: locate(path), retryable: false }];
  });
}

function entriesOf(value: unknown, list: string): readonly unknown[] {
  const entries = (value as Readonly<Record<string, unknown>> | null)?.[list];
  return Array.isArray(entries) ? entries : [];
}

interface SourceContext {
  readonly kinds: readonly SourceDefinition[];
  readonly locate: Locate;
  readonly base: Path;
}

function readSource(entry: unknown, { kinds, locate, base }: SourceContext): ReadSources {
  const kind =
    typeof entry === 'object' && entry !== null && 'kind' in entry ? String(entry.kind) : '';
  const definition = kinds.find(({ id }) => id === kind);
  if (!definition) return { values: [], problems: [unknownKind(kind, { kinds, locate, base })] };
  const schema = createSourceSchema(definition);
  const filled = fill(schema, entry);
  const problems = checkSettings(filled, { schema, base, locate });
  if (problems.length > 0) return { values: [], problems };
  const { id, kind: _, title, ...config } = filled as { id: string; kind: string; title?: string };
  return { values: [{ id, kind, title: title ?? definition.title, config }], problems: [] };
}

function unknownKind(kind: string, { kinds, locate, base }: SourceContext): Problem {
  const names = kinds.map(({ id }) => id);
  const nearest = nearestName(kind, names);
  return {
    code: 'config_bad_value',
    detail: kind ? `"${kind}" is not a kind of source.` : 'A source must say its kind.',
    hint: nearest ? `did you mean "${nearest}"?` : `there are: ${names.join(', ')}.`,
    at: locate(kind ? [...base, 'kind'] : base),
    retryable: false,
  };
}

function toConfig(
  yml: CordonYml,
  {
    sources,
    checks,
    equipment,
    file,
  }: Pick<Config, 'sources' | 'checks' | 'equipment'> & { readonly file: string | undefined },
): Config {
  const { server, response } = yml;
  const base = file === undefined ? '.' : dirname(file);
  return {
    ...(file === undefined ? {} : { file: resolve(file) }),
    dataDir: resolve(base, yml.data_dir),
    ...(yml.content_dir === undefined ? {} : { contentDir: resolve(base, yml.content_dir) }),
    placeholders: toPlaceholders(yml.placeholders),
    logLevel: yml.log_level,
    server: {
      host: server.host,
      port: server.port,
      ...(server.public_url === undefined ? {} : { publicUrl: server.public_url }),
      allowedHosts: server.allowed_hosts,
      sessionIdleMs: server.session_idle_minutes * MINUTE_MS,
      sessionMaxMs: server.session_max_hours * HOUR_MS,
      requestTimeoutMs: server.request_timeout_seconds * SECOND_MS,
    },
    sources,
    checks,
    equipment,
    scrapes: toScrapes(yml.scrapes),
    webhooks: yml.webhooks.map(toWebhook),
    elasticsearchVersion: yml.drop_in.elasticsearch_version,
    intel: { feeds: yml.intel.feeds, lookBackDays: yml.intel.look_back_days },
    enrichment: toEnrichment(yml.enrichment, (path) => resolve(base, path)),
    detectors: yml.detectors as DetectorSettings,
    targets: toTargets(yml.room),
    ...(yml.narrator === undefined ? {} : { narrator: toNarrator(yml.narrator) }),
    retention: {
      records: toKeepLimits(yml.retention.records),
      events: toKeepLimits(yml.retention.events),
    },
    response: {
      mode: response.mode,
      modes: response.modes,
      neverTouch: response.never_touch,
      limits: toLimits(response.budgets),
      automation: {
        startIn: response.automation.start_in,
        agreement: response.automation.agreement,
      },
      connectors: response.connectors,
    },
    decider: {
      assets: yml.assets as readonly AssetRule[],
      benign: yml.benign as readonly BenignRule[],
      privileged: yml.privileged_users,
    },
  };
}

const toWebhook = (webhook: CordonYml['webhooks'][number]): ConfiguredWebhook => ({
  id: webhook.id,
  title: webhook.title ?? webhook.id,
  scheme: webhook.scheme,
  secrets: webhook.secrets,
  header: webhook.header.toLowerCase(),
  toleranceMs: webhook.tolerance_seconds * SECOND_MS,
});

const toKeepLimits = ({ days, gigabytes }: CordonYml['retention']['records']): KeepLimits => ({
  ...(days === undefined ? {} : { ageMs: days * DAY_MS }),
  ...(gigabytes === undefined ? {} : { bytes: Math.round(gigabytes * GIGABYTE) }),
});

function toLimits(budgets: CordonYml['response']['budgets']): Partial<GuardLimits> {
  const limits = {
    actionsPerHour: budgets.actions_per_hour,
    verbPerHour: budgets.same_verb_per_hour,
    evictionsPerHour: budgets.evictions_per_hour,
    incidentPerHour: budgets.same_incident_per_hour,
    maxTtlMs: budgets.max_hold_hours === undefined ? undefined : budgets.max_hold_hours * HOUR_MS,
    askAboveRequests: budgets.ask_above_requests,
    askAboveLogons: budgets.ask_above_logons,
    askAboveUsers: budgets.ask_above_users,
  };
  return Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== undefined));
}
