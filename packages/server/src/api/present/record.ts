import type { RecordDetail, RecordSummary } from '@cordon/contract';
import type { Event, RawRecord, Signal } from '@cordon/core';
import { presentSignal } from './alert.ts';
import { compact, toTime } from './present.ts';

export const presentRecord = (record: RawRecord): RecordSummary =>
  compact({
    offset: record.offset,
    source_id: record.sourceId,
    received_at: toTime(record.receivedAt),
    text: record.text,
    is_lossy: record.isLossy ?? false,
    peer: record.peer,
  });

/** The event goes out in OCSF's own spelling, as it is. */
export const presentRecordDetail = (
  record: RawRecord & { readonly bytes: Uint8Array },
  made: { readonly event: Event | undefined; readonly signals: readonly Signal[] },
): RecordDetail =>
  compact({
    ...presentRecord(record),
    bytes_base64: Buffer.from(record.bytes).toString('base64'),
    parsers: record.parsers && [...record.parsers],
    event: made.event,
    signals: made.signals.map(presentSignal),
  }) as RecordDetail;
