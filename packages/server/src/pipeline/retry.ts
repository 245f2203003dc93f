import type { Decisions, EpochMs, RawRecord, Run } from '@cordon/core';
import type { LetterSelection } from '../store/lists.ts';
import type { DeadLetter, RecordLog, RetryCommit, StateStore } from '../store/ports.ts';
import type { SecondThought, SourceEnd } from '../thinking/thinker.ts';
import { endOf, toTallies } from './books.ts';

/*
 * Dead letters run again, after a parser was mended. Each goes the whole way from the record log, and
 * what it led to is committed together with the end of its letter: it leaves one line of the books for
 * another in one transaction, so that in = sum of outs holds at every moment, and never twice.
 */

/** How many letters are taken in one turn: people's acts and new records wait for no more. */
const TURN_LETTERS = 200;
/** How many one call takes; the caller asks again for the rest. */
const CALL_LETTERS = 10_000;

/** What became of letters that were run again. */
export interface Retried {
  readonly asked: number;
  readonly parsed: number;
  readonly skipped: number;
  /** Unread as before, or failed in another place. */
  readonly unread: number;
  /** Their records are past their retention; their letters stay. */
  readonly gone: number;
  /** Where to go on; absent when all were asked. */
  readonly nextCursor?: string;
}

export interface RetryDeps {
  readonly state: Pick<StateStore, 'listDeadLetters'>;
  readonly log: Pick<RecordLog, 'get'>;
  readonly now: () => EpochMs;
  readonly onRetry?: ((ends: readonly SourceEnd[]) => void) | undefined;
  /** The loop's own hands. */
  readonly hands: {
    /** No other run of letters goes on meanwhile. */
    alone<T>(work: () => Promise<T>): Promise<T>;
    /**
     * Resolves when the events of the records can be searched, with the letters of those that give none;
     * rejects when they could not be written.
     */
    keepEvents(records: readonly RawRecord[]): Promise<Letters>;
    /** Thinks and commits in its place between two batches. */
    thinkAgain(
      records: readonly RawRecord[],
      commit: (thought: SecondThought) => Promise<void>,
    ): Promise<void>;
    selectRuns(decisions: Decisions): readonly Run[];
    /** Resolves when it is on disk; tries again until then. */
    commit(retry: RetryCommit): Promise<void>;
  };
}

type Letters = readonly DeadLetter[];
const NONE = { asked: 0, parsed: 0, skipped: 0, unread: 0, gone: 0 };

/** Runs the letters again that are meant, newest first, a few a turn; `cursor` goes on from before. */
export async function retryLetters(
  deps: RetryDeps,
  asked: LetterSelection & { readonly cursor?: string },
  actor: string,
): Promise<Retried> {
  const { cursor: start, ...selection } = asked;
  let total = NONE;
  let cursor = start;
  do {
    const query = { ...selection, limit: TURN_LETTERS, ...(cursor ? { cursor } : {}) };
    // Read in the same turn, so that no other call moves the same letters.
    const turn = await deps.hands.alone(async () => {
      const page = await deps.state.listDeadLetters(query);
      return { page, done: await retryTurn(deps, page.items, { selection, actor }) };
    });
    total = sum(total, turn.done);
    cursor = turn.page.nextCursor;
  } while (cursor !== undefined && total.asked < CALL_LETTERS);
  return { ...total, ...(cursor === undefined ? {} : { nextCursor: cursor }) };
}

const sum = (one: typeof NONE, other: typeof NONE): typeof NONE => ({
  asked: one.asked + other.asked,
  parsed: one.parsed + other.parsed,
  skipped: one.skipped + other.skipped,
  unread: one.unread + other.unread,
  gone: one.gone + other.gone,
});

interface By {
  readonly selection: LetterSelection;
  readonly actor: string;
}

async function retryTurn(deps: RetryDeps, letters: Letters, by: By): Promise<typeof NONE> {
  const { hands } = deps;
  const found = await findRecords(deps, letters);
  const inOrder = found.map(({ record }) => record).sort((a, b) => a.offset - b.offset);
  const gone = letters.length - found.length;
  if (inOrder.length === 0) return { ...NONE, asked: letters.length, gone };
  // First what can be written again without harm; then what happens once.
  const unread = new Set((await hands.keepEvents(inOrder)).map(({ offset }) => offset));
  const isKept = ({ stage }: DeadLetter) => stage === 'store';
  const stored = found.flatMap(({ letter }) =>
    isKept(letter) && !unread.has(letter.offset) ? [letter] : [],
  );
  const kept = new Set(found.flatMap(({ letter }) => (isKept(letter) ? letter.offset : [])));
  const read = found.map(({ letter }) => letter).filter((letter) => !isKept(letter));
  let done = NONE;
  await hands.thinkAgain(
    inOrder.filter(({ offset }) => !kept.has(offset)),
    async (thought) => {
      const ends = countEnds(thought);
      done = { ...ends, parsed: ends.parsed + stored.length, asked: letters.length, gone };
      await hands.commit(toCommit(deps, thought, { read, stored, by, done }));
      deps.onRetry?.(thought.ends);
    },
  );
  return done;
}

function toCommit(
  { now, hands }: RetryDeps,
  thought: SecondThought,
  of: {
    readonly read: Letters;
    readonly stored: Letters;
    readonly by: By;
    readonly done: typeof NONE;
  },
): RetryCommit {
  const { selection, actor } = of.by;
  const change = toChange(of.read, thought);
  return {
    ...thought.decisions,
    signals: thought.signals,
    muted: thought.muted,
    runs: hands.selectRuns(thought.decisions),
    ...change,
    settled: [...change.settled, ...of.stored],
    ...(thought.snapshot === undefined ? {} : { snapshot: thought.snapshot }),
    audit: {
      at: now(),
      actor,
      what: 'records_retried',
      subject: selection.sourceId ?? 'all sources',
      data: { ...of.done, ...(selection.shape ? { shape: selection.shape } : {}) },
    },
  };
}

async function findRecords({ log }: RetryDeps, letters: Letters) {
  const found: { readonly letter: DeadLetter; readonly record: RawRecord }[] = [];
  const seen = new Set<number>();
  for (const letter of letters) {
    const whole = seen.has(letter.offset) ? undefined : await log.get(letter.offset);
    if (!whole) continue;
    seen.add(letter.offset);
    const { bytes: _bytes, ...record } = whole;
    found.push({ letter, record });
  }
  return found;
}

function countEnds({ outcomes }: SecondThought) {
  const of = (kind: SecondThought['outcomes'][number]['outcome']) =>
    outcomes.filter(({ outcome }) => outcome === kind).length;
  const [parsed, skipped] = [of('parsed'), of('skipped')];
  return { parsed, skipped, unread: outcomes.length - parsed - skipped };
}

/** Letters that came out as they were stay as they are; the others leave one end for another. */
function toChange(letters: Letters, thought: SecondThought) {
  const set = thought.deadLetters.filter(({ stage }) => stage !== 'store');
  const made = new Map(set.map((letter) => [letter.offset, letter]));
  const isSame = (letter: DeadLetter): boolean =>
    JSON.stringify(made.get(letter.offset)?.problem) === JSON.stringify(letter.problem);
  const settled = letters.filter((letter) => !isSame(letter));
  const moved = new Set(settled.map(({ offset }) => offset));
  const left = settled.flatMap((letter) => {
    const end = endOf(letter);
    return end ? [{ ...end, count: -1 }] : [];
  });
  return {
    settled,
    deadLetters: [...made.values()].filter(({ offset }) => moved.has(offset)),
    tallies: [...left, ...toTallies(thought.outcomes.filter(({ offset }) => moved.has(offset)))],
  };
}
