import { type Json, toEpochMs } from '@cordon/core';
import { defineSource, type Sink, SinkRefused } from '@cordon/kit';
import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import type { NewRecord, RecordLog, Tally } from '../store/ports.ts';
import { refusal, StoreError } from '../store/store-error.ts';
import { createIntake } from './intake.ts';

/** A log whose disk can be filled, and a store that keeps what it is told. */
function createWorld() {
  const appended: (readonly NewRecord[])[] = [];
  const tallies: Tally[] = [];
  const settings = new Map<string, Json>();
  let failure: StoreError | undefined;
  let gate: Promise<void> = Promise.resolve();
  const log = {
    append: async (records: readonly NewRecord[]) => {
      await gate;
      if (failure) throw failure;
      appended.push(records);
      return 0;
    },
    head: () => appended.flat().length,
    tail: () => 0,
    read: async (offset: number, limit: number) =>
      appended
        .flat()
        .map((one, at) => ({ ...one, offset: at, text: '' }))
        .slice(offset, offset + limit),
  } as unknown as RecordLog;
  return {
    appended,
    tallies,
    settings,
    log,
    fill: (error: StoreError | undefined) => {
      failure = error;
    },
    hold: () => {
      let open: () => void = () => undefined;
      gate = new Promise((resolve) => {
        open = resolve;
      });
      return () => open();
    },
    store: {
      addTallies: async (more: readonly Tally[]) => void tallies.push(...more),
      getSetting: async (key: string) => settings.get(key),
      setSetting: async (key: string, value: Json) => void settings.set(key, value),
    },
  };
}

const record = (text: string) => ({
  bytes: new TextEncoder().encode(text),
  receivedAt: toEpochMs(1),
});
const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

/** A source that hands its sink to the test. */
function createProbe(id = 'probe') {
  let give: (sink: Sink) => void = () => undefined;
  const sink = new Promise<Sink>((resolve) => {
    give = resolve;
  });
  const definition = defineSource({
    id,
    title: 'Probe',
    config: Type.Object({ size: Type.Integer({ default: 3 }) }),
    run: async (context) => {
      context.ready('probe://here');
      give(context.sink);
      await untilAborted(context.signal);
    },
  });
  return { sink, definition };
}

const broken = defineSource({
  id: 'broken',
  title: 'Broken',
  config: Type.Object({}),
  run: async () => {
    throw new Error('listen EADDRINUSE 127.0.0.1:514');
  },
});

function createHouse(limits = { records: 4, bytes: 1_000 }) {
  const world = createWorld();
  const probe = createProbe();
  const intake = createIntake({
    ...world,
    definitions: [probe.definition, broken],
    config: [
      { id: 'a', kind: 'probe', settings: {}, parsers: ['sshd'] },
      { id: 'b', kind: 'broken', settings: {} },
      { id: 'c', kind: 'probe', settings: { size: 'many' } },
      { id: 'd', kind: 'smoke-signals', settings: {} },
    ],
    now: () => toEpochMs(5_000),
    signal: new AbortController().signal,
    limits,
  });
  return { ...world, intake, sink: probe.sink };
}

describe('the intake', () => {
  it('shows a source that fails with its problem, and the others go on', async () => {
    const { intake, sink, appended } = createHouse();
    await intake.start();
    await (await sink).accept([record('x')]);
    expect(appended.flat()).toMatchObject([{ sourceId: 'a', parsers: ['sshd'] }]);
    const views = intake.sources().map(({ id, status, problem }) => [id, status, problem?.code]);
    expect(views).toEqual([
      ['a', 'receiving', undefined],
      ['b', 'failed', 'source_failed'],
      ['c', 'failed', 'config_bad_value'],
      ['d', 'failed', 'unknown_source'],
    ]);
    expect(intake.sources()[0]).toMatchObject({
      where: 'probe://here',
      lastRecordAt: 5_000,
      ratePerS: 1 / 60,
    });
    await intake.stop();
  });

  it('puts what waits into one append', async () => {
    const { intake, sink, appended } = createHouse();
    await intake.start();
    const into = await sink;
    await Promise.all([
      into.accept([record('1')]),
      into.accept([record('2')]),
      into.accept([record('3')]),
    ]);
    expect(appended.map((batch) => batch.length)).toEqual([3]);
    await intake.stop();
  });

  it('makes a sender wait that can, and refuses one that cannot, when the queue is full', async () => {
    const { intake, sink, appended, tallies, hold } = createHouse();
    await intake.start();
    await intake.addPushSource('p', 'Push');
    const into = await sink;
    const open = hold();
    const first = into.accept([record('1'), record('2'), record('3'), record('4')]);
    const second = into.accept([record('5')]);
    into.offer([record('6'), record('7')]);
    await expect(intake.push('p', [record('8')])).rejects.toMatchObject({
      problem: { code: 'queue_full' },
    });
    open();
    await Promise.all([first, second]);
    expect(appended.flat()).toHaveLength(5);
    await intake.stop();
    expect(tallies).toEqual([
      { sourceId: 'a', outcome: 'refused', reason: 'queue_full', count: 2 },
      { sourceId: 'p', outcome: 'refused', reason: 'queue_full', count: 1 },
    ]);
  });

  it('refuses a push while the disk is full, and counts it', async () => {
    const { intake, fill, tallies } = createHouse();
    await intake.start();
    await intake.addPushSource('p', 'Push');
    fill(new StoreError({ code: 'disk_full', detail: 'Full.', retryable: true }));
    await expect(intake.push('p', [record('1')])).rejects.toBeInstanceOf(SinkRefused);
    await intake.stop();
    expect(tallies).toEqual([{ sourceId: 'p', outcome: 'refused', reason: 'disk_full', count: 1 }]);
  });

  it('counts what it holds as refused when it must stop with a failed disk', async () => {
    const { intake, fill, sink, tallies } = createHouse();
    await intake.start();
    fill(refusal('store_closed', 'Closed.'));
    await expect((await sink).accept([record('1')])).rejects.toBeInstanceOf(SinkRefused);
    (await sink).lost('dropped_udp', 'kernel', 9);
    await intake.stop();
    expect(tallies.map(({ outcome, count }) => [outcome, count])).toEqual([
      ['refused', 1],
      ['dropped_udp', 9],
    ]);
  });

  it('takes what a sender names once, over a failing disk and a restart, and counts the rest', async () => {
    const { intake, fill, appended, tallies, ...world } = createHouse({
      records: 100,
      bytes: 9_000,
    });
    await intake.start();
    await intake.addPushSource('p', 'Push');
    const batch = ['1', '2', '2'].map((senderId) => ({ ...record(senderId), senderId }));
    fill(new StoreError({ code: 'disk_full', detail: 'Full.', retryable: true }));
    await expect(intake.push('p', batch)).rejects.toBeInstanceOf(SinkRefused);
    fill(undefined);
    await Promise.all([intake.push('p', batch), intake.push('p', batch)]);
    expect(appended.flat().map(({ senderId }) => senderId)).toEqual(['1', '2']);
    await intake.stop();
    const deps = { store: world.store, log: world.log, definitions: [], config: [] };
    const signal = new AbortController().signal;
    const again = createIntake({ ...deps, now: () => toEpochMs(0), signal });
    await again.start();
    await again.push('p', batch.slice(0, 1));
    await again.stop();
    expect(appended.flat()).toHaveLength(2);
    const duplicates = tallies.filter(({ outcome }) => outcome === 'duplicate');
    expect(duplicates.reduce((sum, { count }) => sum + count, 0)).toBe(5);
  });

  it('knows its push sources after a restart, and refuses unknown and doubled ones', async () => {
    const { intake, store, log } = createHouse();
    await intake.start();
    expect(await intake.addPushSource('p', 'Push')).toMatchObject({ ok: true });
    expect(await intake.addPushSource('p', 'Again')).toMatchObject({ ok: false });
    await expect(intake.push('q', [record('1')])).rejects.toMatchObject({
      problem: { code: 'unknown_source' },
    });
    await intake.stop();
    const deps = {
      store,
      log,
      definitions: [],
      config: [],
      now: () => toEpochMs(0),
      signal: new AbortController().signal,
    };
    const again = createIntake(deps);
    await again.start();
    expect(again.sources()).toMatchObject([{ id: 'p', title: 'Push', status: 'receiving' }]);
    await again.push('p', [record('1')]);
    await again.stop();
  });
});
