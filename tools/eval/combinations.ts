import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import {
  createDecider,
  type EntityKind,
  type EventId,
  idOf,
  SEVERITY,
  type SeverityId,
  type SeverityName,
  type Signal,
  toEpochMs,
} from '@cordon/core';
import { type Row, toRow, toText } from './files.ts';
import { readRuleRows } from './folders/rule-events.ts';
import { EventRenamer } from './rename-events.ts';

/*
 * Rules over the alerts of other rules (`correlation_rules.json`), each with tests: which alerts came, on
 * what and when, and whether together they are one trouble. The alerts go through a decider that knows
 * nothing; what the rule asks for is read for scoring alone.
 */

/** One alert of a test. */
interface Given {
  readonly group: string;
  readonly ruleId: string;
  readonly on: string;
  readonly key: string;
  readonly at: number;
}

/** One test: the alerts, and (for scoring) whether they are one trouble. */
export interface Combination {
  readonly id: string;
  readonly alerts: readonly Given[];
  readonly isExpected: boolean;
  /** A rule about what did not happen asks nothing of correlation. */
  readonly isAboutAbsence: boolean;
}

/** What became of a test: the incident of each alert, in their order; undefined where none holds it. */
export interface Decided {
  readonly seed: number;
  readonly id: string;
  readonly incidents: readonly (string | undefined)[];
}

const FILE = 'correlation_rules.json';
const START_MS = Date.UTC(2026, 0, 5, 9);
const MINUTE_MS = 60_000;

export const hasCombinations = (dir: string): boolean => existsSync(join(dir, FILE));

const rowsIn = (value: unknown): readonly Row[] => (Array.isArray(value) ? value.map(toRow) : []);

export function readCombinations(dir: string): readonly Combination[] {
  const rules: unknown = JSON.parse(readFileSync(join(dir, FILE), 'utf8'));
  return rowsIn(rules).flatMap((rule) => {
    const groups = rowsIn(rule['Detection']).flatMap((part) => [
      ...rowsIn(part['Group']),
      ...rowsIn(part['Sequence']),
    ]);
    const ruleIds = new Map(groups.map((one) => [one['ID'], toText(one['RuleID']) ?? '']));
    return rowsIn(rule['Tests']).map((test) => ({
      id: `${toText(rule['RuleID'])}: ${toText(test['Name'])}`,
      alerts: rowsIn(test['RuleOutputs']).flatMap((output) => toGiven(output, ruleIds)),
      isExpected: test['ExpectedResult'] === true,
      isAboutAbsence: groups.some((one) => one['Absence'] === true),
    }));
  });
}

function toGiven(output: Row, ruleIds: ReadonlyMap<unknown, string>): readonly Given[] {
  const group = toText(output['ID']) ?? '';
  return Object.entries(toRow(output['Matches'])).flatMap(([key, values]) =>
    Object.entries(toRow(values)).flatMap(([on, times]) =>
      (Array.isArray(times) ? times : []).map((time) => ({
        ...{ group, ruleId: ruleIds.get(group) ?? group, on, key },
        at: typeof time === 'number' ? START_MS + time * MINUTE_MS : Date.parse(String(time)),
      })),
    ),
  );
}

/** How grave the rules of a folder are, by their ids, as far as events of theirs are there. */
export function severitiesIn(dir: string): ReadonlyMap<string, SeverityId> {
  return new Map(
    readRuleRows(dir).map(({ ruleId, severity }) => [ruleId, toSeverityId(severity)] as const),
  );
}

const WORDS: Readonly<Record<string, SeverityName>> = { info: 'informational' };

/** The severity of that word, as other products write it. */
export function toSeverityId(written: string): SeverityId {
  const word = written.toLowerCase();
  return SEVERITY[WORDS[word] ?? (word as SeverityName)] ?? SEVERITY.unknown;
}

/** Every test through a decider of its own, with other names. */
export function decideCombination(
  { id, alerts }: Combination,
  severities: ReadonlyMap<string, SeverityId>,
  seed: number,
): Decided {
  const renamer = new EventRenamer(seed);
  const decider = createDecider();
  const signals = alerts
    .map((given, index) => ({ index, signal: toSignal(given, { index, renamer, severities }) }))
    .sort((a, b) => a.signal.at - b.signal.at);
  for (const { signal } of signals) decider.consider(signal);
  const { outcomes, alerts: decided } = decider.drain();
  const placeOf = new Map(
    decided.map(({ id: alertId, state }) => [
      alertId,
      state.status === 'in_incident' ? state.incidentId : undefined,
    ]),
  );
  const alertOf = new Map(outcomes.map(({ signalId, alertId }) => [signalId, alertId]));
  const byIndex = new Map(signals.map(({ index, signal }) => [index, signal.id]));
  const incidents = alerts.map((_, index) => {
    const signalId = byIndex.get(index);
    const alertId = signalId && alertOf.get(signalId);
    return alertId && placeOf.get(alertId);
  });
  return { seed, id, incidents };
}

function toSignal(
  { ruleId, on, key, at }: Given,
  {
    index,
    renamer,
    severities,
  }: {
    readonly index: number;
    readonly renamer: EventRenamer;
    readonly severities: ReadonlyMap<string, SeverityId>;
  },
): Signal {
  const cause = [ruleId, on, at, index];
  return {
    id: idOf('sig', cause),
    rule: {
      ...{ id: ruleId, title: ruleId, techniques: [], tactics: [], falsepositives: [] },
      behaviour: 'foreign_alert',
    },
    severity_id: severities.get(ruleId) ?? SEVERITY.medium,
    at: toEpochMs(at),
    since: toEpochMs(at),
    count: 1,
    eventIds: [idOf('evt', cause) as EventId],
    offsets: [],
    entities: [{ kind: kindOf(key, on), id: renamer.rename(on), role: 'actor' }],
    logsource: {},
    text: ruleId,
    matched: {},
  };
}

const ACCOUNT_KEY = /user|email|actor|target|alternateid/i;

/** What an alert is on, by its name and by what it looks like. */
function kindOf(key: string, on: string): EntityKind {
  if (isIP(on)) return 'ip';
  return ACCOUNT_KEY.test(key) ? 'user' : 'cloud_resource';
}
