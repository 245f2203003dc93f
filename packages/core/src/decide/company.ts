import { tieByCoincidence } from '../correlate/coincidence.ts';
import type { LinkContext } from '../correlate/link-weight.ts';
import { findTie } from '../correlate/link-weight.ts';
import type { Member } from '../correlate/member.ts';
import { JOIN_WEIGHT, type Tie } from '../correlate/tie.ts';
import { gapBetween } from '../correlate/trace.ts';
import { HOUR_MS, MINUTE_MS } from '../shared/time.ts';
import type { Alert } from '../triage/alert.ts';
import type { Memory } from './memory.ts';
import { isLikely, LIKELY_KEY, LIKELY_P, NOTABLE_KEY } from './memory.ts';

/*
 * Whether two alerts keep company: what they share ties them, else the clock; and how harmless they
 * are bounds it.
 */

/** What is harmless by all that is known stands beside what happens on its machine for so long. */
const BESIDE_MS = HOUR_MS;
/** What is not likely by itself keeps to the clock of what is for so long. */
const CLOSE_MS = 10 * MINUTE_MS;

/** Under these an alert has to look for others that only the clock ties to it. */
export function clockKeysOf({ settings }: Memory, alert: Alert): readonly string[] {
  if (isLikely(alert)) return [LIKELY_KEY, NOTABLE_KEY];
  return alert.score.p >= settings.closeP ? [LIKELY_KEY] : [];
}

const isAnyUnusual = (a: Member, b: Member): boolean =>
  a.alert.anomaly !== undefined || b.alert.anomaly !== undefined;

/** Addresses outside with nothing in common but what they do: who is only unusual is not made one of them. */
const isAmongStrangers = ({ trace: a }: Member, { trace: b }: Member): boolean =>
  a.isAddressOnly && b.isAddressOnly && !a.externalIps.some((ip) => b.externalIps.includes(ip));

/**
 * Two that are likely by themselves belong together when an incident seldom begins; one that is not,
 * when what is as notable as it seldom shows. Two of those never do.
 */
function tieByClock(memory: Memory, own: Member, their: Member): Tie | undefined {
  const weaker = own.alert.score.p < their.alert.score.p ? own.alert : their.alert;
  const isOneLikely = isLikely(own.alert) || isLikely(their.alert);
  if (!isOneLikely || isAnyUnusual(own, their)) return undefined;
  if (isLikely(weaker)) return tieByCoincidence(own.trace, their.trace, memory.incidentsBegun());
  const isNotable = weaker.score.p >= memory.settings.closeP;
  const apartMs = Math.abs(own.trace.firstAt - their.trace.firstAt);
  if (!isNotable || apartMs > CLOSE_MS) return undefined;
  const like = memory.notableLike(weaker);
  const tie = tieByCoincidence(own.trace, their.trace, like);
  return tie && { ...tie, isCausal: false };
}

const ECHO_MS = MINUTE_MS;
const MIN_ECHOES = 3;
const ECHO_SHARE = 0.8;

/** The same rule as often on two machines, from the same minute to the same minute: one thing that both sensors see. */
function tieByEcho(memory: Memory, { alert: a }: Member, { alert: b }: Member): Tie | undefined {
  const { closeP } = memory.settings;
  if (a.rule.id !== b.rule.id || a.score.p < closeP || b.score.p < closeP) return undefined;
  const isInStep =
    Math.abs(a.firstAt - b.firstAt) <= ECHO_MS && Math.abs(a.lastAt - b.lastAt) <= ECHO_MS;
  const fewer = Math.min(a.eventCount, b.eventCount);
  const isAsMany = fewer >= ECHO_SHARE * Math.max(a.eventCount, b.eventCount);
  if (!isInStep || !isAsMany || fewer < MIN_ECHOES) return undefined;
  const why = `"${a.rule.title}" fired on both machines in step, ${fewer} times: two views of one thing`;
  return { weight: 1, isCausal: true, why };
}

const leadP = ({ learner, settings }: Memory): number =>
  learner.isCalibrated ? LIKELY_P : settings.closeP;

/** May an alert bring what a tie ties to it into its incident? Noise brings nothing by its place. */
export const mayLead = (memory: Memory, { score }: Alert, { isByPlace }: Tie): boolean =>
  !isByPlace || score.p >= leadP(memory);

/**
 * A place that two alerts share binds what is likely enough. What is not stands beside something that is,
 * close by on the same machine, and leads nothing else into its incident.
 */
function mayBind(memory: Memory, own: Member, their: Member): boolean {
  const { closeP } = memory.settings;
  const least = leadP(memory);
  const [p, theirP] = [own.alert.score.p, their.alert.score.p];
  if (p >= least && theirP >= least) return true;
  const isHeld = their.alert.state.status === 'in_incident';
  const isLed = isHeld ? theirP >= least : Math.max(p, theirP) >= least;
  if (isLed) return gapBetween(own.trace, their.trace) <= BESIDE_MS;
  return !isHeld && p >= closeP && theirP >= closeP;
}

/** The tie between two alerts that holds, or undefined. */
export function bind(
  memory: Memory,
  [own, their]: readonly [Member, Member],
  context: LinkContext,
): Tie | undefined {
  if (isAnyUnusual(own, their) && isAmongStrangers(own, their)) return undefined;
  const favour = memory.learner.ties.favourOf(own.alert.rule.id, their.alert.rule.id);
  const tie = findTie(own.trace, their.trace, favour === 1 ? context : { ...context, favour });
  if (tie && (!tie.isByPlace || mayBind(memory, own, their))) return tie;
  const loose = tieByEcho(memory, own, their) ?? tieByClock(memory, own, their);
  return loose && loose.weight * favour >= JOIN_WEIGHT ? loose : undefined;
}
