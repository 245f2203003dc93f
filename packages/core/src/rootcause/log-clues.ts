import { TemplateMiner } from '../detect/log-template/template-miner.ts';
import type { CauseClue } from './cause-clue.ts';
import { sideOf, type Windows } from './deviation.ts';
import type { LogLine } from './telemetry.ts';

const MAX_TEMPLATES = 5_000;
const MAX_NATS = 2.5;
const NEW_NATS = 1;
const ERROR_FACTOR = 1.5;
const ERROR_WORDS = /\b(?:error|exception|fatal|panic|fail(?:ed|ure)?|refused|timed? ?out)\b/i;

interface Counts {
  readonly service: string;
  readonly words: string;
  before: number;
  after: number;
}

/** Messages of a form that was never there before, or comes far more often, speak for their service. */
export function logClues(lines: readonly LogLine[], windows: Windows): readonly CauseClue[] {
  const miner = new TemplateMiner(MAX_TEMPLATES);
  const counts = new Map<unknown, Counts>();
  const span = { before: 0, after: 0 };
  for (const { at, service, text } of lines) {
    const side = sideOf(at, windows);
    if (side === undefined) continue;
    const { template } = miner.mine(service, text, (gone) => counts.delete(gone));
    const seen = counts.get(template) ?? { service, words: text, before: 0, after: 0 };
    seen[side] += 1;
    span[side] += 1;
    counts.set(template, seen);
  }
  if (span.before === 0 || span.after === 0) return [];
  return [...counts.values()].flatMap((seen) => clueOf(seen, span.after / span.before));
}

function clueOf({ service, words, before, after }: Counts, ratio: number): readonly CauseClue[] {
  const expected = (before + 0.5) * ratio;
  if (after <= expected) return [];
  const likelihood = after * Math.log(after / expected) - (after - expected);
  const isError = ERROR_WORDS.test(words);
  const raw = 0.5 * Math.log1p(likelihood) + (before === 0 && isError ? NEW_NATS : 0);
  const nats = Math.min(MAX_NATS, raw * (isError ? ERROR_FACTOR : 1));
  const text = `"${words.slice(0, 120)}" came ${after} times, ${before} before`;
  return [{ service, kind: 'log', nats, text }];
}
