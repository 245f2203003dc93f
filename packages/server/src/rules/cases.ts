import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  createDetectionEngine,
  type Event,
  idOf,
  type Problem,
  type SigmaDocument,
  toEpochMs,
} from '@cordon/core';
import { parse } from 'yaml';
import { closureOf } from './backtest.ts';

/*
 * The cases of a rule, in `cases.yml` beside it: `must_fire` and `must_not_fire`, each a list of
 * { title, events }. An event gives its `logsource`, the record's own `fields` and the OCSF
 * `attributes`; `times` and `everyMs` repeat it, and `{n}` in a text is the number of the repeat.
 */
interface CaseEvent {
  readonly logsource?: Event['provenance']['logsource'];
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly times?: number;
  readonly everyMs?: number;
}
interface Case {
  readonly title: string;
  readonly events: readonly CaseEvent[];
}

export interface CaseTitles {
  readonly mustFire: readonly string[];
  readonly mustNotFire: readonly string[];
}

/** One case and how it went. */
export interface CaseOutcome {
  readonly title: string;
  readonly mustFire: boolean;
  readonly fired: boolean;
}

const START = Date.UTC(2026, 0, 5, 9);
const MAX_TIMES = 10_000;

/** What the cases of a rule file are called; undefined where it has none. */
export async function readCaseTitles(ruleFile: string): Promise<CaseTitles | undefined> {
  const cases = await readCases(ruleFile);
  if (cases === undefined || 'code' in cases) return undefined;
  return {
    mustFire: cases.fire.map(({ title }) => title),
    mustNotFire: cases.silent.map(({ title }) => title),
  };
}

/** Runs the cases beside a rule; undefined where there are none. Rules it refers to are among `rules`. */
export async function runCases(
  rule: SigmaDocument,
  rules: readonly SigmaDocument[],
): Promise<readonly CaseOutcome[] | Problem | undefined> {
  const cases = await readCases(rule.at.file);
  if (cases === undefined || 'code' in cases) return cases;
  const asked = closureOf(rules, rule.id);
  const run = (mustFire: boolean) => (test: Case) => ({
    title: test.title,
    mustFire,
    fired: firesOn(test, asked, rule.id),
  });
  return [...cases.fire.map(run(true)), ...cases.silent.map(run(false))];
}

function firesOn(test: Case, rules: readonly SigmaDocument[], ruleId: string): boolean {
  const engine = createDetectionEngine({ rules });
  const signals = toEvents(test).flatMap((event) => engine.evaluate(event));
  return [...signals, ...engine.finish()].some(({ rule }) => rule.id === ruleId);
}

async function readCases(
  ruleFile: string,
): Promise<
  { readonly fire: readonly Case[]; readonly silent: readonly Case[] } | Problem | undefined
> {
  const file = join(dirname(ruleFile), 'cases.yml');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const read = parse(text, { maxAliasCount: 0 }) as Record<string, unknown> | null;
    return { fire: toCases(read?.['must_fire']), silent: toCases(read?.['must_not_fire']) };
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return {
      code: 'rule_syntax',
      detail: `The cases cannot be read: ${why}.`,
      at: { file },
      retryable: false,
    };
  }
}

function toCases(given: unknown): readonly Case[] {
  if (given === undefined || given === null) return [];
  const isCase = (one: unknown): one is Case =>
    typeof one === 'object' && one !== null && 'events' in one && Array.isArray(one.events);
  if (!Array.isArray(given) || !given.every(isCase))
    throw new Error('cases are lists of { title, events }');
  return given.map(({ title, events }) => ({ title: String(title ?? ''), events }));
}

function toEvents({ events }: Case): readonly Event[] {
  let at = START;
  return events.flatMap((event, which) =>
    Array.from({ length: Math.min(MAX_TIMES, event.times ?? 1) }, (_, repeat) => {
      at += event.everyMs ?? 1_000;
      return toEvent(event, { at, n: repeat + 1, which });
    }),
  );
}

function toEvent(
  { logsource, fields, attributes }: CaseEvent,
  place: { readonly at: number; readonly n: number; readonly which: number },
): Event {
  return {
    class_uid: 0,
    activity_id: 99,
    severity_id: 1,
    ...(fill(attributes ?? {}, place.n) as Partial<Event>),
    id: idOf('evt', [place.at, place.n, place.which]),
    time: toEpochMs(place.at),
    observables: [],
    provenance: {
      offset: place.at - START,
      sourceId: 'cases',
      parserId: 'cases',
      logsource: { ...logsource, categories: logsource?.categories ?? [] },
      fields: fill(fields ?? {}, place.n) as Record<string, unknown>,
    },
  };
}

function fill(value: unknown, n: number): unknown {
  if (typeof value === 'string') return value.replaceAll('{n}', String(n));
  if (Array.isArray(value)) return value.map((item) => fill(item, n));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner, n)]));
}
