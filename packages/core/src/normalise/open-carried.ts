import { readCarrier } from './carrier.ts';
import { type OpenRecord, openRecord } from './open-record.ts';
import type { SourceMemory } from './source-memory.ts';

/** The line that the record carries, opened in its turn; undefined when it is no shipper's. */
export function openCarried(outer: OpenRecord, memory: SourceMemory): OpenRecord | undefined {
  const json = outer.json();
  const carried = json && readCarrier(json, outer.record.receivedAt);
  return carried && openRecord({ ...outer.record, text: carried.text }, memory, carried.outer);
}
