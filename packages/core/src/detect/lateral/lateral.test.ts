import { describe, expect, it } from 'vitest';
import { toEvent } from '../fixtures/stream.ts';
import { lateral } from './lateral.ts';

interface Login {
  readonly who: string;
  readonly to: string;
}

function cluesOf(logins: readonly Login[]) {
  const detector = lateral.create({ keys: 1_000, p: 0.01 });
  return logins.flatMap(({ who, to }, offset) => {
    const event = toEvent(
      {
        time: offset * 60_000,
        class_uid: 3002,
        activity_id: 1,
        status_id: 1,
        user: { name: who },
        device: { hostname: to },
      },
      offset,
    );
    return detector.observe(event, event.time);
  });
}

/** Ten people, each on two machines of their own. */
const usual = (count: number): readonly Login[] =>
  Array.from({ length: count }, (_, n) => ({
    who: `u${n % 10}`,
    to: `m${n % 10}-${n % 3 ? 1 : 2}`,
  }));

describe('lateral', () => {
  it('sees an account on a machine it never came to', () => {
    const [clue] = cluesOf([...usual(1_000), { who: 'u3', to: 'dc1' }]);
    expect(clue?.p).toBeLessThan(0.01);
    expect(clue?.text).toMatch(/^The account u3 came to dc1 for the first time/);
  });

  it.each([
    { name: 'the usual ways', logins: usual(2_000) },
    {
      name: 'a new machine before anything was learned',
      logins: [...usual(50), { who: 'u1', to: 'dc1' }],
    },
    {
      name: 'an administrator who goes everywhere',
      logins: Array.from({ length: 1_000 }, (_, n) => ({ who: 'admin', to: `m${n}` })),
    },
    { name: 'machine accounts', logins: [...usual(1_000), { who: 'ws7$', to: 'dc1' }] },
  ])('is silent on $name', ({ logins }) => expect(cluesOf(logins)).toEqual([]));
});
