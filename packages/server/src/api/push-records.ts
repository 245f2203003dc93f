import { type ReceivedRecord, SinkRefused } from '@cordon/kit';
import type { ApiDeps } from './deps.ts';
import { refuse } from './problem-json.ts';

const RETRY_AFTER_S = 2;

/**
 * Resolves when the records are on disk. A full queue refuses with 429 and a failing disk with 503,
 * both to be tried again; then nothing was taken.
 */
export async function pushRecords(
  { intake, telemetry }: Pick<ApiDeps, 'intake' | 'telemetry'>,
  sourceId: string,
  records: readonly ReceivedRecord[],
): Promise<void> {
  try {
    if (records.length > 0) await intake.push(sourceId, records);
  } catch (error) {
    if (!(error instanceof SinkRefused)) throw error;
    const { problem } = error;
    telemetry.ingestRefused({ sourceId, reason: problem.code });
    if (problem.code === 'unknown_source') throw refuse(404, problem);
    const status = problem.code.includes('queue') ? 429 : 503;
    throw refuse(status, problem, { retryAfterS: RETRY_AFTER_S });
  }
  telemetry.recordsIngested({ sourceId, count: records.length });
}
