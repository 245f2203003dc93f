import type { Alert, Analysis, RawRecord } from '@cordon/core';
import { describe, expect, it } from 'vitest';
import { analyseInSlices } from './in-slices.ts';

const record = (offset: number): RawRecord =>
  ({ offset, sourceId: 'src', text: `line ${offset}` }) as RawRecord;

/** Ends every record, and changes the one alert there is in each slice. */
function createThinker() {
  let slices = 0;
  return {
    slices: () => slices,
    analyse(records: readonly RawRecord[]): Analysis {
      slices += 1;
      const alert = { id: 'alr_1', revision: slices } as unknown as Alert;
      const outcomes = records.map(({ offset, sourceId }) => ({
        offset,
        sourceId,
        outcome: 'parsed' as const,
        reason: 'any',
      }));
      const nothing = { setAside: [], events: [], signals: [], muted: [] };
      return { ...nothing, outcomes, decisions: { outcomes: [], alerts: [alert], incidents: [] } };
    },
  };
}

describe('a batch in slices', () => {
  it('ends each record once, in order, and of what changed twice the last stands', async () => {
    const thinker = createThinker();
    const records = Array.from({ length: 250 }, (_, offset) => record(offset));
    const analysis = await analyseInSlices(thinker, records);
    expect(analysis.outcomes.map(({ offset }) => offset)).toEqual(
      records.map(({ offset }) => offset),
    );
    expect(analysis.decisions.alerts).toEqual([{ id: 'alr_1', revision: thinker.slices() }]);
  });

  it('lets others have their turn between two slices', async () => {
    const thinker = createThinker();
    const thinking = analyseInSlices(
      thinker,
      Array.from({ length: 1_000 }, (_, offset) => record(offset)),
    );
    const slicesBefore = await new Promise<number>((resolve) =>
      setImmediate(() => resolve(thinker.slices())),
    );
    await thinking;
    expect(slicesBefore).toBeLessThan(thinker.slices());
  });
});
