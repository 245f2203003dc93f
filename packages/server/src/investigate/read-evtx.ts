import { createEvtxReader, type EvtxItem, type Problem } from '@cordon/core';

/** A damaged file can have a problem for each record; after so many the rest is only counted. */
const MAX_PROBLEMS = 20;

/** A record of a binary file as JSON with its place, or what was lost of the file. */
export type FileRecord =
  | { readonly kind: 'record'; readonly text: string; readonly byte: number }
  | { readonly kind: 'damage'; readonly problem: Problem | undefined; readonly lost: number };

/** The records of a Windows event log file; holds one chunk of 64 KiB at a time. */
export async function* readEvtxRecords(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
): AsyncIterable<FileRecord> {
  const reader = createEvtxReader();
  let problems = 0;
  const toRecord = (item: EvtxItem): FileRecord => {
    if (item.kind === 'record')
      return { kind: 'record', text: JSON.stringify(item.event), byte: item.place.byte };
    problems += 1;
    const at = { file: path, byte: item.place.byte };
    const problem = problems > MAX_PROBLEMS ? undefined : { ...item.problem, at };
    return { kind: 'damage', problem, lost: item.lost };
  };
  for await (const bytes of chunks) {
    for (const item of reader.push(bytes)) yield toRecord(item);
  }
  for (const item of reader.finish()) yield toRecord(item);
  if (problems > MAX_PROBLEMS) yield { kind: 'damage', problem: more(path, problems), lost: 0 };
}

const more = (path: string, problems: number): Problem => ({
  code: 'evtx_chunk_damaged',
  detail: `There are ${problems - MAX_PROBLEMS} more problems like these in the file.`,
  hint: 'What else the file holds was read; take a fresh copy of it if you can.',
  at: { file: path },
  retryable: false,
});
