/*
 * What every source must keep, whatever it reads: run this suite from the source's own test.
 */
import { toEpochMs } from '@cordon/core';
import type { TObject } from 'typebox';
import { describe, expect, it } from 'vitest';
import type { SourceDefinition } from './source.ts';
import { createMemorySink, type MemorySink } from './source-fake.ts';

/** One source under test. */
export interface RunningSource {
  readonly sink: MemorySink;
  /** What `ready` was told. */
  readonly where: Promise<string>;
  /** The promise of `run`. */
  readonly done: Promise<void>;
  readonly memory: { state: unknown };
  abort(): void;
}

/** Starts a source on a memory sink. */
export function startSource<S extends TObject>(
  definition: SourceDefinition<S>,
  config: unknown,
  memory: { state: unknown } = { state: undefined },
): RunningSource {
  return begin(definition, config, { memory, pass: async () => undefined });
}

/**
 * Starts a source that is cut off at the n-th point: before or after the sink takes records, before or
 * after the memory is written. From there on nothing answers it any more, as if the process had died.
 */
export function startDoomed<S extends TObject>(
  definition: SourceDefinition<S>,
  config: unknown,
  { memory, at }: { readonly memory: { state: unknown }; readonly at: number },
): RunningSource & { readonly died: Promise<void> } {
  let points = 0;
  let tell: () => void = () => undefined;
  const died = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const pass = (): Promise<void> => {
    if (points++ < at) return Promise.resolve();
    tell();
    return new Promise(() => undefined);
  };
  return { ...begin(definition, config, { memory, pass }), died };
}

interface Life {
  readonly memory: { state: unknown };
  /** Asked at every point where a process could die. */
  readonly pass: () => Promise<void>;
}

function begin<S extends TObject>(
  definition: SourceDefinition<S>,
  config: unknown,
  { memory, pass }: Life,
): RunningSource {
  const sink = createMemorySink();
  const controller = new AbortController();
  let tell: (where: string) => void = () => undefined;
  const where = new Promise<string>((resolve) => {
    tell = resolve;
  });
  let clock = 1_700_000_000_000;
  const done = definition.run({
    sourceId: 'under-test',
    config: config as never,
    sink: {
      ...sink,
      accept: async (records) => {
        await pass();
        await sink.accept(records);
        await pass();
      },
    },
    memory: {
      load: async () => memory.state,
      save: async (state) => {
        await pass();
        memory.state = structuredClone(state);
        await pass();
      },
    },
    now: () => toEpochMs(clock++),
    signal: controller.signal,
    ready: tell,
  });
  return { sink, where, done, memory, abort: () => controller.abort() };
}

/** How the crash suite sets a source up. */
export interface CrashHarness {
  /** How many points are tried; with more than the source has, the last ones are never reached. */
  readonly points: number;
  /** Puts the same records in a fresh place for each point; `left` names what is in a record. */
  readonly setUp: (at: number) => Promise<{
    readonly config: unknown;
    readonly names: readonly string[];
    readonly nameOf: (record: Uint8Array) => string;
    readonly tearDown?: () => Promise<void>;
  }>;
  /** Most records that may come twice at one point; undefined: any number. */
  readonly maxTwice?: number;
}

/** Whatever the point at which the process dies, the next one has every record. */
export function describeCrashes<S extends TObject>(
  definition: SourceDefinition<S>,
  harness: CrashHarness,
): void {
  const points = Array.from({ length: harness.points }, (_, at) => at);
  it.each(points)(`${definition.id} loses nothing when it dies at point %i`, async (at) => {
    const { config, names, nameOf, tearDown } = await harness.setUp(at);
    const memory = { state: undefined as unknown };
    const first = startDoomed(definition, config, { memory, at });
    const taken = () => first.sink.records.map(({ bytes }) => nameOf(bytes));
    const whole = first.sink.until(() => names.every((name) => taken().includes(name)));
    await Promise.race([first.died, whole]);
    first.abort();
    await first.done;
    const before = taken();
    const second = startSource(definition, config, memory);
    const all = () => [...before, ...second.sink.records.map(({ bytes }) => nameOf(bytes))];
    await second.sink.until(() => names.every((name) => all().includes(name)));
    second.abort();
    await second.done;
    expect(new Set(all())).toEqual(new Set(names));
    expect(all().length - names.length).toBeLessThanOrEqual(harness.maxTwice ?? Infinity);
    await tearDown?.();
  });
}

/** How a source is set up and fed in the suite. */
export interface SourceHarness {
  readonly config: () => Promise<unknown>;
  /** Sends one record of these bytes to where the source receives. */
  readonly send: (where: string, bytes: Uint8Array) => Promise<void>;
  /** Does this record hold what was sent? For sources whose records are an envelope; without it they must be equal. */
  readonly holds?: (record: Uint8Array, sent: Uint8Array) => boolean;
}

const isEqual = (record: Uint8Array, sent: Uint8Array): boolean =>
  record.length === sent.length && record.every((byte, at) => byte === sent[at]);

const GARBAGE = [
  ['NUL bytes', Uint8Array.of(0x3c, 0, 0, 0x41)],
  ['bytes that are not UTF-8', Uint8Array.of(0xff, 0xfe, 0xc0, 0x80)],
  ['terminal escapes', new TextEncoder().encode('\u001b[2J\u001b]0;x\u0007')],
  ['markup and templates', new TextEncoder().encode('<script>{{7*7}}<%= 7*7 %></script>')],
] as const;

const oneSecond = () => new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), 1_000));

/** The suite itself. */
export function describeSource<S extends TObject>(
  definition: SourceDefinition<S>,
  harness: SourceHarness,
): void {
  const holds = harness.holds ?? isEqual;
  const has = (source: RunningSource, sent: Uint8Array): boolean =>
    source.sink.records.some((record) => holds(record.bytes, sent));
  const after = new TextEncoder().encode('<13>still here');
  describe(`${definition.id} keeps the source contract`, () => {
    it.each(GARBAGE)('keeps %s verbatim and goes on', async (_name, bytes) => {
      const source = startSource(definition, await harness.config());
      const where = await source.where;
      await harness.send(where, bytes);
      await harness.send(where, after);
      await source.sink.until(() => has(source, after));
      expect(has(source, bytes)).toBe(true);
      source.abort();
      await source.done;
    });

    it('ends within a second of the abort and never closes the sink', async () => {
      const source = startSource(definition, await harness.config());
      const where = await source.where;
      await harness.send(where, new TextEncoder().encode('<13>before the end'));
      await source.sink.until(() => source.sink.records.length > 0);
      source.abort();
      const end = await Promise.race([source.done.then(() => 'in time' as const), oneSecond()]);
      expect(end).toBe('in time');
      await source.sink.accept([]);
    });

    it('ends within a second even while the sink does not take anything', async () => {
      const source = startSource(definition, await harness.config());
      const where = await source.where;
      source.sink.hold();
      await harness.send(where, new TextEncoder().encode('<13>waits'));
      source.abort();
      const end = await Promise.race([source.done.then(() => 'in time' as const), oneSecond()]);
      source.sink.release();
      expect(end).toBe('in time');
    });
  });
}
