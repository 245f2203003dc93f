import { withoutUnusualAlone } from '../triage/anomaly.ts';
import { combineEvidence } from '../triage/combine.ts';
import type { Evidence, Score } from '../triage/evidence.ts';
import { gatherJointEvidence, PRIOR_LOGIT } from '../triage/scorecard.ts';
import type { Member } from './member.ts';

/*
 * What alerts are worth together: at least what the strongest is worth by itself, plus what the others
 * add. Of them only what speaks of a threat counts, a few of each kind and each with the share of a
 * repetition; that one of them is harmless makes the strongest no less true. Once verdicts have set the
 * odds, those of the strongest hold its company already (new and strong signs beside it, and elsewhere):
 * then only the order of an attack adds to them.
 */

const MAX_SCORED = 64;
/** So many further pieces of one kind add their share; thousands of the same say no more. */
const MAX_FURTHER = 3;
/** Below this an alert is harmless by all that is known, and adds nothing. */
const HARMLESS_P = 0.05;
const LEARNT = 'learnt:';
const CALIBRATION = 'learnt:calibration';
const ORDER = 'kill-chain';

const byStrength = (a: Member, b: Member): number =>
  b.alert.score.logit - a.alert.score.logit || (a.alert.id < b.alert.id ? -1 : 1);

const evidenceOf = ({ alert }: Member): readonly Evidence[] =>
  alert.score.contributions.map(({ evidence }) => evidence);

/** What else speaks of a threat: the strongest pieces of each group, at most three. */
function furtherOf(others: readonly Member[]): readonly Evidence[] {
  const taken = new Map<string, number>();
  return others
    .flatMap(evidenceOf)
    .filter(({ llr, kind }) => llr > 0 && !kind.startsWith(LEARNT))
    .sort((a, b) => b.llr - a.llr || (a.id < b.id ? -1 : 1))
    .filter(({ group }) => {
      const count = taken.get(group) ?? 0;
      taken.set(group, count + 1);
      return count < MAX_FURTHER;
    });
}

/** The score of alerts taken together; never below that of the strongest. `id` names what only together they tell. */
export function scoreTogether(id: string, members: readonly Member[]): Score {
  const [strongest, ...others] = [...members].sort(byStrength).slice(0, MAX_SCORED);
  if (strongest === undefined) return combineEvidence(PRIOR_LOGIT, []);
  const own = evidenceOf(strongest);
  const telling = others.filter(({ alert }) => alert.score.p >= HARMLESS_P);
  const inTime = [strongest, ...telling]
    .map(({ alert }) => alert)
    .sort((a, b) => a.firstAt - b.firstAt);
  const joint = gatherJointEvidence(id, inTime);
  const isCalibrated = own.some(({ kind }) => kind === CALIBRATION);
  const added = isCalibrated
    ? joint.filter(({ kind }) => kind === ORDER)
    : [...furtherOf(telling), ...joint];
  return combineEvidence(PRIOR_LOGIT, withoutUnusualAlone([...own, ...added], inTime));
}
