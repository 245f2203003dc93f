import { type RawRecord, shapeOf } from '@cordon/core';
import { packEvents } from '../store/packed-events.ts';
import type { DeadLetter } from '../store/ports.ts';
import type { Thought } from '../thinking/thinker.ts';
import { endOf } from './books.ts';

/** The letter of a record that must not be thought about. */
export const toFatalLetter = ({ offset, sourceId, receivedAt, text }: RawRecord): DeadLetter => ({
  offset,
  sourceId,
  at: receivedAt,
  stage: 'think',
  problem: {
    code: 'record_fatal',
    detail: `The thread that thinks about records ended twice over record ${offset}.`,
    hint: 'The record is kept word for word and is not thought about again; please report it. After an update, run the letter again.',
    retryable: false,
  },
  shape: shapeOf(text),
});

/** What a record comes to that nobody thought about. */
export function toSetAside(letter: DeadLetter): Thought {
  const { sourceId } = letter;
  const end = endOf(letter);
  return {
    tallies: end ? [{ ...end, count: 1 }] : [],
    deadLetters: [letter],
    signals: [],
    muted: [],
    decisions: { outcomes: [], alerts: [], incidents: [] },
    events: packEvents([]),
    ends: [{ sourceId, records: 1, read: 0, clocks: [], times: { events: 0, unusable: 0 } }],
  };
}
