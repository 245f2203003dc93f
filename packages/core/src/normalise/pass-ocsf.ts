import type { Event } from '../event/event.ts';
import type { Observable } from '../event/observable.ts';
import { ATTRIBUTES, EVENT_CLASSES } from './attribute.ts';
import { settleTime } from './event-time.ts';
import { limitFields } from './limit-fields.ts';
import {
  type Attributes,
  type Fields,
  hasKey,
  observe,
  put,
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
  if (classUid === undefined || !hasKey(json, TIMES.join('|'))) return undefined;
  const { time, timing } = settleTime(TIMES, json, open);
  const { attributes, observables } = takeKnown(json);
  const { product, service } = parser.logsource;
  const event: Event = {
    activity_id: 0,
    ...attributes,
    severity_id: toSeverity(readField(json, 'severity_id')),
    id: `evt_${open.record.offset}`,
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
  };
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

function takeKnown(json: Fields): {
  readonly attributes: Attributes;
  readonly observables: readonly Observable[];
} {
  const attributes: Attributes = {};
  const observables: Observable[] = [];
  for (const [path, { kind, observable }] of Object.entries(ATTRIBUTES)) {
    const raw = readField(json, path);
    const value = kind === 'hashes' ? toHashList(raw) : toKind(kind, raw);
    if (value === undefined) continue;
    put(attributes, path.split('.'), value);
    if (observable) observe(observables, { name: path, type: observable }, value);
  }
  return { attributes, observables };
}
