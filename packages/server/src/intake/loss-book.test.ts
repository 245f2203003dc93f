import { describe, expect, it } from 'vitest';
import type { Tally } from '../store/ports.ts';
import { LossBook } from './loss-book.ts';

const loss = (count: number, reason = 'queue_full'): Tally => ({
  sourceId: 'a',
  outcome: 'refused',
  reason,
  count,
});

/** A store that keeps what it is told, write by write, and fails when it should. */
function createStore() {
  const writes: (readonly Tally[])[] = [];
  const state = { isBroken: false };
  const addTallies = async (tallies: readonly Tally[]) => {
    if (state.isBroken) throw new Error('broken');
    writes.push(tallies);
  };
  return { writes, state, addTallies };
}

describe('the book of losses', () => {
  it('says that a loss is noted only when it is written; what comes together shares a write', async () => {
    const store = createStore();
    const book = new LossBook(store, 0);
    const noted = [1, 2, 3].map((count) => {
      book.add(loss(count));
      return book.noted();
    });
    expect(store.writes).toEqual([]);
    await Promise.all(noted);
    expect(store.writes).toEqual([[loss(6)]]);
  });

  it('keeps what could not be written, and nobody waiting for it', async () => {
    const store = createStore();
    const book = new LossBook(store, 0);
    store.state.isBroken = true;
    book.add(loss(1));
    await book.noted();
    await expect(book.save()).rejects.toThrow('broken');
    store.state.isBroken = false;
    book.add(loss(1));
    book.add(loss(4, 'disk_full'));
    await book.noted();
    expect(store.writes).toEqual([[loss(2), loss(4, 'disk_full')]]);
    await book.save();
    expect(store.writes).toHaveLength(1);
  });
});
