import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPaint, neutralise, toJsonLine } from './terminal.ts';

describe('neutralise', () => {
  it.each([
    { name: 'clears the screen', text: '\u001b[2J', shown: '\\x1b[2J' },
    { name: 'sets the title', text: '\u001b]0;x\u0007', shown: '\\x1b]0;x\\x07' },
    { name: 'goes back to the start of the line', text: 'a\rb', shown: 'a\\x0db' },
    { name: 'uses an 8-bit control', text: '\u009b31m', shown: '\\x9b31m' },
    { name: 'turns the direction of writing', text: '\u202egpj.exe', shown: '\\u{202e}gpj.exe' },
    { name: 'hides characters', text: 'a\u200bb\u{e0041}', shown: 'a\\u{200b}b\\u{e0041}' },
    { name: 'is harmless', text: 'Zoë 攻撃 <b>{{x}}</b>', shown: 'Zoë 攻撃 <b>{{x}}</b>' },
  ])('shows and does not obey text that $name', ({ text, shown }) => {
    expect(neutralise(text)).toBe(shown);
  });

  it('leaves no control character in any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(neutralise(text)).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});

describe('a line of JSON', () => {
  it('drives no terminal and reads back the same, whatever is in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const line = toJsonLine({ text });
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        expect(JSON.parse(line)).toEqual({ text });
      }),
    );
  });
});

describe('the painter', () => {
  it('writes no escape where no colour is wanted', () => {
    expect(createPaint(false).level('P1', 'x')).toBe('x');
    expect(createPaint(true).bold('x')).toBe('\u001b[1mx\u001b[0m');
  });
});
