import { describe, expect, it } from 'vitest';
import { toEvent } from '../fixtures/stream.ts';
import { httpProbe } from './http-probe.ts';

interface Ask {
  readonly path: string;
  readonly code: number;
}

function cluesOf(asks: readonly Ask[]) {
  const detector = httpProbe.create({ keys: 1_000, p: 0.001 });
  return asks.flatMap(({ path, code }, offset) => {
    const event = toEvent(
      {
        time: offset * 1_000,
        class_uid: 4002,
        activity_id: 3,
        src_endpoint: { ip: '203.0.113.7' },
        url: { path },
        http_response: { code },
      },
      offset,
    );
    return detector.observe(event, event.time);
  });
}

const many = (count: number, of: (index: number) => Ask): readonly Ask[] =>
  Array.from({ length: count }, (_, index) => of(index));

describe('http-probe', () => {
  it.each([
    { name: 'a list of words', asks: many(20, (n) => ({ path: `/word${n}`, code: 404 })) },
    {
      name: 'paths that probes know',
      asks: [
        '/.env',
        '/.git/config',
        '/wp-login.php',
        '/phpmyadmin/',
        '/cgi-bin/a',
        '/actuator',
      ].map((path) => ({ path, code: 404 })),
    },
  ])('sees $name', ({ asks }) => expect(cluesOf(asks)[0]?.p).toBeLessThanOrEqual(0.001));

  it.each([
    {
      name: 'a crawler with dead links',
      asks: many(2_000, (n) => ({ path: `/p${n}`, code: n % 5 ? 200 : 404 })),
    },
    { name: 'one broken link', asks: many(500, () => ({ path: '/old.png', code: 404 })) },
    {
      name: 'what browsers ask for by themselves',
      asks: many(50, (n) => ({ path: `/apple-touch-icon-${n}.png`, code: 404 })),
    },
    { name: 'four dead links', asks: many(4, (n) => ({ path: `/p${n}`, code: 404 })) },
  ])('is silent on $name', ({ asks }) => expect(cluesOf(asks)).toEqual([]));

  it('says few things of thousands of requests', () =>
    expect(cluesOf(many(5_000, (n) => ({ path: `/w${n}`, code: 404 }))).length).toBeLessThan(6));
});
