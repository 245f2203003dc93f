import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFramer, type Framed } from './framing.ts';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

function feed(input: Buffer, cuts: readonly number[], maxBytes = 100) {
  const framer = createFramer(maxBytes);
  const out: Framed[] = [];
  let from = 0;
  for (const cut of [...cuts, input.length]) {
    out.push(framer.push(input.subarray(from, cut)));
    from = cut;
  }
  out.push(framer.end());
  return {
    frames: out.flatMap((part) => part.frames).map(text),
    losses: out.flatMap((part) => part.losses).map((loss) => `${loss.kind}@${loss.record}`),
  };
}

describe('framing', () => {
  it.each([
    { name: 'newline framing', input: '<1>a\n<1>b\n', frames: ['<1>a', '<1>b'], losses: [] },
    { name: 'CR LF', input: '<1>a\r\n<1>b\r\n', frames: ['<1>a', '<1>b'], losses: [] },
    { name: 'an unended last line', input: '<1>a\n<1>b', frames: ['<1>a', '<1>b'], losses: [] },
    { name: 'empty lines', input: '\n\n<1>a\n\n', frames: ['<1>a'], losses: [] },
    { name: 'a count behind empty lines', input: '\n\n4 <1>a', frames: ['<1>a'], losses: [] },
    { name: 'octet counting', input: '4 <1>a6 <1>b\nc', frames: ['<1>a', '<1>b\nc'], losses: [] },
    {
      name: 'counted frames with a line feed',
      input: '4 <1>a\n4 <1>b\n',
      frames: ['<1>a', '<1>b'],
      losses: [],
    },
    {
      name: 'a line that starts with a date',
      input: '2024-01-01 x\n',
      frames: ['2024-01-01 x'],
      losses: [],
    },
    { name: 'NUL bytes', input: '<1>a\0b\n', frames: ['<1>a\0b'], losses: [] },
    { name: 'an unended counted frame', input: '9 <1>a', frames: [], losses: ['bad_frame@1'] },
    {
      name: 'a broken count',
      input: '4 <1>aoops\n4 <1>b',
      frames: ['<1>a', '<1>b'],
      losses: ['bad_frame@2'],
    },
    {
      name: 'a line past the limit',
      input: `${'x'.repeat(101)}\nok\n`,
      frames: ['ok'],
      losses: ['line_too_long@1'],
    },
    {
      name: 'a counted frame past the limit',
      input: `101 ${'x'.repeat(101)}2 ok`,
      frames: ['ok'],
      losses: ['line_too_long@1'],
    },
    {
      name: 'a count of nine thousand million',
      input: '9000000000 x',
      frames: [],
      losses: ['line_too_long@1'],
    },
  ])('reads $name', ({ input, frames, losses }) => {
    expect(feed(Buffer.from(input, 'latin1'), [])).toEqual({ frames, losses });
  });

  it('gives the same records wherever the stream is cut', () => {
    const bytes = fc.array(fc.constantFrom(0x0a, 0x0d, 0x20, 0x30, 0x32, 0x3c, 0x41, 0), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(60), { maxLength: 8 }), (input, cuts) => {
        const buffer = Buffer.from(input);
        const places = cuts.map((cut) => Math.min(cut, buffer.length)).sort((a, b) => a - b);
        expect(feed(buffer, places, 10)).toEqual(feed(buffer, [], 10));
      }),
      { numRuns: Number(process.env['CORDON_FUZZ_RUNS'] ?? 500) },
    );
  });
});
