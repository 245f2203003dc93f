import process from 'node:process';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { createMemoryStateStore } from '../store/memory/memory-state-store.ts';
import type { StateStore } from '../store/ports.ts';
import { openSqliteStateStore } from '../store/sqlite/sqlite-state-store.ts';
import { IntakeWorld, PUSHED, type Sent, WORDS } from './fixtures/intake-world.ts';
import { GATES, type Gate, type Mishap } from './fixtures/mortal-life.ts';

/*
 * From the sender to the books: requests at once, names that come twice, a full queue, a disk and a
 * database that fail, processes that die before and after each of their writes, other parsers. For each
 * source, what came in is the sum of what became of it, and what a sender was told is true.
 */

/** More runs when asked for. */
const asked = process.env['CORDON_FUZZ_RUNS'];

const sent: fc.Arbitrary<Sent> = fc.record(
  {
    word: fc.constantFrom(...WORDS, 'grey', ''),
    isBug: fc.boolean(),
    name: fc.nat({ max: 6 }),
  },
  { requiredKeys: ['word', 'isBug'] },
);
const some = fc.array(sent, { maxLength: 15 });
/**
 * What can befall a write through each gate. The log promises that what it rejects is not there, and a
 * count that could not be written keeps no sender waiting: it is written later, unless death comes first.
 */
const DEATHS: readonly Mishap[] = ['die_before', 'die_after'];
const MISHAPS: Readonly<Record<Gate, readonly Mishap[]>> = {
  append: ['fail_before', ...DEATHS],
  commit: ['fail_before', 'fail_after', ...DEATHS],
  snapshot: ['fail_before', 'fail_after', ...DEATHS],
  retry: ['fail_before', 'fail_after', ...DEATHS],
  tally: DEATHS,
  setting: ['fail_before', ...DEATHS],
};
const mishap = fc
  .constantFrom(...GATES)
  .chain((gate) => fc.tuple(fc.constant(gate), fc.constantFrom(...MISHAPS[gate])));

type Step = (world: IntakeWorld) => Promise<void>;
const named = (name: string, step: Step): Step =>
  Object.assign(step, { [fc.toStringMethod]: () => name });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.constantFrom(...PUSHED), fc.array(some, { minLength: 1, maxLength: 4 }))
      .map(([id, requests]) =>
        named(`push ${id} ${JSON.stringify(requests)}`, (world) => world.push(id, requests)),
      ),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(some, fc.constantFrom('accept' as const, 'offer' as const, 'lost' as const))
      .map(([records, how]) =>
        named(`${how} ${JSON.stringify(records)}`, (world) => world.listen(records, how)),
      ),
  },
  {
    weight: 4,
    arbitrary: mishap.map(([gate, what]) =>
      named(`${what} at ${gate}`, async (world) => world.plan(gate, what)),
    ),
  },
  fc
    .subarray([...WORDS])
    .map((words) => named(`reload ${words.join()}`, (world) => world.reload(words))),
  fc.constantFrom(
    named('retry', (world) => world.retry()),
    named('die', (world) => world.die()),
    named('drain', (world) => world.drain()),
    named('stop', (world) => world.stop()),
  ),
);

const STORES: Readonly<Record<string, () => Promise<StateStore>>> = {
  memory: async () => createMemoryStateStore(),
  sqlite: () => openSqliteStateStore({ file: ':memory:' }),
};

describe.each([
  ['memory', 60],
  ['sqlite', 15],
] as const)('what comes in, over %s', (kind, numRuns) => {
  it('is the sum of what became of it, for each source, whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        const state = await (STORES[kind] as () => Promise<StateStore>)();
        try {
          const world = new IntakeWorld(state);
          for (const one of steps) {
            await one(world);
            await world.check();
          }
          await world.judge();
        } finally {
          await state.close();
        }
      }),
      { numRuns: asked === undefined ? numRuns : Number(asked) },
    );
  });
});
