import type { Event } from '../event/event.ts';
import type { Observable } from '../event/observable.ts';
import { ATTRIBUTES, EVENT_CLASSES } from './attribute.ts';
import { limitFields } from './limit-fields.ts';
import { type Attributes, type Fields, observe, put, readField, toKind } from './map-attributes.ts';
import type { Normalised } from './normaliser.ts';
import type { OpenRecord } from './open-record.ts';
import type { ParserDefinition } from './parser.ts';
import { readTime } from './read-time.ts';

/**
 * An event that is OCSF already: the attributes that Cordon reads are taken over when they have the
 * right type, the whole of it stays in the fields. Undefined when class or time are none.
 */
export function passOcsf(
  parser: ParserDefinition,
  json: Fields,
  open: OpenRecord,
): Normalised | undefined {
  const classUid = readField(json, 'class_uid');
  const time = readTime(
    readField(json, 'time') ?? readField(json, 'time_dt'),
    open.record.receivedAt,
  );
  if (typeof classUid !== 'number' || !Object.hasOwn(EVENT_CLASSES, classUid) || time === undefined)
    return undefined;
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
        ...(product ? { product } : {}),
        ...(service ? { service } : {}),
        categories: parser.logsource.categories ?? [],
      },
      fields: limitFields(json),
    },
  };
  return { kind: 'parsed', event };
}

function toSeverity(value: unknown): Event['severity_id'] {
  const known = [0, 1, 2, 3, 4, 5] as const;
  return known.find((severity) => severity === value) ?? (value === 6 ? 5 : 0);
}

function takeKnown(json: Fields): {
  readonly attributes: Attributes;
  readonly observables: readonly Observable[];
} {
  const attributes: Attributes = {};
  const observables: Observable[] = [];
  for (const [path, { kind, observable }] of Object.entries(ATTRIBUTES)) {
    const raw = readField(json, path);
    const value = kind === 'hashes' ? undefined : toKind(kind, raw);
    if (value === undefined) continue;
    put(attributes, path.split('.'), value);
    if (observable) observe(observables, { name: path, type: observable }, value);
  }
  return { attributes, observables };
}
