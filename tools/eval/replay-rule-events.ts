import {
  createDecider,
  createDetectionEngine,
  createNormaliser,
  type Decider,
  type Event,
  type Signal,
  toEpochMs,
} from '@cordon/core';
import type { Content } from '../../packages/server/src/content/content.ts';
import { isEvent, type RuleRow, readRuleRows } from './folders/rule-events.ts';
import { EventRenamer } from './rename-events.ts';
import type { Bucket, GiveVerdict } from './replay-alerts.ts';

/*
 * Events that somebody wrote to try the rules of another product, through our own parsers and rules:
 * which of them is alerted, how genuine does that seem, and how grave. Each stands alone, in a house of its
 * own. They are dealt into four parts by a hash of the rule's id, so that no rule is in two of them; what
 * people said of the events of three parts is all that is known of the fourth.
 */

const PARTS = 4;
const START_MS = Date.UTC(2026, 0, 5, 9);
/** As if a thousand came a day. */
const APART_MS = 86_400;

/** One event by our rules, before anything was decided. */
interface Reading {
  readonly row: RuleRow;
  readonly part: string;
  readonly events: readonly Event[];
  readonly signals: readonly Signal[];
}

/** What was made of one event; `rule` names the rule that it was written for. */
export interface JudgedEvent extends Bucket {
  readonly product: string;
  /** How grave the rule that it was written for is, in its author's word. For scoring. */
  readonly expectedSeverity: string;
}

/** Every event of a folder, decided with what the other parts taught. */
export function replayRuleEvents(
  from: { readonly dir: string; readonly content: Content; readonly say: (line: string) => void },
  { seed, giveVerdict }: { readonly seed: number; readonly giveVerdict: GiveVerdict },
): readonly JudgedEvent[] {
  const readings = readAll(readRuleRows(from.dir).filter(isEvent), from.content, seed);
  const parts = [...new Set(readings.map(({ part }) => part))].sort();
  return parts.flatMap((part) => {
    const others = readings.filter((one) => one.part !== part);
    const learnt = teach(others, giveVerdict);
    const held = readings.filter((one) => one.part === part);
    from.say(`${part} seed ${seed}: ${held.length} events`);
    return held.map((reading) => judge(reading, learnt, seed));
  });
}

function readAll(
  rows: readonly RuleRow[],
  { parsers, rules }: Content,
  seed: number,
): readonly Reading[] {
  const renamer = new EventRenamer(seed);
  const normaliser = createNormaliser({ parsers });
  const engine = createDetectionEngine({ rules });
  const untouched = engine.snapshot();
  return rows.map((row, offset) => {
    const { stream: sourceId, receivedAt } = row.item;
    const text = renamer.rename(row.item.text);
    const read = normaliser.normalise({ offset, sourceId, receivedAt, text });
    const time = toEpochMs(START_MS + offset * APART_MS);
    const events = read.kind === 'parsed' ? [{ ...read.event, time }] : [];
    engine.restore(untouched);
    const signals = events.flatMap((event) => engine.evaluate(event));
    return { row, part: `part ${hashOf(row.ruleId) % PARTS}`, events, signals };
  });
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const letter of text)
    hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash;
}

type Learnt = ReturnType<Decider['learnt']> | undefined;

/** A decider that knows what was learnt, and what it makes of one event. */
function decide({ events, signals }: Reading, learnt: Learnt) {
  const decider = createDecider();
  if (learnt !== undefined) decider.restoreLearnt(learnt);
  for (const event of events) decider.observe(event);
  for (const signal of signals) decider.consider(signal);
  return { decider, alerts: decider.drain().alerts };
}

/** A person looks at every alert and says what it was. */
function teach(readings: readonly Reading[], giveVerdict: GiveVerdict): Learnt {
  let learnt: Learnt;
  for (const reading of readings.filter(({ signals }) => signals.length > 0)) {
    const { decider, alerts } = decide(reading, learnt);
    for (const { id, rule, lastAt } of alerts) {
      const isGenuine = giveVerdict({ ruleId: rule.id, isGenuine: reading.row.isExpected });
      const verdict = isGenuine ? 'true_positive' : 'false_positive';
      decider.act(
        { kind: 'close_alert', alertId: id, verdict, reason: 'Looked at.' },
        { actor: 'analyst', at: lastAt },
      );
    }
    learnt = decider.learnt();
  }
  return learnt;
}

function judge(reading: Reading, learnt: Learnt, seed: number): JudgedEvent {
  const { row, part, events } = reading;
  const { decider, alerts } = decide(reading, learnt);
  const at = events[0]?.time ?? toEpochMs(START_MS);
  const [worst] = alerts.toSorted((a, b) => b.score.p - a.score.p);
  const incidents = alerts.flatMap(({ state }) =>
    state.status === 'in_incident' ? [state.incidentId] : [],
  );
  return {
    ...{ seed, organisation: part, rule: row.ruleId, host: row.item.id, at },
    p: worst?.score.p ?? 0,
    severityId: Math.max(0, ...alerts.map(({ severity_id }) => severity_id)),
    incident: incidents[0],
    isClosed: alerts.length > 0 && alerts.every(({ state }) => state.status === 'closed'),
    alpha: decider.closing(at).certificate?.alpha,
    genuine: Number(row.isExpected),
    harmless: Number(!row.isExpected),
    attacks: [],
    ...{ product: row.product, expectedSeverity: row.severity },
  };
}
