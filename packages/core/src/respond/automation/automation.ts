import type { Incident } from '../../correlate/incident.ts';
import { CORDON } from '../../decide/placement.ts';
import { verdictOf } from '../../report/books.ts';
import { type Share, shareOf } from '../../report/figure.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { EpochMs } from '../../shared/time.ts';
import type { Verdict } from '../../triage/alert.ts';
import { binomialCdf } from '../../triage/learn/certificate.ts';
import type { AutomationVersion, ResponseMode } from '../action.ts';

/*
 * An automation is a playbook that starts by itself. In the shadow it only records what it would have
 * done; people's verdicts on the incidents say whether that was right. A person makes it live when the
 * measured agreement is high enough, and what speaks against it afterwards puts it back.
 */

export type AutomationStage = 'shadow' | 'live';

/** What somebody decided about an automation, with the agreement it had then; holds for that version only. */
export interface StageDecision extends AutomationVersion {
  readonly stage: AutomationStage;
  readonly by: string;
  readonly reason: string;
  readonly at: EpochMs;
  readonly agreement: Share;
}

/** One incident on which the automation acted, or would have. */
export interface Trial {
  readonly incident: Pick<Incident, 'id' | 'number' | 'title' | 'state'>;
  /** When it first acted, or would have. */
  readonly at: EpochMs;
}

/** What a house asks of automations. */
export interface AutomationRules {
  /** Where a version stands that nobody decided about. */
  readonly startIn: AutomationStage;
  /** What the lower end of the agreement must reach, above 0 and below 1. */
  readonly agreement: number;
}

export const DEFAULT_AUTOMATION_RULES: AutomationRules = { startIn: 'live', agreement: 0.9 };

/** So many verdicts, the newest, tell whether it has drifted: a long good past hides nothing. */
export const DRIFT_VERDICTS = 50;
/** A run of disagreement that chance brings less often than this is none. */
const DRIFT_CHANCE = 0.05;

/** The verdict of a person on the incident, if there is one. */
export function personsVerdictOf(incident: Pick<Incident, 'state'>): Verdict | undefined {
  const verdict = verdictOf(incident);
  return verdict?.by === CORDON ? undefined : verdict;
}

/** Does the verdict say that acting was right? Undefined where it says nothing about that. */
export function isAgreed({ kind }: Verdict): boolean | undefined {
  if (kind === 'true_positive') return true;
  return kind === 'false_positive' || kind === 'benign' ? false : undefined;
}

const listAnswers = (trials: readonly Trial[]): readonly boolean[] =>
  trials.flatMap(({ incident }) => {
    const verdict = personsVerdictOf(incident);
    return (verdict && isAgreed(verdict)) ?? [];
  });

/** How often people's verdicts agreed with it, and where that share lies with 95 % confidence. */
export function toAgreement(trials: readonly Trial[]): Share {
  const answers = listAnswers(trials);
  return shareOf(answers.filter(Boolean).length, answers.length);
}

/** May a person make it live? Only when the lower end of its agreement reaches what the house asks. */
export function checkPromotion({ k, n, low }: Share, { agreement }: AutomationRules): Result<true> {
  if (low !== undefined && low >= agreement) return ok(true);
  const known =
    low === undefined
      ? `People's verdicts agreed in ${k} of ${n}, which is too few to tell`
      : `People's verdicts agreed in ${k} of ${n}, at least ${percent(low)} with 95 % confidence`;
  return err({
    code: 'automation_unproven',
    detail: `${known}; ${percent(agreement)} are asked for.`,
    hint: 'It stays in the shadow until more of its incidents have a verdict.',
    retryable: false,
  });
}

const percent = (share: number): string => `${(Math.floor(share * 1_000) / 10).toString()} %`;

/**
 * Has it drifted since it was made live? Yes when so much disagreement would come by chance less than
 * once in twenty if it still agreed as often as the house asks (exact binomial tail). Trials newest first.
 */
export function hasDrifted(since: readonly Trial[], { agreement }: AutomationRules): boolean {
  const answers = listAnswers(since).slice(0, DRIFT_VERDICTS);
  const wrong = answers.filter((isRight) => !isRight).length;
  return wrong > 0 && 1 - binomialCdf(wrong - 1, answers.length, 1 - agreement) < DRIFT_CHANCE;
}

/** Where a version of a playbook stands: as was decided about this very version, else where all begin. */
export const stageOf = (
  { version }: AutomationVersion,
  standing: StageDecision | undefined,
  { startIn }: AutomationRules,
): AutomationStage => (standing?.version === version ? standing.stage : startIn);

/** In the shadow nothing is done, whatever the house allows. */
export const toStagedMode = (mode: ResponseMode, stage: AutomationStage): ResponseMode =>
  stage === 'shadow' ? 'observe' : mode;
