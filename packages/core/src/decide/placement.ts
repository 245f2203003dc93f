import { lookupKeysOf } from '../correlate/link-weight.ts';
import type { Member } from '../correlate/member.ts';
import { scoreTogether } from '../correlate/score-together.ts';
import type { Tie } from '../correlate/tie.ts';
import type { AlertId, IncidentId } from '../shared/id.ts';
import { idOf } from '../shared/id.ts';
import { likelihoodText } from '../shared/likelihood.ts';
import type { EpochMs } from '../shared/time.ts';
import type { Alert, AlertState, Reopening, Verdict } from '../triage/alert.ts';
import { findBenign } from '../triage/benign.ts';
import { decideClosing } from './closing.ts';
import { bind, clockKeysOf, mayLead } from './company.ts';
import type { Group, Memory } from './memory.ts';
import { isOpenGroup } from './memory.ts';
import { principalOfAlert } from './read-signal.ts';

/*
 * Where an alert goes: closed by itself with a reason, into an incident that is there, with others
 * into a new one, or left open until something ties to it. Every state says why.
 */

/** Who signs verdicts that no person gave. */
export const CORDON = 'cordon';
/** So many alerts an incident holds at most. */
export const MAX_MEMBERS = 500;
const CRITICAL = 5;

const reopeningOf = ({ state }: Alert): Reopening | undefined =>
  state.status === 'open' ? state.reopened : undefined;

/** Could a person have to look at it although a rule calls it harmless? */
const isGuarded = (alert: Alert): string | undefined => {
  const reopened = reopeningOf(alert);
  if (reopened) return `${reopened.by} reopened it`;
  if (alert.severity_id >= CRITICAL) return 'it is critical, which never closes by itself';
  const isBreakIn = alert.score.contributions.some(
    (item) => item.evidence.kind === 'success-after-failures',
  );
  return isBreakIn ? 'a log-in worked after the failures' : undefined;
};

interface BenignOutcome {
  readonly verdict?: Verdict;
  readonly note?: string;
}

function judgeBenign(memory: Memory, alert: Alert): BenignOutcome {
  const principal = principalOfAlert(alert, memory.traceOf(alert.id));
  const rule = findBenign(memory.settings.benign, {
    rule: alert.rule,
    principal,
    at: alert.lastAt,
  });
  if (!rule) return {};
  const guard = isGuarded(alert);
  if (guard) return { note: `"${rule.id}" calls it harmless, but ${guard}` };
  return {
    verdict: {
      kind: rule.verdict ?? 'benign',
      by: CORDON,
      reason: `${rule.reason} (rule "${rule.id}")`,
      at: alert.lastAt,
    },
  };
}

interface Ties {
  /** The best tie to each open incident, oldest incident first. */
  readonly groups: readonly { readonly group: Group; readonly tie: Tie }[];
  /** Alerts that no incident holds: open, or closed by themselves for want of company. */
  readonly alerts: readonly { readonly alert: Alert; readonly tie: Tie }[];
}

function findTies(memory: Memory, alert: Alert): Ties {
  const trace = memory.traceOf(alert.id);
  if (!trace) return { groups: [], alerts: [] };
  const context = memory.linkContext();
  const byGroup = new Map<IncidentId, { readonly group: Group; readonly tie: Tie }>();
  const alerts: { readonly alert: Alert; readonly tie: Tie }[] = [];
  const keys = [...lookupKeysOf(trace, context), ...clockKeysOf(memory, alert)];
  for (const id of memory.findUnder(keys)) {
    const other = memory.alerts.get(id);
    const theirs = memory.traceOf(id);
    if (!other || !theirs || id === alert.id || isOver(memory, other)) continue;
    if (isOnlyBeside(other)) continue;
    const pair = [
      { alert, trace },
      { alert: other, trace: theirs },
    ] as const;
    const tie = bind(memory, pair, context);
    if (!tie) continue;
    if (other.state.status === 'in_incident')
      keepBest(memory, byGroup, { id: other.state.incidentId, tie });
    else alerts.push({ alert: other, tie });
  }
  return { groups: [...byGroup.values()].sort((a, b) => a.group.number - b.group.number), alerts };
}

interface Entry {
  readonly alert: Alert;
  readonly why: string;
}

/**
 * What comes along with an alert that goes into an incident: alerts that no incident holds and that it
 * ties to, those that they tie to, and so on. Whether the middle one came last makes no difference.
 */
function companyOf(memory: Memory, alert: Alert, ties: Ties['alerts']): readonly Entry[] {
  const company = new Map<AlertId, Entry>();
  const take = (tied: Ties['alerts']): void => {
    for (const { alert: other, tie } of tied)
      if (other.id !== alert.id && !company.has(other.id))
        company.set(other.id, { alert: other, why: `${tie.why}.` });
  };
  take(ties);
  // A map goes on over what is put in meanwhile.
  for (const { alert: other } of company.values())
    if (company.size < MAX_MEMBERS) take(ledBy(memory, other, findTies(memory, other).alerts));
  return [...company.values()];
}

/** What an alert brings into the incident that it goes into. */
const ledBy = (memory: Memory, alert: Alert, ties: Ties['alerts']): Ties['alerts'] =>
  alert.anomaly === undefined ? ties.filter(({ tie }) => mayLead(memory, alert, tie)) : [];

/** Closed by a person or as harmless by a rule; what closed by itself is there when company comes. */
const isOver = (memory: Memory, alert: Alert): boolean =>
  alert.state.status === 'closed' &&
  (alert.state.verdict.by !== CORDON || judgeBenign(memory, alert).verdict !== undefined);

/** What is only unusual does not lead others into the incident that it is in. */
const isOnlyBeside = ({ state, anomaly }: Alert): boolean =>
  anomaly !== undefined && state.status === 'in_incident';

function keepBest(
  memory: Memory,
  byGroup: Map<IncidentId, { readonly group: Group; readonly tie: Tie }>,
  found: { readonly id: IncidentId; readonly tie: Tie },
): void {
  const group = memory.groups.get(found.id);
  if (!group || !isOpenGroup(group) || group.alertIds.length >= MAX_MEMBERS) return;
  const there = byGroup.get(found.id);
  if (!there || found.tie.weight > there.tie.weight)
    byGroup.set(found.id, { group, tie: found.tie });
}

function setState(memory: Memory, alert: Alert, state: AlertState): void {
  memory.putAlert({ ...alert, state });
}

function join(memory: Memory, group: Group, entries: readonly Entry[]): Group {
  const known = new Set(group.alertIds);
  const added = entries.map(({ alert }) => alert.id).filter((id) => !known.has(id));
  const grown = { ...group, alertIds: [...group.alertIds, ...added].slice(0, MAX_MEMBERS) };
  memory.putGroup(grown);
  const held = new Set(grown.alertIds);
  for (const { alert, why } of entries) {
    if (held.has(alert.id))
      setState(memory, alert, { status: 'in_incident', incidentId: group.id, why });
  }
  return grown;
}

/** The younger incident goes into the older one and is closed as its duplicate. */
function merge(memory: Memory, into: Group, from: Group): Group {
  const held = from.alertIds.flatMap((id) => memory.alerts.get(id) ?? []);
  if (held.length === 0) return into;
  const at = held.reduce((last, alert) => Math.max(last, alert.lastAt), 0);
  return putTogether(memory, [into, from], {
    kind: 'duplicate',
    by: CORDON,
    reason: `An alert ties it to INC-${into.number}, which is older and holds its alerts now.`,
    at: at as EpochMs,
  });
}

/** All alerts of the second go to the first; the second closes with that verdict. */
export function putTogether(
  memory: Memory,
  [into, from]: readonly [Group, Group],
  verdict: Verdict,
): Group {
  const why =
    verdict.by === CORDON
      ? `INC-${from.number} turned out to be part of INC-${into.number}.`
      : `${verdict.by} put INC-${from.number} into INC-${into.number}: ${verdict.reason}`;
  const grown = moveInto(memory, into, { alertIds: from.alertIds, why });
  memory.putGroup({ ...from, state: { status: 'closed', verdict } });
  return grown;
}

/** Alerts become part of an incident, whatever held them before. */
export function moveInto(
  memory: Memory,
  group: Group,
  { alertIds, why }: { readonly alertIds: readonly AlertId[]; readonly why: string },
): Group {
  const entries = alertIds.flatMap((id) => {
    const alert = memory.alerts.get(id);
    return alert ? [{ alert, why }] : [];
  });
  return join(memory, group, entries);
}

type GroupTie = Ties['groups'][number];

/** Where it goes: the oldest incident it ties to by a cause, else the one it ties to the strongest. */
function chooseGroup(ties: Ties): GroupTie | undefined {
  const byCause = ties.groups.find((one) => one.tie.isCausal);
  return byCause ?? [...ties.groups].sort((a, b) => b.tie.weight - a.tie.weight)[0];
}

/**
 * Only causal ties to both sides merge; an address that two incidents share does not. What is only
 * unusual joins, and binds nothing together.
 */
function joinAndMerge(memory: Memory, alert: Alert, ties: Ties): void {
  const chosen = chooseGroup(ties);
  if (!chosen) return;
  if (alert.anomaly !== undefined) {
    join(memory, chosen.group, [{ alert, why: `${chosen.tie.why}.` }]);
    return;
  }
  const company = companyOf(memory, alert, ledBy(memory, alert, ties.alerts));
  const group = join(memory, chosen.group, [{ alert, why: `${chosen.tie.why}.` }, ...company]);
  if (chosen.tie.isCausal) mergeByCause(memory, group, ties.groups);
}

/** The incidents that a cause ties to become one; the oldest stays. */
function mergeByCause(memory: Memory, group: Group, ties: readonly GroupTie[]): void {
  let kept = group;
  for (const { tie, group: other } of ties) {
    const fits = kept.alertIds.length + other.alertIds.length <= MAX_MEMBERS;
    const isApart = kept.apartFrom?.includes(other.id) ?? false;
    if (!tie.isCausal || other.id === group.id || !fits || isApart) continue;
    kept = other.number < kept.number ? merge(memory, other, kept) : merge(memory, kept, other);
  }
}

/** Looks again at an alert after more is known of the machines involved; a person's word stays. */
export function retieAlert(memory: Memory, id: AlertId): void {
  const alert = memory.alerts.get(id);
  if (!alert) return;
  const { state } = alert;
  if (state.status === 'in_incident') {
    if (alert.anomaly !== undefined) return;
    const group = memory.groups.get(state.incidentId);
    if (group && isOpenGroup(group)) mergeByCause(memory, group, findTies(memory, alert).groups);
    return;
  }
  if (state.status === 'open' || state.verdict.by === CORDON) placeAlert(memory, id);
}

function memberOf(memory: Memory, alert: Alert): readonly Member[] {
  const trace = memory.traceOf(alert.id);
  return trace ? [{ alert, trace }] : [];
}

/**
 * Several open alerts may together be worth what none is alone; one rule repeating itself is not, nor is
 * one unusual thing beside another: one of them must be what a rule says. Which of them came last makes
 * no difference.
 */
function jointP(memory: Memory, alert: Alert, ties: Ties): number {
  const others = ties.alerts
    .map((other) => other.alert)
    .filter(({ score }) => score.p >= memory.settings.closeP);
  const together = [alert, ...others];
  const isOneRule = others.every(({ rule }) => rule.id === alert.rule.id);
  if (isOneRule || together.every(({ anomaly }) => anomaly !== undefined)) return alert.score.p;
  return scoreTogether(
    alert.id,
    together.flatMap((one) => memberOf(memory, one)),
  ).p;
}

function found(memory: Memory, alert: Alert, ties: Ties): void {
  const id = idOf('inc', [alert.id]);
  memory.lastNumber += 1;
  memory.noteStart(alert.lastAt);
  const group: Group = {
    id,
    number: memory.lastNumber,
    state: { status: 'new' },
    revision: 0,
    alertIds: [],
  };
  const { incidentP } = memory;
  const isAlone = alert.score.p >= incidentP;
  const why = isAlone
    ? `It is genuine with ${likelihoodText(alert.score.p)}, at or above the ${likelihoodText(incidentP)} at which an incident starts.`
    : `Together with ${ties.alerts.length} earlier ${ties.alerts.length === 1 ? 'alert' : 'alerts'} it reaches the ${likelihoodText(incidentP)} at which an incident starts.`;
  join(memory, group, [{ alert, why }, ...companyOf(memory, alert, ties.alerts)]);
}

/** Decides where an alert that no incident holds goes, from scratch. */
export function placeAlert(memory: Memory, id: AlertId): void {
  const alert = memory.alerts.get(id);
  if (!alert || alert.state.status === 'in_incident') return;
  const benign = judgeBenign(memory, alert);
  if (benign.verdict) {
    setState(memory, alert, { status: 'closed', verdict: benign.verdict });
    return;
  }
  const ties = findTies(memory, alert);
  const { incidentP } = memory;
  if (ties.groups.length > 0) joinAndMerge(memory, alert, ties);
  else if (alert.score.p >= incidentP || jointP(memory, alert, ties) >= incidentP)
    found(memory, alert, ties);
  else leaveOrClose(memory, alert, { ties, note: benign.note });
}

/** What belongs to no incident closes by itself where that is safe, or stays open and says why. */
function leaveOrClose(
  memory: Memory,
  alert: Alert,
  { ties, note }: { readonly ties: Ties; readonly note: string | undefined },
): void {
  const reopened = reopeningOf(alert);
  if (reopened !== undefined) {
    const why = `${reopened.by} reopened it: ${reopened.reason}`;
    setState(memory, alert, { status: 'open', why, reopened });
    return;
  }
  const isAlone = ties.alerts.every((other) => other.alert.state.status === 'closed');
  const closing = isAlone ? decideClosing(memory, alert) : undefined;
  if (closing?.kind === 'close') {
    const verdict = { kind: 'false_positive', by: CORDON, reason: closing.reason } as const;
    setState(memory, alert, { status: 'closed', verdict: { ...verdict, at: alert.lastAt } });
    return;
  }
  const below = `It is genuine with ${likelihoodText(alert.score.p)}, below the ${likelihoodText(memory.incidentP)} at which an incident starts, and no incident ties to it yet.`;
  const why = `${closing?.why ?? below}${note === undefined ? '' : ` ${note}.`}`;
  setState(memory, alert, { status: 'open', why });
}
