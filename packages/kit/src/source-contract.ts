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
    sink,
    memory: {
      load: async () => memory.state,
      save: async (state) => {
        memory.state = structuredClone(state);
      },
    },
    now: () => toEpochMs(clock++),
    signal: controller.signal,
    ready: tell,
  });
  return { sink, where, done, memory, abort: () => controller.abort() };
}

/** How a source is set up and fed in the suite. */
export interface SourceHarness {
  readonly config: () => Promise<unknown>;
  /** Sends one record of these bytes to where the source receives. */
  readonly send: (where: string, bytes: Uint8Array) => Promise<void>;
}

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
  describe(`${definition.id} keeps the source contract`, () => {
    it.each(GARBAGE)('keeps %s verbatim and goes on', async (_name, bytes) => {
      const source = startSource(definition, await harness.config());
      const where = await source.where;
      await harness.send(where, bytes);
      await harness.send(where, new TextEncoder().encode('<13>still here'));
      await source.sink.until(() => source.sink.texts().includes('<13>still here'));
      expect(source.sink.records.map((record) => [...record.bytes])).toContainEqual([...bytes]);
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
