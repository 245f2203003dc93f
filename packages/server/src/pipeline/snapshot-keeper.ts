import type { EpochMs } from '@cordon/core';
import type { StateStore } from '../store/ports.ts';
import type { Thinker } from '../thinking/thinker.ts';

/** Writing one costs some tenths of a second of a processor, and a restart reads again what came since. */
const EVERY_MS = 30_000;
/** Sooner only after very many records. */
const EVERY_RECORDS = 250_000;
/** Fewer than these wait for a quiet moment. */
const LEAST_RECORDS = 50_000;

export interface SnapshotDeps {
  readonly thinker: Pick<Thinker, 'snapshot'>;
  readonly state: Pick<StateStore, 'keepSnapshot'>;
  readonly now: () => EpochMs;
  /** Tries until it is on disk. */
  readonly commit: (write: () => Promise<void>) => Promise<void>;
}

/** A batch that the thinker was asked about last. */
export interface LastBatch {
  /** Where it ends. */
  readonly offset: number;
  /** Resolves when it is committed. */
  readonly committed: Promise<unknown>;
  /** Nothing waits behind it. */
  readonly isQuiet: boolean;
}

/**
 * Has snapshots written now and then, beside the loop: batches are thought about and committed while the
 * text of one is made. It is kept once everything that it knows of is committed, as of where it was asked
 * for; what was committed since is read again after a restart, as always.
 */
export class SnapshotKeeper {
  private readonly deps: SnapshotDeps;
  private offset = 0;
  private at = 0;
  private keeping: Promise<void> | undefined;

  constructor(deps: SnapshotDeps) {
    this.deps = deps;
  }

  /** The loop begins anew, from a snapshot that ends here. */
  begin(offset: number): void {
    this.offset = offset;
  }

  /** The next batch is followed by one, however little came since. */
  demand(): void {
    this.offset = Number.NEGATIVE_INFINITY;
  }

  /** Asks for one when it is due. */
  after(batch: LastBatch): void {
    if (this.keeping !== undefined || !this.isDue(batch)) return;
    this.offset = batch.offset;
    this.at = this.deps.now();
    this.keeping = this.keep(batch)
      // Who lost the thinker begins anew; at the end nothing is kept any more.
      .catch(() => undefined)
      .finally(() => {
        this.keeping = undefined;
      });
  }

  /** Resolves when none is being written. */
  async settled(): Promise<void> {
    await this.keeping;
  }

  private isDue({ offset, isQuiet }: LastBatch): boolean {
    const since = offset - this.offset;
    const isOld = this.deps.now() - this.at >= EVERY_MS;
    return since >= EVERY_RECORDS || (isOld && (isQuiet || since >= LEAST_RECORDS));
  }

  private async keep({ offset, committed }: LastBatch): Promise<void> {
    const { thinker, state, commit } = this.deps;
    const [text] = await Promise.all([thinker.snapshot(), committed]);
    await commit(() => state.keepSnapshot({ offset, text }));
  }
}
