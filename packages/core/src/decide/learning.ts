import type { Trace } from '../correlate/trace.ts';
import type { AlertId } from '../shared/id.ts';
import type { EpochMs } from '../shared/time.ts';
import type { Alert, Verdict } from '../triage/alert.ts';
import { combineEvidence } from '../triage/combine.ts';
import type { Evidence, Score } from '../triage/evidence.ts';
import { evidenceIdOf } from '../triage/evidence.ts';
import type { Insight, Occasion } from '../triage/learn/learner.ts';
import { describeLearnt } from '../triage/learn/sentences.ts';
import type { ScoreContext } from '../triage/scorecard.ts';
import { authoredNats, gatherEvidence, PRIOR_LOGIT } from '../triage/scorecard.ts';
import type { Memory } from './memory.ts';
import { ownAnswersOf } from './own-answer.ts';
import type { UnscoredAlert } from './read-signal.ts';

/*
 * The scorecard and what was learnt on top of it. Every alert keeps what a verdict on it would teach,
 * as it was when the alert was scored last.
 */

const NOWHERE = 'nowhere';
/** What was learnt is evidence of kinds that begin so. */
const LEARNT = 'learnt:';

/** Where and when an alert's rule fired last. */
export function occasionOf(
  alert: Pick<Alert, 'rule' | 'severity_id' | 'logsource' | 'lastAt'>,
  trace: Pick<Trace, 'host' | 'externalIps'> | undefined,
): Occasion {
  return {
    ruleId: alert.rule.id,
    host: trace?.host ?? trace?.externalIps[0] ?? NOWHERE,
    sensor: alert.logsource.product ?? 'any',
    at: alert.lastAt,
    authored: authoredNats(alert.severity_id),
  };
}

/** What the learner sees in an alert. */
export function lookAt(memory: Memory, alert: UnscoredAlert): Insight {
  const occasion = occasionOf(alert, memory.traceOf(alert.id));
  return memory.learner.look(occasion, memory.watchingSince ?? alert.firstAt);
}

/** Scores an alert by the scorecard and by what was learnt, and keeps what a verdict would teach. */
export function scoreAndKeep(
  memory: Memory,
  alert: UnscoredAlert,
  context: Omit<ScoreContext, 'evenCounts'>,
): Score {
  const insight = lookAt(memory, alert);
  const { even } = insight.pace;
  const known = even.length > 0 ? { ...context, evenCounts: even } : context;
  const carded = gatherEvidence(alert, known);
  const card = combineEvidence(PRIOR_LOGIT, carded);
  memory.lessons.set(alert.id, { lesson: insight.lesson, given: card.logit });
  const learnt = toEvidence(memory, alert, { insight, given: card.logit });
  const said = ownAnswersOf(memory.alerts.get(alert.id));
  return learnt.length + said.length === 0
    ? card
    : combineEvidence(PRIOR_LOGIT, [...carded, ...learnt, ...said]);
}

/** The alert by what is learnt of its rule now; nothing else of it is looked at again. */
export function judgeAgain(memory: Memory, alert: Alert): Alert {
  const kept = memory.lessons.get(alert.id);
  if (kept === undefined) return alert;
  const insight = memory.learner.lookAgain(kept.lesson);
  const learnt = toEvidence(memory, alert, { insight, given: kept.given });
  const carded = alert.score.contributions
    .map(({ evidence }) => evidence)
    .filter(({ kind }) => !kind.startsWith(LEARNT));
  return { ...alert, score: combineEvidence(PRIOR_LOGIT, [...carded, ...learnt]) };
}

function toEvidence(
  memory: Memory,
  alert: UnscoredAlert,
  { insight, given }: { readonly insight: Omit<Insight, 'pace'>; readonly given: number },
): readonly Evidence[] {
  return memory.learner.judge(insight.lesson, given).map(({ name, llr }) => ({
    id: evidenceIdOf(alert.id, `${LEARNT}${name}`),
    at: alert.lastAt,
    subject: alert.entities.slice(0, 4),
    kind: `${LEARNT}${name}`,
    llr,
    group: `${LEARNT}${name}`,
    text: describeLearnt(name, insight),
    offsets: alert.offsets,
  }));
}

/** A person's verdict teaches what each alert was like when it was scored last; what was said before is forgotten. */
export function learnFrom(
  memory: Memory,
  ids: readonly AlertId[],
  verdict: Pick<Verdict, 'kind'>,
): void {
  // After a kill the alert may be younger than the snapshot: what it was like stands with its last verdict.
  const lessons = ids.map((id) => memory.lessons.get(id) ?? memory.learner.taughtOn(id));
  memory.learner.takeBack(ids);
  const isGenuine = verdict.kind === 'true_positive';
  const isHarmless = verdict.kind === 'benign' || verdict.kind === 'false_positive';
  if (!isGenuine && !isHarmless) return;
  for (const [index, id] of ids.entries()) {
    const kept = lessons[index];
    if (kept) memory.learner.teach(id, { ...kept, isGenuine });
  }
}

/** Alerts on a machine that were seen at about that time: what comes beside them changes them. */
export function alertsBeside(
  memory: Memory,
  host: string,
  { at, withinMs }: { readonly at: EpochMs; readonly withinMs: number },
): readonly Alert[] {
  return memory
    .findUnder([`host:${host}`])
    .flatMap((id) => memory.alerts.get(id) ?? [])
    .filter((alert) => Math.abs(at - alert.lastAt) <= withinMs);
}
