import type { ChangeView } from '@cordon/contract';
import type { StateStore } from '../store/ports.ts';

/** Four looks a second at most, whatever happens in the store. */
const POLL_MS = 250;
const MAX_CHANGES = 1000;

/** What a listener is told. `reset`: too much was missed to tell it all. */
export type FeedMessage =
  | { readonly kind: 'changes'; readonly seq: number; readonly items: readonly ChangeView[] }
  | { readonly kind: 'reset'; readonly seq: number };

export interface ChangeFeed {
  /** Tells the listener of every change after `since` (or from now on) until the returned function is called. */
  listen(listener: (message: FeedMessage) => void, since?: number): Promise<() => void>;
  listeners(): number;
  close(): void;
}

interface Seat {
  readonly tell: (message: FeedMessage) => void;
  seq: number;
}

/** Looks at the store only while somebody listens; each thing is told once per look. */
export function createChangeFeed(
  store: StateStore,
  onFailed: (error: unknown) => void,
): ChangeFeed {
  const seats = new Set<Seat>();
  let timer: NodeJS.Timeout | undefined;
  let isLooking = false;

  const catchUp = async (seat: Seat): Promise<void> => {
    const changes = await store.changesSince(seat.seq, MAX_CHANGES);
    const last = changes.at(-1);
    if (!last || !seats.has(seat)) return;
    const isTooMuch = changes.length >= MAX_CHANGES;
    seat.seq = isTooMuch ? await store.lastChange() : last.seq;
    seat.tell(
      isTooMuch
        ? { kind: 'reset', seq: seat.seq }
        : { kind: 'changes', seq: seat.seq, items: newestOfEach(changes) },
    );
  };
  const look = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    try {
      const newest = await store.lastChange();
      for (const seat of seats) if (seat.seq < newest) await catchUp(seat);
    } catch (error) {
      onFailed(error);
    } finally {
      isLooking = false;
    }
  };
  const stopWhenEmpty = () => {
    if (seats.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
  return {
    listen: async (tell, since) => {
      const newest = await store.lastChange();
      // A number from before a restore may lie ahead of the store: then everything may have changed.
      const isAhead = since !== undefined && since > newest;
      const seat: Seat = { tell, seq: isAhead ? newest : (since ?? newest) };
      seats.add(seat);
      if (isAhead) tell({ kind: 'reset', seq: newest });
      timer ??= setInterval(() => void look(), POLL_MS);
      return () => {
        seats.delete(seat);
        stopWhenEmpty();
      };
    },
    listeners: () => seats.size,
    close: () => {
      seats.clear();
      stopWhenEmpty();
    },
  };
}

function newestOfEach(changes: readonly ChangeView[]): readonly ChangeView[] {
  const newest = new Map<string, ChangeView>();
  for (const change of changes) newest.set(`${change.topic} ${change.id}`, change);
  return [...newest.values()].map(({ seq, topic, id }) => ({ seq, topic, id }));
}
