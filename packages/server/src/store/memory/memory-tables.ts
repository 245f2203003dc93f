import {
  type ActionRecord,
  type Alert,
  type EpochMs,
  HOUR_MS,
  type Incident,
  type IncidentId,
  type Json,
  type Matter,
  type MutedSignal,
  type Notification,
  type RuleSetting,
  type Run,
  type Signal,
  type SignalOutcome,
  toEpochMs,
} from '@cordon/core';
import type { Credential, UserAccount } from '../accounts.ts';
import { chainEntry } from '../audit-chain.ts';
import type { RuleCount } from '../lists.ts';
import type {
  AuditEntry,
  BatchCommit,
  Change,
  DeadLetter,
  LetterGroup,
  NewAuditEntry,
  PipelineState,
  Tally,
} from '../ports.ts';
import { countOf, hourOf } from '../rule-counts.ts';
import { createNumberedTable } from './numbered-table.ts';

/** The facts themselves; everything below reads and writes these. */
export function createTables() {
  return {
    tallies: new Map<string, Tally>(),
    deadLetters: createNumberedTable<DeadLetter>(),
    signals: createNumberedTable<Signal>(),
    outcomes: new Map<string, SignalOutcome>(),
    alerts: createNumberedTable<Alert>(),
    incidents: createNumberedTable<Incident>(),
    openings: new Map<string, EpochMs>(),
    runs: createNumberedTable<Run>(),
    actions: createNumberedTable<ActionRecord>(),
    users: createNumberedTable<UserAccount>(),
    credentials: createNumberedTable<Credential>(),
    ruleSettings: new Map<string, RuleSetting>(),
    ruleCounts: new Map<string, RuleCount & { readonly hour: EpochMs }>(),
    muted: createNumberedTable<MutedSignal>(),
    matters: createNumberedTable<Matter>(),
    notifications: createNumberedTable<Notification>(),
    notifyCursor: undefined as number | undefined,
    rooms: new Map<IncidentId, readonly AuditEntry[]>(),
    settings: new Map<string, Json>(),
    audit: createNumberedTable<AuditEntry>(),
    changes: [] as Change[],
    committedOffset: 0,
    snapshot: undefined as PipelineState['snapshot'],
    learnt: undefined as PipelineState['learnt'],
  };
}
export type Tables = ReturnType<typeof createTables>;

/** The writes that several calls share. */
export function createWriters(tables: Tables) {
  const touch = (topic: Change['topic'], ids: Iterable<string>): void => {
    for (const id of new Set(ids)) {
      tables.changes.push({ seq: (tables.changes.at(-1)?.seq ?? 0) + 1, topic, id });
    }
  };
  const tally = (tallies: readonly Tally[]): void => {
    for (const tally of tallies) {
      const key = JSON.stringify([tally.sourceId, tally.outcome, tally.reason]);
      tables.tallies.set(key, {
        ...tally,
        count: tally.count + (tables.tallies.get(key)?.count ?? 0),
      });
    }
    touch(
      'source',
      tallies.map((tally) => tally.sourceId),
    );
  };
  const audit = (entry: NewAuditEntry | undefined): void => {
    if (!entry) return;
    const next = chainEntry(entry, tables.audit.values().at(-1));
    tables.audit.put(String(next.seq), next);
  };
  const decisions = (
    change: Pick<BatchCommit, 'alerts' | 'incidents'>,
    at: EpochMs | undefined,
  ): void => {
    for (const { id } of change.incidents)
      if (at !== undefined && tables.incidents.get(id) === undefined) tables.openings.set(id, at);
    for (const alert of change.alerts) tables.alerts.put(alert.id, alert);
    for (const incident of change.incidents) tables.incidents.put(incident.id, incident);
    touch(
      'alert',
      change.alerts.map((alert) => alert.id),
    );
    touch(
      'incident',
      change.incidents.map((incident) => incident.id),
    );
  };
  const runs = (list: readonly Run[]): void => {
    for (const run of list) tables.runs.put(run.id, run);
    touch(
      'run',
      list.map((run) => run.id),
    );
  };
  const letters = (given: readonly DeadLetter[]): void => {
    for (const letter of given) tables.deadLetters.put(`${letter.offset} ${letter.stage}`, letter);
  };
  const fired = createRuleWriters(tables);
  const findings = (
    batch: Omit<BatchCommit, 'fromOffset' | 'committedOffset' | 'snapshot'>,
  ): void => {
    letters(batch.deadLetters);
    fired(batch.signals, batch.muted ?? []);
    for (const outcome of batch.outcomes) tables.outcomes.set(outcome.signalId, outcome);
    tally(batch.tallies);
    decisions(batch, batch.writtenAt);
    runs(batch.runs.filter((run) => tables.runs.get(run.id) === undefined));
  };
  return { touch, tally, audit, decisions, runs, letters, findings };
}
export type Writers = ReturnType<typeof createWriters>;

/** Writes signals and counts those that are new. */
function createRuleWriters(tables: Tables) {
  const countUp = (one: RuleCount): void => {
    const hour = hourOf(one.lastAt);
    const key = JSON.stringify([one.ruleId, hour, one.cause]);
    const { count, lastAt } = tables.ruleCounts.get(key) ?? { count: 0, lastAt: one.lastAt };
    tables.ruleCounts.set(key, {
      ...one,
      count: count + one.count,
      lastAt: toEpochMs(Math.max(lastAt, one.lastAt)),
      hour: toEpochMs(hour * HOUR_MS),
    });
  };
  return (signals: readonly Signal[], muted: readonly MutedSignal[]): void => {
    for (const signal of signals) {
      if (tables.signals.get(signal.id) === undefined) countUp(countOf(signal, 'fired'));
      tables.signals.put(signal.id, signal);
    }
    for (const each of muted) {
      const { signal, cause } = each;
      if (tables.muted.get(signal.id) !== undefined) continue;
      tables.muted.put(signal.id, each);
      countUp(countOf(signal, cause));
    }
  };
}

/** In the order they were written: the last of a group is its newest. */
export function groupLetters(letters: readonly DeadLetter[]): readonly LetterGroup[] {
  const groups = new Map<string, LetterGroup>();
  for (const newest of letters) {
    const { sourceId, shape, offset } = newest;
    if (shape === undefined) continue;
    const key = JSON.stringify([sourceId, shape]);
    const { count, firstOffset } = groups.get(key) ?? { count: 0, firstOffset: offset };
    groups.delete(key);
    groups.set(key, { sourceId, shape, count: count + 1, newest, firstOffset });
  }
  return [...groups.values()].reverse().sort((a, b) => b.count - a.count);
}
