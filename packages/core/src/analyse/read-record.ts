import type { Enricher } from '../enrich/enricher.ts';
import type { RawRecord } from '../event/record.ts';
import type { Normalised, Normaliser } from '../normalise/normaliser.ts';
import type { Problem } from '../shared/problem.ts';

/** What a mistake of our own in a stage is told as. */
export const bugIn = (stage: string, error: unknown): Problem => ({
  code: 'bug',
  detail: `The ${stage} stage failed on this record: ${error instanceof Error ? error.message : String(error)}.`,
  hint: 'The record was set aside whole; please report it with the line shown here.',
  retryable: false,
});

/** As it was read, or the mistake that was made over it. */
export type Read = Normalised | { readonly kind: 'broken'; readonly problem: Problem };

/** A record as a parser reads it, with what is known written into the event; never throws. */
export interface RecordReader {
  /** Learns from it, too. */
  first(record: RawRecord): Read;
  /** For one that was learned from already. */
  again(record: RawRecord): Read;
}

/** Reads records; without an enricher the event is what the parser made of it. */
export function createRecordReader(
  normaliser: Normaliser,
  enricher: Enricher | undefined,
): RecordReader {
  const read = (record: RawRecord, how: 'enrich' | 'annotate'): Read => {
    try {
      const normalised = normaliser.normalise(record);
      if (enricher === undefined || normalised.kind !== 'parsed') return normalised;
      return { ...normalised, event: enricher[how](normalised.event) };
    } catch (error) {
      return { kind: 'broken', problem: bugIn('normalise', error) };
    }
  };
  return {
    first: (record) => read(record, 'enrich'),
    again: (record) => read(record, 'annotate'),
  };
}
