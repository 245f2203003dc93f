import type { DeadLetter, EventStore, RecordLog, StateStore } from '../store/ports.ts';
import type { Thinker } from '../thinking/thinker.ts';
import type { EventCarrier } from './event-carrier.ts';
import { toFatalLetter } from './fatal-letter.ts';
import type { FatalRecords } from './fatal-records.ts';

const WARM_RECORDS = 1_000;
/** Its end, and that its event is missing. */
const LETTERS_OF_ONE = 2;

export interface ReplayDeps {
  readonly log: RecordLog;
  readonly state: Pick<StateStore, 'listDeadLetters' | 'addDeadLetters'>;
  readonly events: EventStore;
  readonly thinker: Thinker;
  readonly carrier: EventCarrier;
  readonly fatal: FatalRecords;
  /** Tries until it is on disk. */
  readonly commit: (write: () => Promise<void>) => Promise<void>;
}

/**
 * Reads again what the snapshot or the event store has not seen; decides none of it again. The parsers
 * are those of today: a record that gave an event before and gives none now is told by a letter, since
 * that event was in no file yet.
 */
export async function replay(
  deps: ReplayDeps,
  range: { readonly snapshotOffset: number; readonly committedOffset: number },
  signal: AbortSignal,
): Promise<void> {
  const { log, events, thinker, carrier, fatal } = deps;
  const { snapshotOffset, committedOffset } = range;
  let offset = Math.max(log.tail(), Math.min(snapshotOffset, events.durableOffset()));
  while (offset < committedOffset && !signal.aborted) {
    const most = fatal.limit(offset, Math.min(WARM_RECORDS, committedOffset - offset));
    if (most === 0) {
      if (offset >= events.durableOffset()) await tellFatal(deps, offset);
      offset += 1;
      continue;
    }
    const packed = await log.readPacked(offset, most);
    if (packed === undefined || packed.first >= committedOffset) break;
    offset = packed.first + packed.count;
    const eventOffset = events.durableOffset();
    const warmed = await thinker.warm(packed, { snapshotOffset, eventOffset });
    await carrier.add(warmed.events);
    await tellMissing(deps, warmed.unread);
  }
}

async function tellFatal(deps: ReplayDeps, offset: number): Promise<void> {
  const record = await deps.log.get(offset);
  if (record) await tellMissing(deps, [toFatalLetter(record)]);
}

/** Letters for those that have none: the others never gave an event. */
async function tellMissing(
  { state, commit }: ReplayDeps,
  unread: readonly DeadLetter[],
): Promise<void> {
  if (unread.length === 0) return;
  const offsets = unread.map(({ offset }) => offset);
  await commit(async () => {
    const limit = LETTERS_OF_ONE * offsets.length;
    const { items } = await state.listDeadLetters({ limit, offsets });
    const known = new Set(items.map(({ offset }) => offset));
    await state.addDeadLetters(unread.filter(({ offset }) => !known.has(offset)).map(toMissing));
  });
}

const toMissing = ({ problem, ...letter }: DeadLetter): DeadLetter => ({
  ...letter,
  stage: 'store',
  problem: {
    code: 'event_lost_in_replay',
    detail: `Record ${letter.offset} gave an event before the last stop, which was in no file yet; read again it gives none: ${problem.detail}`,
    hint: 'Detection has seen it and the record is there word for word. Once its parser reads it again, run the letter again.',
    retryable: false,
  },
});
