import type { Analysis, Analyst, EpochMs, Event, Json, RawRecord, Run } from '@cordon/core';
import type {
  DeadLetter,
  LetterSelection,
  RecordLog,
  RetryCommit,
  StateStore,
} from '../store/ports.ts';
import { endOf, toDeadLetters, toTallies } from './books.ts';

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
  readonly onRetry?: ((analysis: Analysis) => void) | undefined;
  /** The loop's own hands. */
  readonly hands: {
    analyst(): Analyst;
    inTurn<T>(work: () => Promise<T>): Promise<T>;
    /** Resolves when the events can be searched; rejects when they could not be written. */
    keepEvents(events: readonly Event[]): Promise<void>;
    selectRuns(analysis: Analysis): readonly Run[];
    /** Resolves when it is on disk; tries again until then. */
    commit(retry: RetryCommit): Promise<void>;
    snapshot(): Json;
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
    const turn = await deps.hands.inTurn(async () => {
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
  await hands.keepEvents(hands.analyst().warm(inOrder, Number.POSITIVE_INFINITY));
  const isKept = ({ stage }: DeadLetter) => stage === 'store';
  const stored = found.flatMap(({ letter }) => (isKept(letter) ? [letter] : []));
  const kept = new Set(stored.map(({ offset }) => offset));
  const analysis = hands.analyst().analyse(inOrder.filter(({ offset }) => !kept.has(offset)));
  const done = { ...countEnds(analysis), asked: letters.length, gone };
  const parsed = done.parsed + stored.length;
  const read = found.map(({ letter }) => letter).filter((letter) => !isKept(letter));
  const change = toChange(read, analysis);
  await hands.commit({
    ...analysis.decisions,
    signals: analysis.signals,
    muted: analysis.muted,
    runs: hands.selectRuns(analysis),
    ...change,
    settled: [...change.settled, ...stored],
    snapshot: hands.snapshot(),
    audit: {
      at: deps.now(),
      actor: by.actor,
      what: 'records_retried',
      subject: by.selection.sourceId ?? 'all sources',
      data: { ...done, parsed, ...(by.selection.shape ? { shape: by.selection.shape } : {}) },
    },
  });
  deps.onRetry?.(analysis);
  return { ...done, parsed };
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

function countEnds({ outcomes }: Analysis) {
  const of = (kind: Analysis['outcomes'][number]['outcome']) =>
    outcomes.filter(({ outcome }) => outcome === kind).length;
  const [parsed, skipped] = [of('parsed'), of('skipped')];
  return { parsed, skipped, unread: outcomes.length - parsed - skipped };
}

/** Letters that came out as they were stay as they are; the others leave one end for another. */
function toChange(letters: Letters, analysis: Analysis) {
  const made = new Map(toDeadLetters(analysis.setAside).map((letter) => [letter.offset, letter]));
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
    tallies: [...left, ...toTallies(analysis.outcomes.filter(({ offset }) => moved.has(offset)))],
  };
}
