import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toEpochMs } from '../shared/time.ts';
import { parseExposition } from './exposition.ts';

const AT = toEpochMs(5_000);

it('reads names, labels with escapes, words for numbers, times; comments are none', () => {
  const text = [
    '# HELP up Is it up',
    '# TYPE up gauge',
    'up 1',
    'disk_free_bytes{mountpoint="/",device="/dev/sda1",} 1.5e9 1700000000000',
    'said{what="a \\"b\\" \\\\ {c}"} +Inf',
    '',
  ].join('\n');
  expect(parseExposition(text, AT)).toEqual({
    unreadCount: 0,
    samples: [
      { name: 'up', labels: {}, at: 5_000, value: 1 },
      {
        name: 'disk_free_bytes',
        labels: { mountpoint: '/', device: '/dev/sda1' },
        at: 1_700_000_000_000,
        value: 1.5e9,
      },
      {
        name: 'said',
        labels: { what: 'a "b" \\ {c}' },
        at: 5_000,
        value: Number.POSITIVE_INFINITY,
      },
    ],
  });
});

it.each(['up', '{a="b"} 1', 'up{a="b} 1', 'up{a=b} 1', 'up x', 'up 1 soon', '<html>'])(
  'counts what is no sample: %s',
  (line) => {
    expect(parseExposition(line, AT)).toEqual({ samples: [], unreadCount: 1 });
  },
);

it('never throws, and every line that says something is read or counted', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200, unit: 'binary' }), (text) => {
      const { samples, unreadCount } = parseExposition(text, AT);
      const lines = text.split('\n').map((line) => line.trim());
      expect(samples.length + unreadCount).toBe(
        lines.filter((line) => line !== '' && !line.startsWith('#')).length,
      );
    }),
  );
});
