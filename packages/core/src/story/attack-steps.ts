import type { Incident } from '../correlate/incident.ts';
import { canonicalHost } from '../entity/resolve.ts';
import type { AlertId } from '../shared/id.ts';
import type { EpochMs } from '../shared/time.ts';
import type { Alert } from '../triage/alert.ts';
import { tacticOf } from './tactics.ts';

/** One step of an attack: alerts of one tactic on one machine, one after the other. */
export interface AttackStep {
  /** The first alert of the step; other steps name it as their cause. */
  readonly id: AlertId;
  readonly at: EpochMs;
  readonly until: EpochMs;
  /** ATT&CK short name of the tactic; empty where no rule names one. */
  readonly tactic: string;
  readonly techniques: readonly string[];
  /** Titles of the rules that fired, each once. */
  readonly titles: readonly string[];
  /** The machine, or the address that acted where no machine is named. */
  readonly place?: string;
  readonly users: readonly string[];
  readonly alertIds: readonly AlertId[];
  readonly offsets: readonly number[];
  /** The steps that led to this one: the one before on the machine, else the one it was reached from. */
  readonly causes: readonly AlertId[];
}

const MAX_OFFSETS = 20;
const distinct = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];

function placeOf(alert: Alert): string | undefined {
  const hosts = alert.entities.filter(({ kind }) => kind === 'host');
  const host = hosts.find(({ role }) => role === 'target') ?? hosts[0];
  if (host) return canonicalHost(host.id);
  return alert.entities.find(({ kind }) => kind === 'ip')?.id;
}

interface Draft {
  readonly place: string | undefined;
  readonly tactic: string;
  readonly alerts: Alert[];
}

/** Alerts in order of time; what follows on the same machine with the same tactic is the same step. */
function draftSteps(alerts: readonly Alert[]): readonly Draft[] {
  const drafts: Draft[] = [];
  const last = new Map<string, Draft>();
  for (const alert of alerts) {
    const place = placeOf(alert);
    const tactic = tacticOf(alert.rule.tactics);
    const there = last.get(place ?? '');
    if (there && there.tactic === tactic) {
      there.alerts.push(alert);
      continue;
    }
    const draft = { place, tactic, alerts: [alert] };
    drafts.push(draft);
    last.set(place ?? '', draft);
  }
  return drafts;
}

/** From where a machine was reached, by the edges of the graph between machines, the latest first. */
function sourcesOf(place: string, at: EpochMs, { graph }: Incident): readonly string[] {
  const into = graph.edges.filter(
    ({ to, from, at: when }) =>
      to.endsWith(`:${place}`) && /^(?:host|ip):/.test(from) && when <= at,
  );
  return into.toSorted((a, b) => b.at - a.at).map(({ from }) => from.slice(from.indexOf(':') + 1));
}

function causesOf(
  draft: Draft,
  before: readonly AttackStep[],
  incident: Incident,
): readonly AlertId[] {
  const same = before.findLast(({ place }) => place === draft.place);
  if (same) return [same.id];
  const at = draft.alerts[0]?.firstAt;
  if (at === undefined || draft.place === undefined) return [];
  for (const source of sourcesOf(draft.place, at, incident)) {
    const step = before.findLast(({ place }) => place === source);
    if (step) return [step.id];
  }
  return [];
}

/** The attack as steps in order of cause, which time never contradicts; pure in the incident and its alerts. */
export function toAttackSteps(incident: Incident, alerts: readonly Alert[]): readonly AttackStep[] {
  const ordered = alerts.toSorted((a, b) => a.firstAt - b.firstAt || (a.id < b.id ? -1 : 1));
  const steps: AttackStep[] = [];
  for (const draft of draftSteps(ordered)) {
    const [first] = draft.alerts;
    if (!first) continue;
    const users = draft.alerts.flatMap(({ entities }) =>
      entities.filter(({ kind }) => kind === 'user').map(({ id }) => id),
    );
    steps.push({
      id: first.id,
      at: first.firstAt,
      until: Math.max(...draft.alerts.map(({ lastAt }) => lastAt)) as EpochMs,
      tactic: draft.tactic,
      techniques: distinct(draft.alerts.flatMap(({ rule }) => rule.techniques)),
      titles: distinct(draft.alerts.map(({ rule }) => rule.title)),
      ...(draft.place === undefined ? {} : { place: draft.place }),
      users: distinct(users),
      alertIds: draft.alerts.map(({ id }) => id),
      offsets: distinct(draft.alerts.flatMap(({ offsets }) => offsets)).slice(0, MAX_OFFSETS),
      causes: causesOf(draft, steps, incident),
    });
  }
  return steps;
}
