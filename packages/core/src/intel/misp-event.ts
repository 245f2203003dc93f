import type { Problem } from '../shared/problem.ts';
import { err, ok, type Result } from '../shared/result.ts';
import { type EpochMs, toEpochMs } from '../shared/time.ts';
import {
  type FeedContext,
  type Indicator,
  type IndicatorSink,
  TLP,
  type Tlp,
  toLabel,
} from './indicator.ts';
import { readMispValue } from './misp-attribute.ts';

type Row = Readonly<Record<string, unknown>>;

/** What a MISP document holds beside its indicators. */
export interface MispSummary {
  readonly events: number;
  readonly attributes: number;
}

const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const rowsOf = (row: Row, name: string): readonly Row[] => {
  const value = row[name];
  return Array.isArray(value) ? value.filter(isRow) : [];
};
const textOf = (row: Row, name: string): string | undefined => {
  const value = row[name];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** Seconds since the epoch, or a date as text. */
function timeOf(row: Row, name: string): EpochMs | undefined {
  const text = textOf(row, name) ?? '';
  if (/^\d{9,10}$/.test(text)) return toEpochMs(Number(text) * 1_000);
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : toEpochMs(time);
}

const broken = (where: string, detail: string): Problem => ({
  code: 'feed_broken',
  detail: `${detail.replace(/\.$/, '')}.`,
  hint: 'Nothing of it was taken; what the feed gave before stays in use.',
  at: { file: where },
  retryable: true,
});

function parse(text: string, where: string): Result<unknown> {
  try {
    return ok(JSON.parse(text) as unknown);
  } catch (error) {
    return err(broken(where, `It is not JSON: ${error instanceof Error ? error.message : ''}`));
  }
}

/** `Event`, a list of those, or either inside `response`. */
function eventsOf(value: unknown): readonly Row[] | undefined {
  const inner = isRow(value) && 'response' in value ? value['response'] : value;
  const list = Array.isArray(inner) ? inner : [inner];
  const events = list.map((item) => (isRow(item) && isRow(item['Event']) ? item['Event'] : item));
  const isEvent = (item: unknown): item is Row =>
    isRow(item) && ('uuid' in item || 'Attribute' in item || 'info' in item);
  return events.every(isEvent) ? events : undefined;
}

const isTrue = (value: unknown): boolean => value === true || value === 1 || value === '1';

/** The strictest of the `tlp:` tags. */
function tlpOf(...rows: readonly Row[]): Tlp | undefined {
  const names = rows.flatMap((row) => rowsOf(row, 'Tag')).map((tag) => textOf(tag, 'name') ?? '');
  const found = names.flatMap((name) => {
    const word = /^tlp:(.+)$/i.exec(name)?.[1]?.toLowerCase().replaceAll('"', '');
    return word === 'white' ? ['clear' as const] : (TLP.find((one) => one === word) ?? []);
  });
  return found.sort((a, b) => TLP.indexOf(b) - TLP.indexOf(a))[0];
}

/** `estimative-language` and `admiralty-scale` are other people's words; the decay of MISP itself is by type, as ours. */
const THREAT_LEVEL_FACTOR: Readonly<Record<string, number>> = { '1': 1, '2': 0.9, '3': 0.75 };

/** Everything of an indicator that its attribute and event tell beside the value. */
function frameOf(
  attribute: Row,
  event: Row,
  context: FeedContext,
): Omit<Indicator, 'type' | 'value'> {
  const factor = THREAT_LEVEL_FACTOR[textOf(event, 'threat_level_id') ?? ''] ?? 1;
  const validFrom =
    timeOf(attribute, 'last_seen') ?? timeOf(attribute, 'timestamp') ?? timeOf(event, 'date');
  const tlp = tlpOf(event, attribute);
  const reference = textOf(event, 'uuid');
  return {
    label: toLabel(textOf(event, 'info') ?? context.label),
    confidence: Math.round(context.confidence * factor),
    role: isTrue(attribute['to_ids']) ? 'bad' : 'context',
    ...(tlp === undefined ? {} : { tlp }),
    ...(validFrom === undefined ? {} : { validFrom }),
    ...(reference === undefined ? {} : { reference }),
  };
}

function readAttribute(attribute: Row, event: Row, { context, sink }: Given): void {
  const value = textOf(attribute, 'value');
  const refusal = isTrue(attribute['deleted']) ? 'deleted' : value === undefined ? 'no_value' : '';
  if (value === undefined || refusal !== '') {
    sink.refuse(refusal);
    return;
  }
  const read = readMispValue(textOf(attribute, 'type') ?? '', value);
  if (typeof read === 'string') {
    sink.refuse(read);
    return;
  }
  const frame = frameOf(attribute, event, context);
  for (const found of read) sink.keep({ ...frame, ...found });
}

interface Given {
  readonly context: FeedContext;
  readonly sink: IndicatorSink;
}

/**
 * Takes the indicators out of a MISP event file. What is not meant for detection (`to_ids` off) is
 * kept as context. An unreadable document gives nothing at all.
 */
export function readMispEvents(
  text: string,
  context: FeedContext,
  sink: IndicatorSink,
): Result<MispSummary> {
  const parsed = parse(text, context.where);
  if (!parsed.ok) return parsed;
  const events = eventsOf(parsed.value);
  if (events === undefined) return err(broken(context.where, 'It holds no MISP event'));
  let attributes = 0;
  for (const event of events) {
    const own = rowsOf(event, 'Attribute');
    const inside = rowsOf(event, 'Object').flatMap((object) => rowsOf(object, 'Attribute'));
    for (const attribute of [...own, ...inside]) {
      attributes += 1;
      readAttribute(attribute, event, { context, sink });
    }
  }
  return ok({ events: events.length, attributes });
}

/** Ids of the events a feed's `manifest.json` lists, with when each was last changed. */
export function readMispManifest(
  text: string,
  where: string,
): Result<readonly { readonly uuid: string; readonly timestamp: number }[]> {
  const parsed = parse(text, where);
  if (!parsed.ok) return parsed;
  if (!isRow(parsed.value)) return err(broken(where, 'It is not a MISP manifest'));
  const entries = Object.entries(parsed.value);
  const bad = entries.find(([uuid, row]) => !/^[0-9a-f-]{36}$/i.test(uuid) || !isRow(row));
  if (bad) return err(broken(where, `"${bad[0].slice(0, 40)}" is not the id of an event`));
  return ok(
    entries.map(([uuid, row]) => ({
      uuid,
      timestamp: Number(isRow(row) ? (textOf(row, 'timestamp') ?? 0) : 0),
    })),
  );
}
