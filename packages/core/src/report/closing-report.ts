import { toDeciderSettings } from '../decide/config.ts';
import type { ClosingTerms } from '../decide/decider.ts';
import { CORDON } from '../decide/placement.ts';
import type { Json } from '../shared/json.ts';
import type { EpochMs } from '../shared/time.ts';
import type { Alert } from '../triage/alert.ts';
import { toProbability } from '../triage/combine.ts';
import { Learner } from '../triage/learn/learner.ts';
import { type Share, shareOf } from './figure.ts';

/** What became of an alert that closing by itself hid, or would have hidden. */
export type HiddenOutcome =
  /** It closed by itself and nobody has looked at it since. */
  | 'closed'
  /** A rule of the house calls it harmless, whatever its score. */
  | 'by_rule'
  /** It lay below the threshold and is open all the same: guarded, or one in twenty. */
  | 'shown'
  | 'harmless'
  | 'genuine'
  /** A person closed it without saying what it was. */
  | 'undecided';

/** What closing by itself hides, over a span of time. */
export interface ClosingReport {
  readonly since: EpochMs;
  /** Alerts below this probability close. */
  readonly below: number;
  readonly terms: ClosingTerms;
  readonly counts: Readonly<Record<HiddenOutcome, number>>;
  /** Of those a person judged, how many were genuine. */
  readonly missed: Share;
  /** The newest 200, those that were genuine first. */
  readonly alerts: readonly { readonly alert: Alert; readonly outcome: HiddenOutcome }[];
}

const MAX_ALERTS = 200;

/** On what terms alerts close by what was learnt (as it is stored with the newest verdict; absent before the first). */
export function closingTermsOf(learnt: Json | undefined, at: EpochMs): ClosingTerms {
  const learner = new Learner();
  if (learnt !== undefined) learner.restoreLearnt(learnt);
  return { certificate: learner.certificateAt(at), ...learner.closings };
}

function outcomeOf({ state }: Alert): HiddenOutcome | undefined {
  if (state.status === 'in_incident') return undefined;
  if (state.status === 'open') return 'shown';
  const { by, kind } = state.verdict;
  if (by === CORDON) return kind === 'benign' ? 'by_rule' : 'closed';
  if (kind === 'true_positive') return 'genuine';
  return kind === 'benign' || kind === 'false_positive' ? 'harmless' : 'undecided';
}

/** Of alerts that were last seen since then: which closed by themselves, or lay where today's terms close. */
export function reportClosing(
  alerts: readonly Alert[],
  { terms, since }: { readonly terms: ClosingTerms; readonly since: EpochMs },
): ClosingReport {
  const { certificate } = terms;
  const below = certificate ? toProbability(certificate.below) : toDeciderSettings({}).closeP;
  const hidden = alerts
    .filter(({ lastAt }) => lastAt >= since)
    .flatMap((alert) => {
      const outcome = outcomeOf(alert);
      const isHidden = outcome === 'closed' || outcome === 'by_rule' || alert.score.p < below;
      return outcome !== undefined && isHidden ? [{ alert, outcome }] : [];
    });
  const counts = { closed: 0, by_rule: 0, shown: 0, harmless: 0, genuine: 0, undecided: 0 };
  for (const { outcome } of hidden) counts[outcome] += 1;
  const isMissed = (outcome: HiddenOutcome): number => Number(outcome === 'genuine');
  return {
    since,
    below,
    terms,
    counts,
    missed: shareOf(counts.genuine, counts.genuine + counts.harmless),
    alerts: hidden
      .sort(
        (a, b) =>
          isMissed(b.outcome) - isMissed(a.outcome) ||
          b.alert.lastAt - a.alert.lastAt ||
          (a.alert.id < b.alert.id ? -1 : 1),
      )
      .slice(0, MAX_ALERTS),
  };
}
