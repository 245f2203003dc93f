import type { StateStore } from '../store/ports.ts';

const SETTING = 'fatal_records';
/** Batches become so many times smaller with each death. */
const SMALLER = 8;
/** More are not remembered: the oldest are the first to lie before the last snapshot. */
const MOST_KEPT = 1_000;

/**
 * Records over which the thinking thread dies: they are not given to it again, neither as new ones nor
 * in a replay, also after a restart. One that was being thought about in two deaths is fatal. Where
 * nobody knows over which one the thread died, what was lost is given in smaller and smaller batches,
 * until it is the only one of its batch.
 */
export class FatalRecords {
  readonly #store: Pick<StateStore, 'getSetting' | 'setSetting'>;
  /** Ascending. */
  #offsets: readonly number[] = [];
  #suspect: number | undefined;
  /** Records below it were in the thread's hands when it died; they come in batches of `most`. */
  #until = 0;
  #most = 1;

  constructor(store: Pick<StateStore, 'getSetting' | 'setSetting'>) {
    this.#store = store;
  }

  async load(): Promise<void> {
    const saved = await this.#store.getSetting(SETTING);
    const offsets: readonly unknown[] = Array.isArray(saved) ? saved : [];
    const known = offsets.filter((offset) => typeof offset === 'number');
    this.#offsets = ascending([...this.#offsets, ...known]);
  }

  /** How many records from `offset` on make a batch, at most `most`; 0: the one there may not be given. */
  batchAt(offset: number, most: number): number {
    return this.limit(offset, offset < this.#until ? Math.min(this.#most, most) : most);
  }

  /** How many records from `offset` on, at most `most`, come before the next fatal one. */
  limit(offset: number, most: number): number {
    const next = this.#offsets.find((fatal) => fatal >= offset) ?? Number.POSITIVE_INFINITY;
    return Math.min(most, next - offset);
  }

  /**
   * The thread died with the records of `lost` in its hands, over that one where it is known; gives the
   * one that is found fatal by it.
   */
  blame(
    offset: number | undefined,
    lost: { readonly from: number; readonly to: number },
  ): number | undefined {
    const isAgain = lost.from < this.#until;
    const isAlone = isAgain && this.#most === 1;
    this.#most = Math.ceil((isAgain ? this.#most : lost.to - lost.from) / SMALLER);
    this.#until = Math.max(this.#until, lost.to);
    if (offset === undefined) return isAlone ? lost.from : undefined;
    if (offset === this.#suspect) return offset;
    this.#suspect = offset;
    return undefined;
  }

  /** Resolves when it is on disk that the record is fatal. */
  async keep(offset: number): Promise<void> {
    this.#offsets = ascending([...this.#offsets, offset]);
    await this.#store.setSetting(SETTING, this.#offsets);
  }
}

const ascending = (offsets: readonly number[]): readonly number[] =>
  [...new Set(offsets)].sort((left, right) => left - right).slice(-MOST_KEPT);
