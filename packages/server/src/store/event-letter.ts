import type { Event, Provenance } from '@cordon/core';
import type { DeadLetter } from './ports.ts';

/** What tells an event from others. */
export type Named = Pick<Event, 'time'> & {
  readonly provenance: Pick<Provenance, 'offset' | 'sourceId'>;
};

/** The letter of an event that cannot be kept. */
export const toLetter = ({ time, provenance }: Named, error: unknown): DeadLetter => ({
  offset: provenance.offset,
  sourceId: provenance.sourceId,
  at: time,
  stage: 'store',
  problem: {
    code: 'event_refused',
    detail: `The event of record ${provenance.offset} cannot be kept for hunting: ${firstLine(error)}.`,
    hint: 'Detection has seen it and the record is there word for word; only searches over events miss it.',
    retryable: false,
  },
});

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]?.slice(0, 200) ?? '';
