import type { AlertId } from '../shared/id.ts';
import type { EpochMs } from '../shared/time.ts';
import type { Alert } from '../triage/alert.ts';

const MAX_NOTABLE = 512;

/**
 * When the newest alerts that are not called harmless began, and how likely each is. Asked of for every
 * pair of alerts that only the clock might tie, so the numbers lie in rows; the oldest gives its place up.
 */
export class NotableBook {
  readonly #rowOf = new Map<AlertId, number>();
  readonly #firstAt = new Float64Array(MAX_NOTABLE);
  readonly #p = new Float64Array(MAX_NOTABLE);
  #nextRow = 0;

  has(id: AlertId): boolean {
    return this.#rowOf.has(id);
  }

  /** Since when they are complete; undefined while none had to go. */
  get completeSince(): EpochMs | undefined {
    const isFull = this.#rowOf.size >= MAX_NOTABLE;
    return isFull ? (this.#firstAt[this.#nextRow] as EpochMs | undefined) : undefined;
  }

  /** In its newest form; it keeps its place in the order. */
  note({ id, firstAt, score }: Alert): void {
    const row = this.#rowOf.get(id) ?? this.#rowFor(id);
    this.#firstAt[row] = firstAt;
    this.#p[row] = score.p;
  }

  /** How many that are at least so likely began in that time, both ends included. */
  count(p: number, from: number, to: number): number {
    let count = 0;
    for (let row = 0; row < this.#rowOf.size; row += 1) {
      const at = this.#firstAt[row] ?? 0;
      if ((this.#p[row] ?? 0) >= p && at >= from && at <= to) count += 1;
    }
    return count;
  }

  /** Oldest first. */
  ids(): readonly AlertId[] {
    return [...this.#rowOf.keys()];
  }

  fill(alerts: readonly Alert[]): void {
    this.#rowOf.clear();
    this.#nextRow = 0;
    for (const alert of alerts) this.note(alert);
  }

  #rowFor(id: AlertId): number {
    const row = this.#nextRow;
    this.#nextRow = (row + 1) % MAX_NOTABLE;
    const [oldest] = this.#rowOf.keys();
    if (this.#rowOf.size >= MAX_NOTABLE && oldest !== undefined) this.#rowOf.delete(oldest);
    this.#rowOf.set(id, row);
    return row;
  }
}
