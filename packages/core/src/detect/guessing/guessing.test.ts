import { describe, expect, it } from 'vitest';
import { toEvent } from '../fixtures/stream.ts';
import { guessing } from './guessing.ts';

interface Attempt {
  readonly from?: string;
  readonly as?: string;
  readonly isFailure: boolean;
  readonly count?: number;
  readonly gapMs?: number;
}

function kindsOf(attempts: readonly Attempt[]): readonly (string | undefined)[] {
  const detector = guessing.create({ keys: 1_000, p: 0.001 });
  let time = 0;
  return attempts.flatMap(
    ({ from = '203.0.113.7', as = 'root', isFailure, count = 1, gapMs = 1_000 }, offset) => {
      time += gapMs;
      const event = toEvent(
        {
          time,
          count,
          class_uid: 3002,
          activity_id: 1,
          status_id: isFailure ? 2 : 1,
          src_endpoint: { ip: from },
          user: { name: as },
        },
        offset,
      );
      return detector.observe(event, event.time).map(({ matched }) => matched['kind']);
    },
  );
}

const many = (count: number, of: (index: number) => Attempt): readonly Attempt[] =>
  Array.from({ length: count }, (_, index) => of(index));
const failing = { isFailure: true } as const;
const DAY_MS = 86_400_000;

describe('guessing', () => {
  it.each([
    { name: 'one account', attempts: many(20, () => failing), kind: 'guessing' },
    {
      name: 'one account, a try a day',
      attempts: many(20, () => ({ ...failing, gapMs: DAY_MS })),
      kind: 'guessing',
    },
    { name: 'repeats in one record', attempts: [{ ...failing, count: 20 }], kind: 'guessing' },
    {
      name: 'many accounts from one source',
      attempts: many(12, (n) => ({ ...failing, as: `u${n}` })),
      kind: 'spraying',
    },
    {
      name: 'one account from many sources',
      attempts: many(12, (n) => ({ ...failing, from: `203.0.113.${n}` })),
      kind: 'distributed',
    },
    {
      name: 'a log-in after many failures',
      attempts: [...many(40, () => failing), { isFailure: false }],
      kind: 'success',
    },
  ])('sees $name', ({ attempts, kind }) => expect(kindsOf(attempts)).toContain(kind));

  it.each([
    { name: 'a few typing mistakes', attempts: [...many(4, () => failing), { isFailure: false }] },
    {
      name: 'a known account with an outdated password',
      attempts: [{ isFailure: false }, ...many(500, () => failing)],
    },
    {
      name: 'a gateway of many people, of whom some mistype',
      attempts: many(600, (n) => ({ as: `u${n % 40}`, isFailure: n % 7 === 0 })),
    },
  ])('is silent on $name', ({ attempts }) => expect(kindsOf(attempts)).toEqual([]));

  it('says few things of thousands of attempts', () => {
    const attempts = many(5_000, (n) => ({ ...failing, as: `u${n}` }));
    expect(kindsOf(attempts).length).toBeLessThan(12);
  });
});
