import { likelihoodText } from '../shared/likelihood.ts';
import type { Alert } from '../triage/alert.ts';
import { toProbability } from '../triage/combine.ts';
import type { Certificate } from '../triage/learn/certificate.ts';
import { isGenuineAtTimes, isJudged } from '../triage/learn/facts.ts';
import { findStakes } from '../triage/stakes.ts';
import type { Memory } from './memory.ts';

/*
 * What closes by itself: an alert below the threshold, at most medium, in no company, on nothing that the
 * house rests on and nothing new. With enough genuine verdicts the threshold carries a stated bound on
 * what it misses, and one in twenty is shown to a person all the same.
 */

const MEDIUM = 3;
const CRITICALITY_OF_THE_HOUSE = 5;
const AUDITED_OF_1024 = 51;
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';
const NEW_HERE = 'learnt:new-here';

/** One in twenty, by the alert's own id: the same one after a restart. */
export function isAudited({ id }: Pick<Alert, 'id'>): boolean {
  const [high = 0, low = 0] = [...id.slice(-2)].map((one) => DIGITS.indexOf(one));
  return high * DIGITS.length + low < AUDITED_OF_1024;
}

/** What keeps an alert from closing whatever its score; undefined: nothing does. */
export function guardOf(memory: Memory, alert: Alert): string | undefined {
  if (alert.severity_id > MEDIUM) return 'it is more than medium';
  if (memory.verdicts.get(alert.dedupKey)?.kind === 'insufficient_data')
    return 'the word of a person left one like it undecided';
  const trace = memory.traceOf(alert.id);
  const hosts = trace?.host === undefined ? [] : [trace.host];
  const { asset, rights } = findStakes(
    { hosts, users: trace?.users ?? [], at: alert.lastAt },
    memory.settings,
  );
  if (asset?.criticality === CRITICALITY_OF_THE_HOUSE)
    return 'it happens on a machine of criticality 5';
  if (rights?.privilege === 'domain')
    return 'an account with rights over the whole house is involved';
  if (alert.score.contributions.some(({ evidence }) => evidence.kind === NEW_HERE))
    return 'its rule has never fired on that machine before';
  const counts = memory.learner.countsOf(alert.rule.id, alert.lastAt);
  if (isGenuineAtTimes(counts)) return 'a verdict called an alert of its rule genuine';
  if (memory.learner.verdicts > 0 && !isJudged(counts))
    return 'nobody ever gave a verdict on its rule';
  return undefined;
}

/** What becomes of an alert that nothing ties to anything. */
export type Closing =
  | { readonly kind: 'close'; readonly reason: string }
  | { readonly kind: 'show'; readonly why: string };

const guarantee = ({ alpha, confidence, genuine }: Certificate): string =>
  `at most ${likelihoodText(alpha)} of genuine alerts fall below it, with confidence ${likelihoodText(confidence)}, by ${genuine} genuine verdicts`;

/** Closes, or is shown although it is below the threshold; undefined above it. */
export function decideClosing(memory: Memory, alert: Alert): Closing | undefined {
  const certificate = memory.learner.certificateAt(alert.lastAt);
  const threshold = certificate ? toProbability(certificate.below) : memory.settings.closeP;
  const { p, logit } = alert.score;
  const isBelow = certificate ? logit < certificate.below : p < threshold;
  if (!isBelow) return undefined;
  const guard = guardOf(memory, alert);
  if (guard !== undefined)
    return { kind: 'show', why: `It would close by itself at ${likelihoodText(p)}, but ${guard}.` };
  if (certificate && isAudited(alert))
    return {
      kind: 'show',
      why: `It would close by itself at ${likelihoodText(p)}; one in twenty of those is shown all the same, so that the bound on what is missed stays checked.`,
    };
  const bound = certificate ? `; ${guarantee(certificate)}` : '';
  const reason = `It is genuine with only ${likelihoodText(p)} (below ${likelihoodText(threshold)}${bound}), at most medium, and nothing ties it to anything else.`;
  return { kind: 'close', reason };
}
