import { expect, it } from 'vitest';
import type { Decider } from '../decide/decider.ts';
import type { DetectionEngine } from '../detect/engine.ts';
import type { Event } from '../event/event.ts';
import type { RawRecord } from '../event/record.ts';
import type { Normaliser } from '../normalise/normaliser.ts';
import { toEpochMs } from '../shared/time.ts';
import { createAnalyst } from './analyst.ts';

const recordOf = (offset: number, text: string): RawRecord => ({
  offset,
  sourceId: 'src',
  receivedAt: toEpochMs(0),
  text,
});
const eventOf = (record: RawRecord): Event => ({
  id: `evt_${record.offset}`,
  time: record.receivedAt,
  class_uid: 0,
  activity_id: 0,
  severity_id: 1,
  observables: [],
  provenance: {
    offset: record.offset,
    sourceId: record.sourceId,
    parserId: 'letters',
    logsource: { categories: [] },
    fields: {},
  },
});

/** Each engine fails on its own word, so that each stage can be made to break. */
const normaliser: Normaliser = {
  normalise(record) {
    if (record.text === 'break-normalise') throw new Error('broken');
    if (record.text.startsWith('#'))
      return { kind: 'skipped', reason: 'header', parserId: 'letters' };
    if (record.text === '?')
      return {
        kind: 'unparsed',
        problem: { code: 'bad_request', detail: 'No.', retryable: false },
      };
    return { kind: 'parsed', event: { ...eventOf(record), message: record.text } };
  },
};
function createEngines() {
  const seen: string[] = [];
  const engine: DetectionEngine = {
    evaluate(event) {
      if (event.message === 'break-detect') throw new Error('broken');
      seen.push(event.message ?? '');
      return [];
    },
    snapshot: () => [...seen],
    restore: () => undefined,
    advance: () => [],
    finish: () => [],
    profile: () => null,
    costs: () => [],
    stats: () => ({ groups: 0, evicted: 0, late: 0 }),
  };
  const nothing = { outcomes: [], alerts: [], incidents: [] };
  const decider: Decider = {
    addBenign: () => undefined,
    observe(event) {
      if (event.message === 'break-decide') throw new Error('broken');
    },
    consider: () => undefined,
    act: () => ({
      ok: true,
      value: { ...nothing, changes: { alerts: [], moreAlerts: 0, incidents: [], rules: [] } },
    }),
    traceOrigin: () => ({ kind: 'unseen', text: '', wouldSettle: [] }),
    describeEntity: ({ kind, id, at }) => ({
      ref: { kind, id, role: 'related' },
      confidence: 1,
      by: 'form',
      at,
      names: [],
      links: [],
    }),
    entityStats: () => ({ entities: 0, names: 0, evicted: { entities: 0, names: 0 } }),
    drain: () => nothing,
    closing: () => ({ certificate: undefined, audits: 0, misses: 0, pausedUntil: toEpochMs(0) }),
    learnt: () => null,
    restoreLearnt: () => undefined,
    snapshot: () => null,
    restore: () => undefined,
  };
  return { seen, analyst: createAnalyst({ normaliser, engine, decider }) };
}

it('ends every record in exactly one outcome, whatever breaks', () => {
  const texts = ['a', '#fields', '?', 'break-normalise', 'break-detect', 'break-decide', 'b'];
  const { analyst } = createEngines();
  const { outcomes, events, setAside } = analyst.analyse(
    texts.map((text, offset) => recordOf(offset, text)),
  );
  expect(outcomes.map(({ offset, outcome, reason }) => [offset, outcome, reason])).toEqual([
    [0, 'parsed', 'letters'],
    [1, 'skipped', 'header'],
    [2, 'unparsed', 'bad_request'],
    [3, 'dead_letter', 'normalise'],
    [4, 'dead_letter', 'detect'],
    [5, 'dead_letter', 'decide'],
    [6, 'parsed', 'letters'],
  ]);
  expect(events.map((event) => event.id)).toEqual(['evt_0', 'evt_6']);
  expect(setAside.map(({ stage, problem }) => [stage, problem.code])).toEqual([
    ['normalise', 'bad_request'],
    ['normalise', 'bug'],
    ['detect', 'bug'],
    ['decide', 'bug'],
  ]);
});

it('warms windows only with records from the snapshot on, and gives back all events', () => {
  const { analyst, seen } = createEngines();
  const { events } = analyst.warm(
    ['a', '?', 'b', 'c'].map((text, offset) => recordOf(offset, text)),
    2,
  );
  expect(events.map((event) => event.message)).toEqual(['a', 'b', 'c']);
  expect(seen).toEqual(['b', 'c']);
});
