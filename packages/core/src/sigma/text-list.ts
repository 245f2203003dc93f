import type { ValueTest } from './ast.ts';
import { fold } from './event-view.ts';
import { GramTable } from './gram-table.ts';
import { ANY } from './token.ts';

/** A test of one folded value. */
type FoldedTest = (lower: string) => boolean;

/** From so many texts on, one pass over the value is quicker than a search for each. */
const MIN_INSIDE = 8;
const MIN_ENDS = 4;

/** What a list of tests became: some in one go, the rest as they were. */
export interface Merged {
  readonly tests: readonly FoldedTest[];
  readonly rest: readonly ValueTest[];
}

/** Makes one test of the many texts of a list that may stand anywhere, one of the many last segments of a path. */
export function mergeTexts(tests: readonly ValueTest[]): Merged {
  const inside = new Map<string, ValueTest>();
  const ends = new Map<string, ValueTest>();
  const rest: ValueTest[] = [];
  for (const test of tests) {
    const within = insideOf(test);
    const end = endOf(test);
    if (within !== undefined) inside.set(within, test);
    else if (end !== undefined) ends.set(end, test);
    else rest.push(test);
  }
  const merged: FoldedTest[] = [];
  if (ends.size >= MIN_ENDS) merged.push(endsIn(new Set(ends.keys())));
  else rest.push(...ends.values());
  if (inside.size >= MIN_INSIDE) merged.push(holdsAny(inside));
  else rest.push(...inside.values());
  return { tests: merged, rest };
}

function holdsAny(texts: ReadonlyMap<string, unknown>): FoldedTest {
  const table = new GramTable(texts);
  return (lower) => table.scan(lower, yes);
}

const yes = (): boolean => true;

function endsIn(ends: ReadonlySet<string>): FoldedTest {
  return (lower) => {
    const at = Math.max(lower.lastIndexOf('\\'), lower.lastIndexOf('/'));
    return at >= 0 && ends.has(lower.slice(at));
  };
}

/** `*text*` of at least three characters. */
function insideOf(test: ValueTest): string | undefined {
  if (test.type !== 'string' || test.cased || test.value.length !== 3) return undefined;
  const [before, text, behind] = test.value;
  if (before !== ANY || behind !== ANY || typeof text !== 'string') return undefined;
  const folded = fold(text);
  return folded.length < 3 ? undefined : folded;
}

const LAST_SEGMENT = /^[\\/][^\\/]+$/;

/** `*\name`: the last segment of a path with what stands before it. */
function endOf(test: ValueTest): string | undefined {
  if (test.type !== 'string' || test.cased || test.value.length !== 2) return undefined;
  const [before, text] = test.value;
  if (before !== ANY || typeof text !== 'string') return undefined;
  const folded = fold(text);
  return LAST_SEGMENT.test(folded) ? folded : undefined;
}
