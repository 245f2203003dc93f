import type { Event } from '../event/event.ts';
import type { Observable } from '../event/observable.ts';
import { ATTRIBUTES, type Attribute, EVENT_CLASSES } from './attribute.ts';
import { settleTime } from './event-time.ts';
import { limitFields } from './limit-fields.ts';
import {
  type Attributes,
  type Fields,
  type Mapped,
  observe,
  put,
  readBelow,
  readField,
  toKind,
} from './map-attributes.ts';
import type { Normalised } from './normaliser.ts';
import type { OpenRecord } from './open-record.ts';
import type { ParserDefinition } from './parser.ts';

const TIMES = ['time', 'time_dt'] as const;

/**
 * An event that is OCSF already: the attributes that Cordon reads are taken over when they have the
 * right type, the whole of it stays in the fields. Undefined when class or time are none.
 */
export function passOcsf(
  parser: ParserDefinition,
  json: Fields,
  open: OpenRecord,
): Normalised | undefined {
  const classUid = toClass(json);
  const hasTime = TIMES.some((name) => readField(json, name) !== undefined);
  if (classUid === undefined || !hasTime) return undefined;
  const { time, timing } = settleTime(TIMES, json, open);
  const { product, service } = parser.logsource;
  const attributes: Attributes = { activity_id: 0 };
  const observables: Observable[] = [];
  takeKnown(json, { attributes, observables });
  const event: Event = Object.assign(attributes, {
    severity_id: toSeverity(readField(json, 'severity_id')),
    id: `evt_${open.record.offset}` as const,
    time,
    class_uid: classUid,
    observables,
    provenance: {
      offset: open.record.offset,
      sourceId: open.record.sourceId,
      parserId: parser.id,
      logsource: {
        product: systemOf(json) ?? product ?? 'ocsf',
        ...(service ? { service } : {}),
        categories: CATEGORIES[classUid] ?? [],
      },
      fields: limitFields(json),
      ...(timing ? { timing } : {}),
    },
  } as const) as unknown as Event;
  return { kind: 'parsed', event };
}

/** Sigma's categories of the classes that have one. */
const CATEGORIES: Readonly<Record<number, readonly string[]>> = {
  1001: ['file_event'],
  1005: ['image_load'],
  1007: ['process_creation'],
  3002: ['authentication'],
  4001: ['firewall', 'network_connection'],
  4002: ['webserver', 'proxy'],
  4003: ['dns', 'dns_query'],
  201001: ['registry_event'],
  201002: ['registry_event', 'registry_set'],
};

/** The class, also of an event that gives only its type. */
function toClass(json: Fields): number | undefined {
  const given = Number(readField(json, 'class_uid') ?? Number.NaN);
  const uid = Number.isNaN(given) ? Math.trunc(Number(readField(json, 'type_uid')) / 100) : given;
  return Object.hasOwn(EVENT_CLASSES, uid) ? uid : undefined;
}

const SYSTEMS: Readonly<Record<string, string>> = { 100: 'windows', 200: 'linux', 300: 'macos' };

function systemOf(json: Fields): string | undefined {
  return SYSTEMS[String(readField(json, 'device.os.type_id'))];
}

function toSeverity(value: unknown): Event['severity_id'] {
  const known = [0, 1, 2, 3, 4, 5] as const;
  return known.find((severity) => severity === value) ?? (value === 6 ? 5 : 0);
}

const MAX_HASHES = 16;

/** OCSF's own form of hashes. */
function toHashList(raw: unknown): readonly { algorithm: string; value: string }[] | undefined {
  const list = Array.isArray(raw) ? raw.slice(0, MAX_HASHES) : [];
  const found = list.flatMap((item: unknown) => {
    const { algorithm, value } = (item ?? {}) as Readonly<Record<string, unknown>>;
    return typeof value === 'string' && /^[0-9A-Fa-f]+$/.test(value)
      ? [{ algorithm: String(algorithm ?? 'unknown'), value: value.toLowerCase() }]
      : [];
  });
  return found.length > 0 ? found : undefined;
}

type KnownPath = ReturnType<typeof toKnown>;

function toKnown(path: string) {
  const steps = path.split('.');
  return { path, steps, rest: steps.slice(1).join('.'), ...(ATTRIBUTES[path] as Attribute) };
}

/** Paths of attributes by their first step, in the order of ATTRIBUTES. */
const KNOWN = Object.keys(ATTRIBUTES).reduce<{ first: string; paths: KnownPath[] }[]>(
  (groups, path) => {
    const known = toKnown(path);
    const [first = ''] = known.steps;
    if (groups.at(-1)?.first !== first) groups.push({ first, paths: [] });
    groups.at(-1)?.paths.push(known);
    return groups;
  },
  [],
);

function takeKnown(json: Fields, mapped: Mapped): void {
  const isDotted = Object.keys(json).some((name) => name.includes('.'));
  for (const { first, paths } of KNOWN) {
    const at = Object.hasOwn(json, first) ? json[first] : undefined;
    if (at === undefined && !isDotted) continue;
    for (const known of paths) {
      const { path, rest } = known;
      take(known, rest === '' || isDotted ? readField(json, path) : readBelow(at, rest), mapped);
    }
  }
}

function take(
  { path, steps, kind, observable }: KnownPath,
  raw: unknown,
  { attributes, observables }: Mapped,
): void {
  const value = kind === 'hashes' ? toHashList(raw) : toKind(kind, raw);
  if (value === undefined) return;
  put(attributes, steps, value);
  if (observable) observe(observables, { name: path, type: observable }, value);
}
