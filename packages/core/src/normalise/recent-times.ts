import type { EpochMs } from '../shared/time.ts';
import { readTime } from './read-time.ts';

const MAX_TIMES = 64;

/**
 * Reads times as `readTime` does, a text of the same receipt only once: neighbours in a log mostly
 * were written in the same second and come together.
 */
export class RecentTimes {
  readonly #times = new Map<string, EpochMs>();
  #receivedAt: EpochMs | undefined;

  readonly read = (value: unknown, receivedAt: EpochMs): EpochMs | undefined => {
    if (typeof value !== 'string') return readTime(value, receivedAt);
    if (receivedAt !== this.#receivedAt || this.#times.size >= MAX_TIMES) {
      this.#times.clear();
      this.#receivedAt = receivedAt;
    }
    const known = this.#times.get(value);
    if (known !== undefined) return known;
    const time = readTime(value, receivedAt);
    if (time !== undefined) this.#times.set(value, time);
    return time;
  };
}
