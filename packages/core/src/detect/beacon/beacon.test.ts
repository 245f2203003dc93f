import { describe, expect, it } from 'vitest';
import { createDice, toEvent } from '../fixtures/stream.ts';
import { beacon } from './beacon.ts';
import { measureOf } from './regularity.ts';

interface Call {
  readonly gapMs: number;
  readonly from?: string;
  readonly to?: string;
  readonly port?: number;
  readonly bytes?: number;
  readonly isFailure?: boolean;
}

function cluesOf(calls: readonly Call[]) {
  const detector = beacon.create({ keys: 1_000, popular: 5 });
  let time = 0;
  return calls.flatMap(
    (
      { gapMs, from = '10.0.0.5', to = '203.0.113.9', port = 443, bytes = 300, isFailure },
      offset,
    ) => {
      time += gapMs;
      const event = toEvent(
        {
          time,
          class_uid: 4001,
          activity_id: 6,
          status_id: isFailure ? 2 : 1,
          src_endpoint: { ip: from },
          dst_endpoint: { ip: to, port },
          traffic: { bytes_out: bytes },
        },
        offset,
      );
      return detector.observe(event, event.time);
    },
  );
}

const many = (count: number, of: (index: number) => Call): readonly Call[] =>
  Array.from({ length: count }, (_, index) => of(index));
const dice = createDice(3);
const atRandom = (meanMs: number): number => Math.ceil(-Math.log(1 - dice()) * meanMs);

describe('beacon', () => {
  it.each([
    { name: 'calls every minute', calls: many(40, () => ({ gapMs: 60_000 })) },
    { name: 'calls every hour', calls: many(40, () => ({ gapMs: 3_600_000 })) },
    {
      name: 'a jitter of a fifth',
      calls: many(120, () => ({ gapMs: 60_000 * (0.8 + 0.4 * dice()) })),
    },
  ])('sees $name', ({ calls }) => {
    const clues = cluesOf(calls);
    expect(clues[0]?.p).toBeLessThanOrEqual(0.01);
    expect(clues.length).toBeLessThan(5);
  });

  it.each([
    {
      name: 'a person',
      calls: many(2_000, () => ({ gapMs: atRandom(60_000), bytes: Math.floor(dice() * 9_000) })),
    },
    { name: 'a flood', calls: many(500, () => ({ gapMs: 100 })) },
    { name: 'the inside', calls: many(100, () => ({ gapMs: 60_000, to: '10.0.0.1' })) },
    {
      name: 'a stranger who calls us',
      calls: many(100, () => ({ gapMs: 60_000, from: '198.51.100.3' })),
    },
    { name: 'time servers', calls: many(100, () => ({ gapMs: 60_000, port: 123 })) },
    { name: 'nobody answering', calls: many(100, () => ({ gapMs: 60_000, isFailure: true })) },
    {
      name: 'what everybody calls',
      calls: many(400, (n) => ({ gapMs: 10_000, from: `10.0.0.${n % 8}` })),
    },
  ])('is silent on $name', ({ calls }) => expect(cluesOf(calls)).toEqual([]));

  it('measures what RITA measures', () => {
    const times = [0, 60_000, 120_000, 180_000, 240_000];
    expect(measureOf(times, [5, 5, 5, 5, 5])).toMatchObject({ score: 1, everyMs: 60_000, even: 4 });
  });
});
