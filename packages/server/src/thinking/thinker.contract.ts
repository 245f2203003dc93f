import { linkRules, parseParser, parseSigma, type RuleSetting, toEpochMs } from '@cordon/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryRecordLog } from '../store/memory/memory-record-log.ts';
import { unpackEvents } from '../store/packed-events.ts';
import type { PackedRecords } from '../store/packed-records.ts';
import type { RecordLog } from '../store/ports.ts';
import type { Memory, Order, Thinker, Thought } from './thinker.ts';

export const NOW = toEpochMs(1_767_600_000_000);

const { values: parsers } = parseParser(
  `
id: knocks
title: Knocks
read: text
messages:
  - name: knock
    pattern: 'knock {ip}'
    class: 3002
    logsource: {product: door}
    set: {src_endpoint.ip: $ip, status_id: 2}`,
  'knocks/parser.yml',
);
const { values: rules } = linkRules(
  parseSigma(
    `
title: A knock
id: knock
level: high
logsource: {product: door}
detection: {s: {src_endpoint.ip|startswith: '203.'}, condition: s}`,
    'knock/rule.yml',
  ).values,
);
export const CONTENT: Order = { kind: 'content', parsers, rules, settings: [] };
export const NO_MEMORY: Memory = { alerts: [], incidents: [], lastIncidentNumber: 0 };
const OFF: RuleSetting = { ruleId: 'knock', mode: 'shadow', suppressions: [] };

/** A log that holds these lines, and packages of it. */
export async function createLines(texts: readonly string[]) {
  const log: RecordLog = createMemoryRecordLog();
  const bytes = texts.map((text) => new TextEncoder().encode(text));
  await log.append(bytes.map((one) => ({ sourceId: 'door', receivedAt: NOW, bytes: one })));
  return {
    log,
    pack: async (from: number, count: number): Promise<PackedRecords> => {
      const packed = await log.readPacked(from, count);
      if (packed === undefined) throw new Error('There are no such records.');
      return packed;
    },
  };
}

const LINES = ['knock 203.0.113.7', 'what is this', 'knock 192.0.2.1', 'knock 203.0.113.8'];

/** What a thought comes to, in one line. */
const told = ({ tallies, deadLetters, signals, events }: Thought) => ({
  ends: Object.fromEntries(tallies.map(({ outcome, count }) => [outcome, count])),
  letters: deadLetters.map(({ offset }) => offset),
  signals: signals.flatMap(({ offsets }) => offsets),
  events: unpackEvents(events).map(({ provenance }) => provenance.offset),
});

/** What every thinker keeps to. `open` gives one that knows nothing and goes by nothing yet. */
export function checkThinker(name: string, open: () => Promise<Thinker>): void {
  describe(`thinker: ${name}`, () => {
    let thinker: Thinker;
    beforeEach(async () => {
      thinker = await open();
      await thinker.order(CONTENT);
      await thinker.restore(NO_MEMORY);
    });
    afterEach(() => thinker.close());

    it('gives every record one end, the events, and what they led to', async () => {
      const { pack } = await createLines(LINES);
      const thought = await thinker.think(await pack(0, 9));
      expect(told(thought)).toEqual({
        ends: { parsed: 3, unparsed: 1 },
        letters: [1],
        signals: [0, 3],
        events: [0, 2, 3],
      });
      expect(thought.ends).toMatchObject([{ sourceId: 'door', records: 4, read: 3 }]);
      expect(thought.decisions.alerts.length).toBeGreaterThan(0);
      expect(thought.snapshot).toBeUndefined();
    });

    it('thinks in the order in which it is asked, whatever else is asked meanwhile', async () => {
      const { pack } = await createLines(LINES);
      const packed = await Promise.all([0, 1, 2, 3].map((from) => pack(from, 1)));
      const thoughts = packed.map((one) => thinker.think(one));
      const costs = thinker.costs();
      const firsts = (await Promise.all(thoughts)).map((thought) => told(thought).signals);
      expect(firsts).toEqual([[0], [], [], [3]]);
      expect(await costs).toEqual(expect.any(Array));
    });

    it('goes on from a snapshot as if nothing had been between', async () => {
      const { pack } = await createLines([...LINES, ...LINES]);
      const straight = await open();
      await straight.order(CONTENT);
      await straight.restore(NO_MEMORY);
      const first = await thinker.think(await pack(0, 4));
      const asked = thinker.snapshot();
      // What comes behind it is not in it, although it may be thought about before the text is written.
      await thinker.think(await pack(4, 4));
      await straight.think(await pack(0, 4));
      const next = await open();
      await next.order(CONTENT);
      const { alerts, incidents } = first.decisions;
      const snapshot = await asked;
      await next.restore({ snapshot, alerts, incidents, lastIncidentNumber: incidents.length });
      const after = await next.think(await pack(4, 4));
      const expected = await straight.think(await pack(4, 4));
      expect(after.decisions).toEqual(expected.decisions);
      expect(after.signals).toEqual(expected.signals);
      await Promise.all([next.close(), straight.close()]);
    });

    it('warms up deciding nothing, and gives back the events that are asked for', async () => {
      const { pack } = await createLines(LINES);
      const known = { snapshotOffset: 0, eventOffset: 1 };
      const { events, unread } = await thinker.warm(await pack(0, 4), known);
      expect(unpackEvents(events).map(({ provenance }) => provenance.offset)).toEqual([2, 3]);
      expect(unread.map(({ offset }) => offset)).toEqual([1]);
      const { decisions } = await thinker.settle(NOW);
      expect(decisions).toEqual({ outcomes: [], alerts: [], incidents: [] });
    });

    it('tells what it knows of a thing, of one that nobody spoke of too', async () => {
      const asked = { kind: 'user', id: 'CORP\\Alice', at: NOW } as const;
      expect(await thinker.describe(asked)).toMatchObject({
        ref: { kind: 'user', id: 'alice' },
        by: 'form',
        at: NOW,
        links: [],
      });
    });

    it('rereads what is accounted for, and thinks again of what was set aside', async () => {
      const { log } = await createLines(LINES);
      const records = await log.read(0, 9);
      expect((await thinker.reread(records)).events.count).toBe(3);
      const again = await thinker.thinkAgain(records.slice(0, 2));
      expect(again.outcomes.map(({ offset, outcome }) => [offset, outcome])).toEqual([
        [0, 'parsed'],
        [1, 'unparsed'],
      ]);
      expect(again.snapshot).toBeDefined();
    });

    it('goes by what it is ordered from the next batch on', async () => {
      const { pack } = await createLines(LINES);
      await thinker.order({ kind: 'rule_settings', settings: [OFF] });
      const muted = await thinker.think(await pack(0, 1));
      expect([muted.signals, muted.muted.map(({ cause }) => cause)]).toEqual([[], ['shadow']]);
      await thinker.order({ kind: 'content', parsers: [], rules: [], settings: [] });
      const blind = await thinker.think(await pack(3, 1));
      expect(told(blind).ends).toEqual({ unparsed: 1 });
    });

    it('refuses an act on what is not there, and considers what no record brought', async () => {
      const act = { kind: 'reopen_incident', incidentId: 'inc_none', reason: 'x' } as const;
      expect(await thinker.act(act, { actor: 'ann', at: NOW })).toMatchObject({ ok: false });
      const { pack } = await createLines(LINES);
      const { signals } = await thinker.think(await pack(0, 1));
      const considered = await thinker.consider(signals);
      expect(considered.decisions.outcomes).toEqual([]);
      expect(considered.snapshot).toBeDefined();
    });
  });
}
