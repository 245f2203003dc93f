import { describe, expect, it } from 'vitest';
import { toEvent } from '../fixtures/stream.ts';
import type { StreamDetector } from '../stream-detector.ts';
import { scan } from './scan.ts';

const create = (): StreamDetector => scan.create({ keys: 1_000, p: 0.001 });

interface Contact {
  readonly to: string;
  readonly port?: number;
  readonly isFailure: boolean;
  readonly gapMs?: number;
}

function cluesOf(contacts: readonly Contact[], detector = create()) {
  let time = 0;
  return contacts.flatMap(({ to, port = 80, isFailure, gapMs = 1_000 }, offset) => {
    time += gapMs;
    const event = toEvent(
      {
        time,
        class_uid: 4001,
        activity_id: isFailure ? 5 : 6,
        status_id: isFailure ? 2 : 1,
        src_endpoint: { ip: '198.51.100.7' },
        dst_endpoint: { ip: to, port },
      },
      offset,
    );
    return detector.observe(event, event.time);
  });
}

const many = (count: number, of: (index: number) => Contact): readonly Contact[] =>
  Array.from({ length: count }, (_, index) => of(index));

describe('scan', () => {
  it.each([
    {
      name: 'a sweep over addresses',
      contacts: many(8, (n) => ({ to: `10.0.0.${n}`, isFailure: true })),
    },
    {
      name: 'a sweep over ports',
      contacts: many(8, (n) => ({ to: '10.0.0.1', port: n, isFailure: true })),
    },
    {
      name: 'one contact an hour',
      contacts: many(8, (n) => ({ to: `10.0.0.${n}`, isFailure: true, gapMs: 3_600_000 })),
    },
    {
      name: 'one answer among failures',
      contacts: many(12, (n) => ({ to: `10.0.0.${n}`, isFailure: n !== 3 })),
    },
  ])('sees $name', ({ contacts }) => {
    const [first] = cluesOf(contacts);
    expect(first?.p).toBeLessThanOrEqual(0.001);
    expect(first?.text).toMatch(/^198\.51\.100\.7 tried \d+ targets/);
  });

  it.each([
    {
      name: 'a dead server tried all day',
      contacts: many(500, () => ({ to: '10.0.0.9', isFailure: true })),
    },
    {
      name: 'a busy client',
      contacts: many(500, (n) => ({ to: `10.0.${n % 250}.1`, isFailure: n % 10 === 0 })),
    },
    { name: 'broadcasts', contacts: many(50, (n) => ({ to: `224.0.0.${n}`, isFailure: true })) },
    { name: 'four failures', contacts: many(4, (n) => ({ to: `10.0.0.${n}`, isFailure: true })) },
  ])('is silent on $name', ({ contacts }) => {
    expect(cluesOf(contacts)).toEqual([]);
  });

  it('says few things of a scan of thousands', () => {
    const sweep = many(5_000, (n) => ({ to: `10.${n >> 8}.${n & 127}.1`, isFailure: true }));
    expect(cluesOf(sweep).length).toBeLessThan(6);
  });
});
