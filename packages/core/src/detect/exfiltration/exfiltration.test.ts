import { describe, expect, it } from 'vitest';
import { createDice, toEvent } from '../fixtures/stream.ts';
import { exfiltration } from './exfiltration.ts';

interface Sent {
  readonly megabytes: number;
  readonly to?: string;
}

/** One record an hour. */
function cluesOf(hours: readonly Sent[]) {
  const detector = exfiltration.create({ keys: 100, megabytes: 20 });
  return hours.flatMap(({ megabytes, to = '203.0.113.9' }, offset) => {
    const event = toEvent(
      {
        time: offset * 3_600_000,
        class_uid: 4001,
        activity_id: 6,
        status_id: 1,
        src_endpoint: { ip: '10.0.0.5' },
        dst_endpoint: { ip: to, port: 443 },
        traffic: { bytes_out: megabytes * 1e6 },
      },
      offset,
    );
    return detector.observe(event, event.time);
  });
}

const dice = createDice(4);
const usual = (count: number): readonly Sent[] =>
  Array.from({ length: count }, () => ({ megabytes: 5 * Math.exp(dice() * 2 - 1) }));

describe('exfiltration', () => {
  it.each([
    {
      name: 'gigabytes to a new place',
      hours: [...usual(48), { megabytes: 5_000, to: '203.0.113.77' }],
    },
    { name: 'terabytes to a known place', hours: [...usual(48), { megabytes: 2_000_000 }] },
  ])('sees $name', ({ hours }) => {
    const [clue, ...more] = cluesOf(hours);
    expect(clue?.text).toMatch(/MB outside within an hour, usual are/);
    expect(more).toEqual([]);
  });

  it.each([
    { name: 'the usual', hours: usual(500) },
    { name: 'a few times more', hours: [...usual(48), { megabytes: 40 }] },
    { name: 'a machine without a history', hours: [...usual(5), { megabytes: 90_000 }] },
    { name: 'copies inside', hours: [...usual(48), { megabytes: 90_000, to: '10.0.0.9' }] },
    {
      name: 'a backup every night',
      hours: Array.from({ length: 400 }, (_, n) => ({ megabytes: n % 3 ? 5 : 4_000 })),
    },
  ])('is silent on $name', ({ hours }) => expect(cluesOf(hours)).toEqual([]));
});
