import type { PipelineView } from '../ports.ts';
import type { RecordLog, StateStore, Tally } from '../store/ports.ts';

const MAX_TRIES = 5;

/** The two books at one moment. */
export interface Books {
  readonly tallies: readonly Tally[];
  readonly committedOffset: number;
  readonly head: number;
}

/**
 * Tallies and the committed offset are written in one transaction but read apart: read again until
 * no batch was committed in between, so that the equation is about one moment.
 */
export async function readBooks(deps: {
  readonly store: Pick<StateStore, 'listTallies'>;
  readonly log: Pick<RecordLog, 'head'>;
  readonly pipeline: () => Pick<PipelineView, 'committedOffset'>;
}): Promise<Books> {
  const { store, log, pipeline } = deps;
  let tallies: readonly Tally[] = [];
  let committedOffset = -1;
  for (
    let tries = 0;
    tries < MAX_TRIES && committedOffset !== pipeline().committedOffset;
    tries += 1
  ) {
    committedOffset = pipeline().committedOffset;
    tallies = await store.listTallies();
  }
  return { tallies, committedOffset, head: log.head() };
}
