/** A token of the STIX pattern language. */
export interface StixToken {
  readonly kind: 'word' | 'text' | 'number' | 'mark' | 'end';
  readonly text: string;
  /** Column, from 1. */
  readonly at: number;
}

const MARKS = ['==', '!=', '<>', '<=', '>=', '=', '<', '>', '[', ']', '(', ')', ',', '.', ':', '*'];
const WORD = /[A-Za-z_][A-Za-z0-9_-]*/y;
const NUMBER = /[+-]?\d+(?:\.\d+)?/y;
const BLANK = /(?:\s|\/\*[^*]*\*\/|\/\/[^\n]*)+/y;
const QUOTED = /(?:[bht](?='))?'((?:[^'\\]|\\[\s\S])*)'/y;

/** Why a pattern cannot be read, with the column. */
export class StixSyntaxError extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

function take(form: RegExp, text: string, at: number): RegExpExecArray | null {
  form.lastIndex = at;
  return form.exec(text);
}

function readToken(text: string, at: number): StixToken & { readonly next: number } {
  const quoted = take(QUOTED, text, at);
  if (quoted)
    return {
      kind: 'text',
      text: (quoted[1] ?? '').replaceAll(/\\(['\\])/g, '$1'),
      at: at + 1,
      next: at + quoted[0].length,
    };
  const number = take(NUMBER, text, at);
  if (number) return { kind: 'number', text: number[0], at: at + 1, next: at + number[0].length };
  const word = take(WORD, text, at);
  if (word) return { kind: 'word', text: word[0], at: at + 1, next: at + word[0].length };
  const mark = MARKS.find((one) => text.startsWith(one, at));
  if (mark) return { kind: 'mark', text: mark, at: at + 1, next: at + mark.length };
  throw new StixSyntaxError(`"${text[at] ?? ''}" has no meaning here`, at + 1);
}

/** The tokens of a pattern, an end token last; throws {@link StixSyntaxError}. */
export function tokeniseStix(text: string): readonly StixToken[] {
  const tokens: StixToken[] = [];
  let at = take(BLANK, text, 0)?.[0].length ?? 0;
  while (at < text.length) {
    const { next, ...token } = readToken(text, at);
    tokens.push(token);
    at = next + (take(BLANK, text, next)?.[0].length ?? 0);
  }
  return [...tokens, { kind: 'end', text: 'the end', at: text.length + 1 }];
}
