import type { RawRecord } from '@cordon/core';
import { createHeadWatch } from '../head-watch.ts';
import { packRecords } from '../packed-records.ts';
import type { NewRecord, RecordLog } from '../ports.ts';
import { toRawRecord } from '../raw-record.ts';
import { encodeFrame, sliceFrame, spansOf } from '../segments/frame.ts';
import { closedError } from '../store-error.ts';

type Kept = RawRecord & { readonly bytes: Uint8Array };

/** A record log that lives as long as the process: for tests and for investigations without a data directory. */
export function createMemoryRecordLog(): RecordLog {
  const records: Kept[] = [];
  const watch = createHeadWatch(() => records.length);
  let isClosed = false;
  const open = (): void => {
    if (isClosed) throw closedError();
  };
  const keep = (record: NewRecord): void => {
    const bytes = Uint8Array.from(record.bytes);
    records.push({ ...toRawRecord({ ...record, bytes }, records.length), bytes });
  };
  const withoutBytes = ({ bytes: _bytes, ...record }: Kept): RawRecord => record;
  return {
    async append(batch) {
      open();
      const first = records.length;
      batch.forEach(keep);
      watch.wake();
      return first;
    },
    async read(offset, limit) {
      open();
      return records.slice(offset, offset + limit).map(withoutBytes);
    },
    async readPacked(offset, limit) {
      open();
      const some = records.slice(offset, offset + limit);
      if (some.length === 0) return undefined;
      const frame = encodeFrame(some, offset);
      const [span] = spansOf(frame);
      const all = { from: offset, limit };
      return span && packRecords(offset, [sliceFrame(frame, span, all)]);
    },
    async get(offset) {
      open();
      return records[offset];
    },
    async search({ text, fromAt, toAt, limit }) {
      open();
      return records
        .filter(
          (record) =>
            record.receivedAt >= (fromAt ?? -Infinity) && record.receivedAt <= (toAt ?? Infinity),
        )
        .filter((record) => record.text.includes(text))
        .slice(-limit)
        .reverse()
        .map(withoutBytes);
    },
    size: () => ({ files: 0, bytes: records.reduce((sum, { bytes }) => sum + bytes.length, 0) }),
    retire: async () => ({ files: 0, bytes: 0, records: 0 }),
    head: () => records.length,
    tail: () => 0,
    waitPast: (offset, signal) =>
      isClosed ? Promise.reject(closedError()) : watch.waitPast(offset, signal),
    repairs: [],
    async close() {
      isClosed = true;
      watch.close();
    },
  };
}
