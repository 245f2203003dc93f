import { firedNow, MAX_VOLUME } from './facts.ts';
import type { Insight } from './learner.ts';
import type { Standing } from './reputation.ts';

const timesOf = (fired: number): string =>
  fired < 2 ** MAX_VOLUME ? `${fired} times` : `${fired} times or more`;
const round = (count: number): number => Math.round(count);

/** What a learnt piece of evidence says, in one sentence. */
export function describeLearnt(name: string, { standing, lesson }: Omit<Insight, 'pace'>): string {
  const [kind = name, what] = name.split(':');
  const fixed = SENTENCES[kind];
  if (fixed !== undefined) return `${fixed} Learnt from verdicts.`;
  if (kind === 'reputation') return describeReputation(standing);
  if (kind === 'pace')
    return `It fires ${round(2 ** (standing.pace + 1))} times as often as when it was harmless.`;
  if (kind === 'volume')
    return `It fired ${timesOf(firedNow(lesson))} in five minutes; what that is worth was learnt from verdicts.`;
  if (kind === 'verdicts')
    return `Rules with ${what === 'none' ? 'no' : what} verdicts turned out so before.`;
  return `Alerts of the sensor ${what} turned out so before.`;
}

function describeReputation({ genuine, believed, verdicts }: Standing): string {
  const counted = `${round(genuine)} of ${round(verdicts)} verdicts on this rule were genuine`;
  return round(believed) < round(genuine)
    ? `${counted}; as some verdicts here are wrong, ${round(believed)} of them count.`
    : `${counted}.`;
}

const SENTENCES: Readonly<Record<string, string>> = {
  calibration: 'Scores like this one turned out so: the odds are set to what verdicts showed.',
  average: 'This is what alerts are worth here.',
  'new-here': 'The rule fires on this machine for the first time.',
  'new-beside': 'Other rules fire on the machine for the first time, at the same time.',
  'new-elsewhere': 'At the same time rules fire on other machines that never fired here.',
  'strong-beside': 'Other signs on the machine at the same time speak of a threat.',
  'strong-before': 'In the two hours before, other signs on the machine spoke of a threat.',
  'strong-elsewhere': 'At the same time signs on other machines speak of a threat.',
  'new-in-context': 'The rule is new on a machine where other signs speak of a threat.',
  'doubted-in-context':
    'The rule is mostly harmless, but other signs on the machine speak of a threat.',
  'common-here': 'The rule fires on this machine again and again.',
  'common-in-context': 'The rule fires there again and again, and other signs speak of a threat.',
};
