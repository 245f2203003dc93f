import { readCarrier } from './carrier.ts';
import { type OpenRecord, openPlain, openRecord } from './open-record.ts';
import type { SourceMemory } from './source-memory.ts';

/**
 * The other way to see a record that nobody understood: the line that it carries, opened in its turn,
 * or the whole of it where what was taken for a header may be none. Undefined when there is no other.
 */
export function openOtherwise(outer: OpenRecord, memory: SourceMemory): OpenRecord | undefined {
  const json = outer.json();
  const carried = json && readCarrier(json, outer.record.receivedAt);
  if (carried) return openRecord({ ...outer.record, text: carried.text }, memory, carried.outer);
  return outer.envelope?.isGuess ? openPlain(outer.record, memory) : undefined;
}
