import { toLetter } from '../event-letter.ts';
import type { DeadLetter } from '../ports.ts';
import { toStoreError } from '../store-error.ts';
import type { Engine } from './engine.ts';
import type { EventRow } from './event-row.ts';
import { type EventSegment, writeEventSegment } from './event-segment.ts';

/** What was written, and what the engine would not take. */
export interface Written {
  readonly segments: readonly EventSegment[];
  readonly refused: readonly DeadLetter[];
}

/** Is it the disk or the engine that failed, so that no event is to blame? */
async function isOurFault(engine: Engine, error: unknown): Promise<boolean> {
  if (toStoreError(error).problem.code === 'disk_full') return true;
  if (!(error instanceof Error) || 'code' in error || /\bIO Error\b/.test(error.message))
    return true;
  return engine.query('SELECT 1', {}).then(
    () => false,
    () => true,
  );
}

/**
 * Writes rows as segments. One that cannot be written is found by halving and set aside alone with
 * the reason, so that it holds nobody else up. Throws when the disk or the engine failed.
 */
export async function writeOrRefuse(
  engine: Engine,
  dir: string,
  rows: readonly EventRow[],
): Promise<Written> {
  try {
    return { segments: [await writeEventSegment(engine, dir, rows)], refused: [] };
  } catch (error) {
    if (await isOurFault(engine, error)) throw error;
    const [only] = rows;
    if (rows.length <= 1) {
      return { segments: [], refused: only === undefined ? [] : [toLetter(only, error)] };
    }
  }
  const middle = rows.length >> 1;
  const front = await writeOrRefuse(engine, dir, rows.slice(0, middle));
  const back = await writeOrRefuse(engine, dir, rows.slice(middle));
  return {
    segments: [...front.segments, ...back.segments],
    refused: [...front.refused, ...back.refused],
  };
}
