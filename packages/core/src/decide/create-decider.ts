import { buildIncident, toSign } from '../correlate/build-incident.ts';
import type { Incident } from '../correlate/incident.ts';
import type { Member } from '../correlate/member.ts';
import { beginningOf } from '../correlate/origin-change.ts';
import { withNames } from '../correlate/trace.ts';
import type { Signal } from '../detect/signal.ts';
import { findOrigin } from '../origin/find-origin.ts';
import { readCausalFacts } from '../origin/read-event.ts';
import type { Result } from '../shared/result.ts';
import { ok } from '../shared/result.ts';
import type { Alert } from '../triage/alert.ts';
import type { Occasion } from '../triage/learn/learner.ts';
import { SAME_TIME_MS } from '../triage/learn/surroundings.ts';
import type { ScoreContext } from '../triage/scorecard.ts';
import { watchChanges } from './changes.ts';
import type { BenignRule, DeciderConfig } from './config.ts';
import { toDeciderSettings } from './config.ts';
import type { Acted, Decider, DeskCommand } from './decider.ts';
import type { Decisions } from './decisions.ts';
import { actOnDesk } from './desk.ts';
import { describeEntity } from './entity-view.ts';
import { alertsBeside, judgeAgain, occasionOf, scoreAndKeep } from './learning.ts';
import type { Group } from './memory.ts';
import { isLikely, isOpenGroup, Memory } from './memory.ts';
import { CORDON, placeAlert, retieAlert } from './placement.ts';
import type { ReadSignal, UnscoredAlert } from './read-signal.ts';
import { foldSignal, foldTrace, principalOfAlert, readSignal, toNewAlert } from './read-signal.ts';
import { recall } from './recall.ts';
import { recallVerdicts } from './recall-verdicts.ts';

function contextFor(memory: Memory, alert: UnscoredAlert): ScoreContext {
  const trace = memory.traceOf(alert.id);
  const principal = principalOfAlert(alert, trace);
  const ips = [...principal.externalIps, ...principal.internalIps];
  const broken = ips.flatMap((ip) => {
    const breakIn = memory.auth.breakInOf(ip);
    return breakIn ? [{ ...breakIn, ip }] : [];
  })[0];
  const habits = ips.map((ip) => memory.auth.habitOf(ip));
  const prevalence = memory.prevalence.of(alert.rule.id);
  const earlier = memory.verdicts.get(alert.dedupKey);
  return {
    principal,
    isAddressOnly: trace?.isAddressOnly ?? false,
    ...(prevalence ? { prevalence } : {}),
    knownHosts: memory.prevalence.knownHosts,
    watchingSince: memory.watchingSince ?? alert.firstAt,
    ...(broken ? { breakIn: broken } : {}),
    habit: habits[0] ?? { goodLogins: 0 },
    ...(earlier ? { earlierVerdict: earlier } : {}),
    ...recall(memory.settings.known, alert, trace?.host),
  };
}

const scoreOf = (memory: Memory, alert: UnscoredAlert): Alert['score'] =>
  scoreAndKeep(memory, alert, contextFor(memory, alert));

/** Harmless by a person's word stays folded while it goes on; anything else a person ended starts anew. */
function mayFold(memory: Memory, alert: Alert, signal: Signal): boolean {
  if (signal.at - alert.lastAt > memory.settings.quietGapMs) return false;
  const { state } = alert;
  if (state.status === 'open') return true;
  const group = state.status === 'in_incident' ? memory.groups.get(state.incidentId) : undefined;
  if (state.status === 'in_incident' && (!group || isOpenGroup(group))) return true;
  const verdict =
    state.status === 'closed'
      ? state.verdict
      : group && 'verdict' in group.state
        ? group.state.verdict
        : undefined;
  return verdict?.by === CORDON || verdict?.kind === 'benign' || verdict?.kind === 'false_positive';
}

/** What goes on is compared with others at its 4th signal, the 16th, the 64th and so on. */
const isLookedAtAgain = ({ signalCount }: Alert): boolean =>
  Number.isInteger(Math.log2(signalCount) / 2) && signalCount > 1;

/** An alert's place is decided again when its worth changed, unless a person decided. */
function replace(memory: Memory, before: Alert, after: Alert): void {
  if (after.state.status === 'in_incident') {
    const group = memory.groups.get(after.state.incidentId);
    if (group) memory.putGroup(group);
    const hasBecomeLikely = isLikely(after) && !isLikely(before);
    if (hasBecomeLikely || isLookedAtAgain(after)) retieAlert(memory, after.id);
    return;
  }
  const isOurs = after.state.status === 'open' || after.state.verdict.by === CORDON;
  const isChanged = before.score.p !== after.score.p || before.severity_id !== after.severity_id;
  if (isOurs && (isChanged || memory.settings.benign.length > 0)) placeAlert(memory, after.id);
}

function fold(memory: Memory, alert: Alert, read: ReadSignal): Alert {
  const there = memory.traceOf(alert.id);
  memory.putTrace(alert.id, there ? foldTrace(there, read.trace) : read.trace);
  const folded = foldSignal(alert, read);
  const scored = { ...folded, score: scoreOf(memory, folded) };
  memory.putAlert(scored);
  replace(memory, alert, scored);
  return scored;
}

function promote(memory: Memory, read: ReadSignal): UnscoredAlert {
  const alert = toNewAlert(read);
  memory.putTrace(alert.id, read.trace);
  memory.noteNew(alert.id);
  memory.putAlert({
    ...alert,
    score: scoreOf(memory, alert),
    state: { status: 'open', why: 'It has just come in.' },
  });
  placeAlert(memory, alert.id);
  return alert;
}

function consider(memory: Memory, signal: Signal): void {
  memory.watchingSince ??= signal.since;
  const read = readSignal(signal, memory.links, memory.directory);
  memory.prevalence.observeRule(signal.rule.id, read.trace.host, signal.at);
  const there = memory.latestWith(read.dedupKey);
  if (there?.signalIds.includes(signal.id)) return;
  const occasion = occasionOf({ ...signal, lastAt: signal.at }, read.trace);
  const stir =
    signal.anomaly === undefined
      ? memory.learner.count(occasion, signal.count, memory.watchingSince)
      : undefined;
  const isFolded = there !== undefined && mayFold(memory, there, signal);
  const { id } = isFolded ? fold(memory, there, read) : promote(memory, read);
  memory.outcomes.push({
    signalId: signal.id,
    alertId: id,
    outcome: isFolded ? 'folded' : 'promoted',
  });
  if (stir?.beside) rescoreBeside(memory, occasion, id);
  if (stir?.elsewhere) rescoreElsewhere(memory, occasion);
}

/** What begins or is strong changes what stands beside it. */
function rescoreBeside(memory: Memory, { host, at }: Occasion, except: Alert['id']): void {
  for (const { id } of alertsBeside(memory, host, { at, withinMs: SAME_TIME_MS }))
    if (id !== except) rescore(memory, id);
}

/** What strikes here lends weight to what came up elsewhere right before and is not likely by itself. */
function rescoreElsewhere(memory: Memory, { host, at }: Occasion): void {
  for (const id of memory.newest) {
    const alert = memory.alerts.get(id);
    if (!alert || isLikely(alert) || at - alert.lastAt > SAME_TIME_MS) continue;
    if (memory.traceOf(id)?.host !== host) rescore(memory, id);
  }
}

/** Takes the alert as it is now: scoring another one may have moved it. */
function rescore(memory: Memory, id: Alert['id']): void {
  const alert = memory.alerts.get(id);
  if (!alert) return;
  rescoreTo(memory, alert, { ...alert, score: scoreOf(memory, alert) });
}

function rescoreTo(memory: Memory, alert: Alert, scored: Alert): void {
  if (scored.score.logit === alert.score.logit) return;
  memory.putAlert(scored);
  replace(memory, alert, scored);
}

/** A log-in after failures changes what the alerts on that address are worth, without a new signal. */
function rescoreAddress(memory: Memory, ip: string): void {
  for (const id of memory.findUnder([`ip:${ip}`, `host:${memory.links.machineOf(ip)}`])) {
    const alert = memory.alerts.get(id);
    if (!alert?.entities.some((ref) => ref.kind === 'ip' && ref.id === ip)) continue;
    rescore(memory, id);
  }
}

/** The machine behind an address became known: what was seen at the address is seen on the machine. */
function retieAddress(memory: Memory, ip: string): void {
  for (const id of memory.findUnder([`host:${ip}`])) {
    const trace = memory.traceOf(id);
    if (!trace) continue;
    memory.putTrace(id, trace);
    retieAlert(memory, id);
  }
}

function membersOf(
  memory: Memory,
  { alertIds }: { readonly alertIds: readonly Alert['id'][] },
): readonly Member[] {
  return alertIds.flatMap((id) => {
    const alert = memory.alerts.get(id);
    const trace = memory.traceOf(id);
    return alert && trace ? [{ alert, trace: withNames(trace, memory.links) }] : [];
  });
}

function drainIncident(memory: Memory, group: Group): readonly Incident[] {
  const members = membersOf(memory, group);
  if (members.length === 0) return [];
  const grown = { ...group, revision: group.revision + 1 };
  const incident = buildIncident(members, {
    ...grown,
    settings: memory.settings,
    links: memory.links,
    entities: memory.entities,
    knownHosts: memory.prevalence.knownHosts,
  });
  memory.groups.set(group.id, { ...grown, began: beganAs(incident) });
  return [incident];
}

const beganAs = ({ origin, originChanges = [] }: Incident) => ({
  beginning: beginningOf(origin),
  changes: originChanges,
});

function drain(memory: Memory): Decisions {
  const incidents = [...memory.dirtyGroups]
    .flatMap((id) => memory.groups.get(id) ?? [])
    .sort((a, b) => a.number - b.number)
    .flatMap((group) => drainIncident(memory, group));
  const alerts = [...memory.dirtyAlerts].flatMap((id) => memory.alerts.get(id) ?? []);
  const { outcomes } = memory;
  memory.outcomes = [];
  memory.dirtyAlerts.clear();
  memory.dirtyGroups.clear();
  memory.prune();
  return { outcomes, alerts, incidents };
}

/** What the store gives back, in the order of time so that the order it came in does not matter. */
function restore(memory: Memory, from: Parameters<Decider['restore']>[0]): void {
  const byTime = [...from.alerts].sort((a, b) => a.firstAt - b.firstAt || (a.id < b.id ? -1 : 1));
  memory.restore(from.snapshot, byTime);
  memory.lastNumber = Math.max(
    from.lastIncidentNumber,
    ...from.incidents.map((incident) => incident.number),
  );
  memory.groups.clear();
  for (const incident of [...from.incidents].sort((a, b) => a.number - b.number)) {
    const { id, number, state, revision, alertIds, apartFrom } = incident;
    const apart = apartFrom === undefined ? {} : { apartFrom };
    const began = beganAs(incident);
    memory.groups.set(id, { id, number, state, revision, alertIds, began, ...apart });
  }
  if (from.learnt !== undefined) memory.learner.restoreLearnt(from.learnt);
  recallVerdicts(memory, byTime);
}

function act(memory: Memory, ...[command, by]: Parameters<Decider['act']>): Result<Acted> {
  const before = memory.learner.changes;
  const judged = alertsOf(memory, command);
  const changesBy = watchChanges(memory, judged);
  const done = actOnDesk(memory, command, by);
  if (!done.ok) return done;
  const isTaught = memory.learner.changes !== before;
  if (isTaught) judgeRulesAgain(memory, new Set(judged.map(({ rule }) => rule.id)));
  const decisions = drain(memory);
  const lessons = isTaught ? { learnt: memory.learner.learnt() } : {};
  return ok({ ...decisions, ...lessons, changes: changesBy(decisions) });
}

function alertsOf(memory: Memory, command: DeskCommand): readonly Alert[] {
  const ids =
    'alertId' in command
      ? [command.alertId]
      : (memory.groups.get(command.incidentId)?.alertIds ?? []);
  return ids.flatMap((id) => memory.alerts.get(id) ?? []);
}

/** So many of the newest alerts of the rules that a verdict was given on are judged again at once. */
const MAX_JUDGED_AGAIN = 200;

/** A verdict teaches at once: what nobody has decided yet is worth something else now. */
function judgeRulesAgain(memory: Memory, ruleIds: ReadonlySet<string>): void {
  const undecided = [...memory.alerts.values()]
    .filter((alert) => ruleIds.has(alert.rule.id) && isUndecided(memory, alert))
    .sort((a, b) => b.lastAt - a.lastAt || (a.id < b.id ? -1 : 1))
    .slice(0, MAX_JUDGED_AGAIN);
  for (const { id } of undecided) {
    const alert = memory.alerts.get(id);
    if (alert) rescoreTo(memory, alert, judgeAgain(memory, alert));
  }
}

function isUndecided(memory: Memory, { state }: Alert): boolean {
  if (state.status === 'closed') return state.verdict.by === CORDON;
  const group = state.status === 'in_incident' ? memory.groups.get(state.incidentId) : undefined;
  return !group || isOpenGroup(group);
}

function addBenign(memory: Memory, rules: readonly BenignRule[]): void {
  const ids = new Set(rules.map((rule) => rule.id));
  const others = memory.settings.benign.filter((rule) => !ids.has(rule.id));
  memory.settings = { ...memory.settings, benign: [...others, ...rules] };
}

/**
 * The decider: triage, correlation, priority and origin, in event time. Deterministic and bounded.
 * Take a snapshot right after a drain, with the alerts and incidents drained so far in the store.
 */
export function createDecider(options: DeciderConfig = {}): Decider {
  const memory = new Memory(toDeciderSettings(options));
  return {
    addBenign: (rules) => addBenign(memory, rules),
    observe(event) {
      memory.watchingSince ??= event.time;
      const facts = readCausalFacts(event);
      const learned = memory.links.observe(event, facts);
      memory.entities.observe(event, facts);
      if (learned !== undefined) retieAddress(memory, learned);
      const { host } = facts;
      if (host !== undefined) memory.prevalence.observeHost(host);
      const broken = memory.auth.observe(event);
      if (broken !== undefined) rescoreAddress(memory, broken);
    },
    consider: (signal) => consider(memory, signal),
    act: (command, by) => act(memory, command, by),
    traceOrigin: (alertIds) =>
      findOrigin(membersOf(memory, { alertIds }).map(toSign), memory.links),
    describeEntity: (question) => describeEntity(memory, question),
    entityStats: () => memory.entities.stats(),
    drain: () => drain(memory),
    closing: (time) => ({
      certificate: memory.learner.certificateAt(time),
      ...memory.learner.closings,
    }),
    learnt: () => memory.learner.learnt(),
    restoreLearnt: (from) => memory.learner.restoreLearnt(from),
    snapshot: () => memory.snapshot(),
    restore: (from) => restore(memory, from),
  };
}
