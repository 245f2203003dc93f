import type { ActionRecord, Alert, Incident, Run } from '@cordon/core';
import type { Generated } from 'kysely';
import type { DeadLetter } from '../ports.ts';
import { incidentOf, intendedAt, searchText } from '../selection.ts';

/*
 * The tables of the state store as migrations/ makes them, and how things become rows. `body` is the
 * whole thing as JSON text; the other columns are copies of what lists filter on. Counting columns
 * come back as text from PostgreSQL, so readers pass them through `Number`.
 */

interface BodyRow {
  readonly seq: Generated<number>;
  readonly id: string;
  readonly body: string;
}

export interface StateTables {
  readonly pipeline: {
    readonly name: string;
    readonly record_offset: number;
    readonly body: string | null;
  };
  readonly tallies: {
    readonly source_id: string;
    readonly outcome: string;
    readonly reason: string;
    readonly count: number;
  };
  readonly dead_letters: BodyRow & {
    readonly source_id: string;
    readonly stage: string | null;
    readonly shape: string | null;
  };
  readonly signals: BodyRow & { readonly rule_id: string | null };
  readonly muted_signals: BodyRow & { readonly rule_id: string; readonly cause: string };
  readonly rule_settings: { readonly rule_id: string; readonly body: string };
  readonly rule_counts: {
    readonly rule_id: string;
    readonly hour: number;
    readonly cause: string;
    readonly count: number;
    readonly last_at: number;
  };
  readonly signal_records: { readonly record_offset: number; readonly signal_id: string };
  readonly outcomes: {
    readonly signal_id: string;
    readonly alert_id: string;
    readonly outcome: string;
  };
  readonly alerts: BodyRow & {
    readonly status: string;
    readonly incident_id: string | null;
    readonly last_at: number;
  };
  readonly incidents: BodyRow & {
    readonly number: number;
    readonly status: string;
    readonly priority: string;
    readonly last_at: number;
    readonly search: string;
    readonly opened_at: number | null;
  };
  readonly runs: BodyRow & { readonly incident_id: string; readonly status: string };
  readonly actions: BodyRow & {
    readonly revision: number;
    readonly status: string;
    readonly incident_id: string | null;
    readonly run_id: string | null;
    readonly effect_key: string;
    readonly next_at: number | null;
    readonly verb: string | null;
    readonly intended_at: number | null;
  };
  readonly matters: BodyRow & {
    readonly revision: number;
    readonly status: string;
    readonly kind: string;
    readonly incident_id: string | null;
    readonly next_at: number | null;
  };
  readonly notifications: BodyRow & {
    readonly revision: number;
    readonly person_id: string;
    readonly planned_at: number;
    readonly next_at: number | null;
  };
  readonly notification_matters: { readonly matter_id: string; readonly notification_id: string };
  readonly room_lines: {
    readonly incident_id: string;
    readonly number: number;
    readonly at: number;
    readonly body: string;
  };
  readonly users: BodyRow & { readonly name: string };
  readonly credentials: BodyRow & { readonly kind: string; readonly secret_hash: string };
  readonly settings: { readonly key: string; readonly body: string };
  readonly audit: { readonly seq: number; readonly body: string };
  readonly changes: {
    readonly seq: Generated<number>;
    readonly topic: string;
    readonly id: string;
  };
}

/** PostgreSQL takes no NUL and no lone surrogate in text. */
const toPlainText = (text: string): string => Buffer.from(text.replaceAll('\0', '')).toString();

const letterId = ({ offset, stage }: Pick<DeadLetter, 'offset' | 'stage'>): string =>
  `${offset} ${stage}`;

const STAGES: Readonly<Record<DeadLetter['stage'], true>> = {
  normalise: true,
  detect: true,
  decide: true,
  store: true,
  think: true,
};

/** Under which ids the letters of a record can stand. */
export const letterIdsOf = (offset: number): readonly string[] =>
  Object.keys(STAGES).map((stage) => letterId({ offset, stage: stage as DeadLetter['stage'] }));

export const toLetterRow = (letter: DeadLetter) => ({
  id: letterId(letter),
  source_id: letter.sourceId,
  stage: letter.stage,
  shape: letter.shape === undefined ? null : toPlainText(letter.shape),
  body: JSON.stringify(letter),
});

export const toAlertRow = (alert: Alert) => ({
  id: alert.id,
  status: alert.state.status,
  incident_id: incidentOf(alert) ?? null,
  last_at: alert.lastAt,
  body: JSON.stringify(alert),
});

export const toIncidentRow = (incident: Incident) => ({
  id: incident.id,
  number: incident.number,
  status: incident.state.status,
  priority: incident.priority.level,
  last_at: incident.lastAt,
  search: toPlainText(searchText(incident)),
  body: JSON.stringify(incident),
});

export const toRunRow = (run: Run) => ({
  id: run.id,
  incident_id: run.incidentId,
  status: run.status,
  body: JSON.stringify(run),
});

export const toActionRow = (action: ActionRecord) => ({
  id: action.id,
  revision: action.revision,
  status: action.status,
  incident_id: action.incidentId ?? null,
  run_id: action.runId ?? null,
  effect_key: action.effectKey,
  next_at: action.nextAt ?? null,
  verb: action.verb,
  intended_at: intendedAt(action) ?? null,
  body: JSON.stringify(action),
});
