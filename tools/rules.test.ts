import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createDetectionEngine,
  type Event,
  idOf,
  type SigmaDocument,
  toEpochMs,
} from '@cordon/core';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadRules } from '../packages/server/src/content/rules.ts';

/*
 * Every rule of content/rules against its cases.yml: `must_fire` and `must_not_fire`, each a list
 * of { title, events }. An event gives its `logsource`, the record's own `fields` and the OCSF
 * `attributes`; `times` and `everyMs` repeat it, and `{n}` in a text is the number of the repeat.
 */
interface CaseEvent {
  readonly logsource: {
    readonly product?: string;
    readonly service?: string;
    readonly categories: readonly string[];
  };
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly times?: number;
  readonly everyMs?: number;
}
interface Case {
  readonly title: string;
  readonly events: readonly CaseEvent[];
}
interface Cases {
  readonly must_fire: readonly Case[];
  readonly must_not_fire: readonly Case[];
}

const DIR = new URL('../content/rules', import.meta.url).pathname;
const START = Date.UTC(2026, 0, 5, 9);
const { values: rules, problems } = await loadRules(DIR);
const folderOf = (rule: SigmaDocument): string => rule.at.file.split('/').at(-2) ?? '';
const folders = [...new Set(rules.map(folderOf))];
const engineTime = { events: 0 };

function fill(value: unknown, n: number): unknown {
  if (typeof value === 'string') return value.replaceAll('{n}', String(n));
  if (Array.isArray(value)) return value.map((item) => fill(item, n));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner, n)]));
}

function toEvents({ events }: Case): readonly Event[] {
  let at = START;
  return events.flatMap((event, which) =>
    Array.from({ length: event.times ?? 1 }, (_, repeat) => {
      at += event.everyMs ?? 1_000;
      return toEvent(event, { at, n: repeat + 1, which });
    }),
  );
}

function toEvent(
  event: CaseEvent,
  place: { readonly at: number; readonly n: number; readonly which: number },
): Event {
  const fields = fill(event.fields ?? {}, place.n) as Record<string, unknown>;
  const attributes = fill(event.attributes ?? {}, place.n) as Partial<Event>;
  return {
    class_uid: 0,
    activity_id: 99,
    severity_id: 1,
    ...attributes,
    id: idOf('evt', [place.at, place.n, place.which]),
    time: toEpochMs(place.at),
    observables: [],
    provenance: {
      offset: place.at - START,
      sourceId: 'cases',
      parserId: 'cases',
      logsource: event.logsource,
      fields,
    },
  };
}

/** Ids of the rules that fire, over the whole pack, as it runs in the product. */
function firedBy(test: Case): readonly string[] {
  const engine = createDetectionEngine({ rules });
  const events = toEvents(test);
  engineTime.events += events.length;
  return events.flatMap((event) => engine.evaluate(event)).map((signal) => signal.rule.id);
}

afterAll(() => expect(engineTime.events).toBeGreaterThan(0));

describe('the rules of content/rules', () => {
  it('load without a problem', () => {
    expect(problems).toEqual([]);
  });

  it('are at least forty, each with author, level, techniques and known false positives', () => {
    const telling = rules.filter(
      (rule) => !rule.id.endsWith('-base') && rule.level !== 'informational',
    );
    expect(telling.length).toBeGreaterThanOrEqual(40);
    const bare = telling.filter(
      (rule) =>
        rule.author !== 'Cordon' ||
        rule.techniques.length === 0 ||
        rule.falsepositives.length === 0,
    );
    expect(bare.map((rule) => rule.id)).toEqual([]);
  });
});

describe.each(folders)('%s', (folder) => {
  const cases = parse(readFileSync(join(DIR, folder, 'cases.yml'), 'utf8')) as Cases;

  it('has cases of both kinds', () => {
    expect(cases.must_fire.length).toBeGreaterThan(0);
    expect(cases.must_not_fire.length).toBeGreaterThan(0);
  });
  it.each(cases.must_fire)('fires: $title', (test) => {
    expect(firedBy(test)).toContain(folder);
  });
  it.each(cases.must_not_fire)('stays silent: $title', (test) => {
    expect(firedBy(test)).not.toContain(folder);
  });
});
