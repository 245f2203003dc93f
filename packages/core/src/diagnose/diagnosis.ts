import type { Layer } from './cause-entry.ts';
import { CAUSES, type CauseCode } from './causes.ts';
import type { Fact, ResultOf, Test, TestKind } from './fact.ts';
import type { Target } from './target.ts';

/** One cause with what shows it. */
export interface Fault {
  readonly cause: CauseCode;
  readonly layer: Layer;
  /** The cause in words. */
  readonly title: string;
  /** What was seen, a sentence each. */
  readonly evidence: readonly string[];
  /** What to do. */
  readonly fix: string;
  /** The command that shows whether it helped; for a person. */
  readonly confirm: string;
  /** The action of ours that is the cause; it can be undone. */
  readonly actionId?: string;
}

/** What a passed part of the tree rules out. */
export interface Passed {
  readonly layer: Layer;
  readonly text: string;
}

export interface Diagnosis {
  readonly target: Target;
  /**
   * `cause`: one; `candidates`: these and no other that is known, the likeliest first; `healthy`: everything
   * asked for works; `undecided`: what would tell could not be asked.
   */
  readonly outcome: 'healthy' | 'cause' | 'candidates' | 'undecided';
  readonly faults: readonly Fault[];
  readonly passed: readonly Passed[];
}

/** Words that fill the gaps of a cause's sentences. */
export type Words = Readonly<Record<string, string | number | undefined>>;

/** A walk through one part of the tree: asks tests, is handed their facts, ends with what it found. */
export type Walk<T> = Generator<Test, T, Fact>;

/** Asks one test; undefined where it could not be made. */
export function* ask<K extends TestKind>(
  test: Extract<Test, { kind: K }>,
): Walk<ResultOf<K> | undefined> {
  const fact = yield test;
  return fact.result as ResultOf<K> | undefined;
}

/** A fault with its sentences filled in; a gap nothing fills is left as a question mark. */
export function fault(cause: CauseCode, evidence: readonly string[], words: Words): Fault {
  const { layer, title, fix, confirm } = CAUSES[cause];
  const fill = (text: string) =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => String(words[name] ?? '?'));
  return { cause, layer, title: fill(title), evidence, fix: fill(fix), confirm: fill(confirm) };
}
