import type { Alert } from './alert.ts';
import type { Evidence } from './evidence.ts';

/*
 * What a stream detector's signal is worth. Its p-value p becomes the e-value κ·p^(κ−1) with κ = 0.5
 * (methods 1.2), whose logarithm is a likelihood ratio that holds under the null: a thousandth is
 * worth 2.8 nats, and no p more than 3. All detectors share one group, so a second one adds a quarter.
 * By itself the unusual is seldom hostile: without a rule's word it begins 3 nats lower.
 */

const KAPPA = 0.5;
const MAX_LLR = 3;
const UNUSUAL_LLR = -3;
const UNUSUAL = 'unusual-alone';

/** Nats that a chance of `p` under the null is worth: ln(κ·p^(κ−1)), at least 0 and at most 3. */
export const anomalyNats = (p: number): number =>
  Math.min(MAX_LLR, Math.max(0, Math.log(KAPPA) + (KAPPA - 1) * Math.log(p)));

type Draft = Pick<Evidence, 'kind' | 'llr' | 'group' | 'text'>;
type Weighed = Pick<Alert, 'rule' | 'anomaly'>;

/** `1 in 1,000`, by the order of magnitude from a million on. */
function toOdds(p: number): string {
  const one = 1 / p;
  if (one >= 1e6) return `less than 1 in ${one >= 1e9 ? 'a billion' : 'a million'}`;
  return `about 1 in ${Math.round(one).toLocaleString('en-US')}`;
}

/** By how little it would be expected. */
export function weighAnomaly({ rule, anomaly }: Weighed): Draft | undefined {
  if (anomaly === undefined) return undefined;
  return {
    kind: rule.id,
    llr: anomalyNats(anomaly.p),
    group: 'anomaly',
    text: `"${rule.title}": the chance to see this with nothing wrong is ${toOdds(anomaly.p)}.`,
  };
}

/** Nobody called it bad: it is only unusual. */
export function weighUnusualAlone({ anomaly }: Weighed): Draft | undefined {
  if (anomaly === undefined) return undefined;
  return {
    kind: UNUSUAL,
    llr: UNUSUAL_LLR,
    group: UNUSUAL,
    text: 'No rule speaks of it: what is only unusual is seldom hostile.',
  };
}

/** Beside what a rule said, the unusual counts in full: it corroborates. */
export function withoutUnusualAlone(
  evidence: readonly Evidence[],
  alerts: readonly Pick<Alert, 'anomaly'>[],
): readonly Evidence[] {
  const isRuleAmong = alerts.some(({ anomaly }) => anomaly === undefined);
  return isRuleAmong ? evidence.filter(({ kind }) => kind !== UNUSUAL) : evidence;
}
