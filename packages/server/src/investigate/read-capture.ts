import { type CaptureOutcome, createCaptureFlows } from '@cordon/core';
import type { Input } from './input.ts';
import type { FileRecord } from './read-evtx.ts';

/** The flows, DNS and HTTP of a packet capture; what is held is bounded. */
export async function* readCapture(
  { path, modifiedAt }: Pick<Input, 'path' | 'modifiedAt'>,
  chunks: AsyncIterable<Uint8Array>,
): AsyncIterable<FileRecord> {
  const flows = createCaptureFlows({ fallbackAt: modifiedAt });
  const rest = function* () {
    for (const outcome of flows.finish()) yield toRecord(path, outcome);
  };
  try {
    for await (const bytes of chunks) {
      for (const outcome of flows.push(bytes)) yield toRecord(path, outcome);
    }
  } catch (error) {
    // What came before the damage of an archive is kept.
    yield* rest();
    throw error;
  }
  yield* rest();
}

function toRecord(path: string, outcome: CaptureOutcome): FileRecord {
  const { byte } = outcome;
  if (outcome.kind === 'record')
    return { kind: 'record', text: JSON.stringify(outcome.record), byte };
  const problem = { ...outcome.problem, at: { file: path, byte } };
  return { kind: 'damage', problem, lost: outcome.lost };
}
