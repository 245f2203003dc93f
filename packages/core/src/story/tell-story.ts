import type { Incident } from '../correlate/incident.ts';
import { isCommonAccount } from '../entity/resolve.ts';
import { clockOf } from '../origin/trace-back.ts';
import type { AlertId } from '../shared/id.ts';
import type { EpochMs } from '../shared/time.ts';
import type { Alert } from '../triage/alert.ts';
import { type AttackStep, toAttackSteps } from './attack-steps.ts';
import { tacticWords } from './tactics.ts';

/** One sentence of the story, with what it rests on. */
export interface StorySentence {
  readonly at: EpochMs;
  /** Plain text for a reader who knows no ATT&CK. */
  readonly text: string;
  readonly tactic: string;
  readonly techniques: readonly string[];
  readonly alertIds: readonly AlertId[];
  readonly offsets: readonly number[];
}

const MAX_TITLES = 2;

const whereOf = ({ place }: AttackStep): string => (place === undefined ? '' : ` on ${place}`);

function whoOf({ users }: AttackStep): string {
  const people = users.filter((user) => !isCommonAccount(user));
  const [first] = people;
  if (first === undefined) return 'somebody';
  return people.length === 1
    ? `the account ${first}`
    : `${people.length} accounts, ${first} among them,`;
}

/** Where the step before was, when this one is on another machine. */
function wayOf(step: AttackStep, byId: ReadonlyMap<AlertId, AttackStep>): string {
  const [cause] = step.causes;
  const from = cause === undefined ? undefined : byId.get(cause)?.place;
  return from === undefined || from === step.place ? '' : `, coming from ${from},`;
}

function tell(step: AttackStep, byId: ReadonlyMap<AlertId, AttackStep>): string {
  const more = step.titles.length - MAX_TITLES;
  const seen = step.titles.slice(0, MAX_TITLES).join('; ');
  const rest = more > 0 ? `; and ${more} more` : '';
  return `${clockOf(step.at)}: ${whoOf(step)}${wayOf(step, byId)} ${tacticWords(step.tactic)}${whereOf(step)} (${seen}${rest}).`;
}

/** The story of an attack in order of cause, a sentence for each step, each with its evidence. */
export function tellStory(incident: Incident, alerts: readonly Alert[]): readonly StorySentence[] {
  const steps = toAttackSteps(incident, alerts);
  const byId = new Map(steps.map((step) => [step.id, step]));
  return steps.map((step) => ({
    at: step.at,
    text: tell(step, byId),
    tactic: step.tactic,
    techniques: step.techniques,
    alertIds: step.alertIds,
    offsets: step.offsets,
  }));
}
