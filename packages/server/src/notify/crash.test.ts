import { HOUR_MS, type Matter, MINUTE_MS, SECOND_MS } from '@cordon/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryStateStore } from '../store/memory/memory-state-store.ts';
import type { StateStore } from '../store/ports.ts';
import type { NotifyCrashPoint } from './dispatch.ts';
import { House, START } from './fixtures/house.ts';

/*
 * The notifier is killed at every write of its books, before it and after it, and at every point of a
 * hand-over; another one goes on from the books. Nobody is told twice, nobody is left out.
 */

const DAY_MS = 24 * HOUR_MS;

/** A store whose process dies at a write: the call never ends, and neither does any later one. */
function mortal(
  store: StateStore,
  dying: { readonly atWrite: number; readonly isAfter: boolean },
): StateStore {
  let writes = 0;
  let isDead = false;
  const never = new Promise<never>(() => undefined);
  return new Proxy(store, {
    get(target, name, receiver) {
      const method = Reflect.get(target, name, receiver);
      if (typeof method !== 'function') return method;
      return async (...given: unknown[]) => {
        if (isDead) return never;
        const isFatal = name === 'saveNotify' && writes++ === dying.atWrite;
        isDead ||= isFatal;
        if (isFatal && !dying.isAfter) return never;
        const value = await Reflect.apply(method, target, given);
        return isFatal ? never : value;
      };
    },
  });
}

/** Long enough for everything in memory to come to its end; a dead process never does. */
const whileAlive = async (work: Promise<unknown>): Promise<boolean> => {
  let isDone = false;
  void work.then(() => {
    isDone = true;
  });
  for (let turn = 0; turn < 400 && !isDone; turn += 1)
    await new Promise((resolve) => setImmediate(resolve));
  return isDone;
};

async function playStory(house: House): Promise<void> {
  await house.incident(1, 'P1');
  await house.incident(2, 'P2');
  await house.incident(3, 'P3');
}

/** What everybody was shown, as often as they were. */
const shown = (house: House): readonly string[] =>
  [...house.receivers.a.taken, ...house.receivers.b.taken]
    .flatMap(({ to, letter }) =>
      letter.items.map(({ title }) => `${to} ${letter.urgency} ${title}`),
    )
    .toSorted();

async function tellWith(kill: (house: House) => House['notifier'] | undefined): Promise<House> {
  const house = await House.build();
  const first = kill(house) ?? house.notifier;
  await playStory(house);
  if (!(await whileAlive(house.settle(first)))) house.notifier = house.open();
  await house.pass(31 * SECOND_MS);
  return house;
}

describe('a notifier that is killed', () => {
  it('tells everybody once, at whatever write of its books it dies', async () => {
    const expected = shown(await tellWith(() => undefined));
    expect(expected).toHaveLength(3);
    for (let atWrite = 0; atWrite < 8; atWrite += 1)
      for (const isAfter of [false, true]) {
        const house = await tellWith((own) =>
          own.open({ store: mortal(own.store, { atWrite, isAfter }) }),
        );
        expect(shown(house), `write ${atWrite}, ${isAfter ? 'after' : 'before'}`).toEqual(expected);
      }
  });

  it.each(['begun', 'sent_unsaved', 'settled'] satisfies NotifyCrashPoint[])(
    'hands the same over under the same key when it dies at "%s"',
    async (point) => {
      const expected = shown(await tellWith(() => undefined));
      const house = await tellWith((own) =>
        own.open({
          crashPoint: (name) => (name === point ? new Promise(() => undefined) : undefined),
        }),
      );
      expect(shown(house)).toEqual(expected);
      const keys = house.receivers.a.handedOver;
      expect(keys.length - new Set(keys).size).toBe(point === 'sent_unsaved' ? 1 : 0);
    },
  );
});

type Step =
  | { readonly kind: 'incident'; readonly n: number; readonly level: 'P1' | 'P2' | 'P3' | 'P4' }
  | { readonly kind: 'close' | 'take'; readonly n: number }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'channel'; readonly id: 'a' | 'b'; readonly isDown: boolean }
  | { readonly kind: 'answer'; readonly isYes: boolean }
  | { readonly kind: 'crash'; readonly atWrite: number; readonly isAfter: boolean };

const n = fc.integer({ min: 1, max: 6 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('incident' as const),
    n,
    level: fc.constantFrom('P1', 'P2', 'P3', 'P4'),
  }),
  fc.record({ kind: fc.constantFrom('close' as const, 'take' as const), n }),
  fc.record({
    kind: fc.constant('pass' as const),
    ms: fc.constantFrom(SECOND_MS, MINUTE_MS, 10 * MINUTE_MS, 3 * HOUR_MS),
  }),
  fc.record({
    kind: fc.constant('channel' as const),
    id: fc.constantFrom('a' as const, 'b' as const),
    isDown: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('answer' as const), isYes: fc.boolean() }),
  fc.record({
    kind: fc.constant('crash' as const),
    atWrite: fc.nat({ max: 5 }),
    isAfter: fc.boolean(),
  }),
);

async function act(house: House, one: Step): Promise<void> {
  switch (one.kind) {
    case 'incident':
      await house.incident(one.n, one.level);
      return house.settle();
    case 'close': {
      const verdict = { kind: 'benign', by: 'cordon', reason: '', at: house.at } as never;
      await house.incident(one.n, 'P3', { state: { status: 'closed', verdict } });
      return house.settle();
    }
    case 'take':
      await house.incident(one.n, 'P2', { state: { status: 'in_progress', assignee: 'ben' } });
      return house.settle();
    case 'pass':
      return house.pass(one.ms);
    case 'channel':
      house.receivers[one.id].isDown = one.isDown;
      return;
    case 'answer': {
      const token = house.receivers.a.taken.at(-1)?.answerUrl.split('/').at(-1);
      await house.notifier.answer(token ?? '', one.isYes ? 'acknowledge' : 'pass_on');
      return house.settle();
    }
    case 'crash': {
      const dying = house.open({ store: mortal(house.store, one) });
      await house.incident(9, 'P2');
      if (!(await whileAlive(house.settle(dying)))) await whileAlive(dying.sent());
      house.notifier = house.open();
      return house.settle();
    }
  }
}

const matters = async (house: House): Promise<readonly Matter[]> =>
  (await house.store.listMatters({ limit: 100 })).items;

describe('whatever happens', () => {
  it('every matter ends with a person or an alarm, nobody is told twice of one step, and budgets hold', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
        const house = await House.build({ store: createMemoryStateStore() });
        for (const one of steps) await act(house, one);
        house.receivers.a.isDown = false;
        house.receivers.b.isDown = false;
        await house.pass(2 * DAY_MS);
        await checkEnds(house);
        checkKeys(house);
        await checkBudgets(house);
        expect(house.problems).toEqual([]);
      }),
      { numRuns: 80 },
    );
  });
});

/** Answered, over, told and delivered, or an alarm that stands; nothing waits for ever. */
async function checkEnds(house: House): Promise<void> {
  for (const { id, state, need } of await matters(house)) {
    expect(state.status).not.toBe('open');
    const own = await house.store.notificationsOf(id);
    if (state.status === 'told')
      expect(own.some((one) => one.state.status === 'delivered')).toBe(true);
    if (state.status === 'unanswered')
      expect(house.notifier.alarms().map(({ text }) => text)).toContain(
        `Nobody answered: ${need.title}.`,
      );
  }
}

/** What is handed over twice has one key and is shown once. */
function checkKeys({ receivers }: House): void {
  for (const { taken } of [receivers.a, receivers.b]) {
    const keys = taken.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  }
}

/** No stretch of twelve hours holds more than two pages to one person that are not of P1. */
async function checkBudgets(house: House): Promise<void> {
  const all = [...house.receivers.a.taken, ...house.receivers.b.taken];
  const quiet = all.filter(
    ({ letter }) =>
      letter.urgency === 'page' && letter.items.every(({ priority }) => priority !== 'P1'),
  );
  for (const { to, at } of quiet) {
    const window = quiet.filter(
      (one) => one.to === to && one.at <= at && one.at > at - 12 * HOUR_MS,
    );
    expect(window.length, `${to} at ${(at - START) / MINUTE_MS} min`).toBeLessThanOrEqual(2);
  }
}
