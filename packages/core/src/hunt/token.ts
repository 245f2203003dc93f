import type { Problem } from '../shared/problem.ts';
import { err, ok, type Result } from '../shared/result.ts';

/** One word of a hunt, with its column from 1. A quoted text is never a keyword. */
export interface HuntToken {
  readonly kind: 'word' | 'text' | 'op' | 'open' | 'close' | 'comma';
  readonly text: string;
  readonly column: number;
}

const OPS = ['!=', '!~', '>=', '<=', '=', '~', '>', '<'];
const MARKS: Readonly<Record<string, HuntToken['kind']>> = {
  '(': 'open',
  ')': 'close',
  ',': 'comma',
};
const ENDS_WORD = /[\s()=~<>!,"']/;

/** What is wrong with a hunt, and where; `file` is `query`. */
export const huntProblem = (column: number, detail: string, hint?: string): Problem => ({
  code: 'hunt_syntax',
  detail,
  ...(hint === undefined ? {} : { hint }),
  at: { file: 'query', line: 1, column },
  retryable: false,
});

/** Cuts a hunt into its words, left to right. */
export function readHuntTokens(text: string): Result<readonly HuntToken[]> {
  const tokens: HuntToken[] = [];
  for (let at = 0; at < text.length; ) {
    const next = readOne(text, at);
    if (next === undefined) {
      at += 1;
      continue;
    }
    if ('problem' in next) return err(next.problem);
    tokens.push(next.token);
    at = next.end;
  }
  return ok(tokens);
}

type Read = { readonly token: HuntToken; readonly end: number } | { readonly problem: Problem };

function readOne(text: string, at: number): Read | undefined {
  const first = text[at] ?? '';
  if (/\s/.test(first)) return undefined;
  const column = at + 1;
  const mark = MARKS[first];
  if (mark) return { token: { kind: mark, text: first, column }, end: at + 1 };
  if (first === '"' || first === "'") return readQuoted(text, at);
  const op = OPS.find((each) => text.startsWith(each, at));
  if (op) return { token: { kind: 'op', text: op, column }, end: at + op.length };
  if (first === '!') {
    const hint = 'Write `!=`, `!~` or `not`.';
    return { problem: huntProblem(column, 'A `!` stands alone here.', hint) };
  }
  let end = at;
  while (end < text.length && !ENDS_WORD.test(text[end] ?? '')) end += 1;
  return { token: { kind: 'word', text: text.slice(at, end), column }, end };
}

/** In quotes only the quote itself and a backslash before it are escaped: Windows paths stay as they are. */
function readQuoted(text: string, at: number): Read {
  const quote = text[at] ?? '';
  let value = '';
  for (let end = at + 1; end < text.length; end += 1) {
    const char = text[end] ?? '';
    if (char === quote)
      return { token: { kind: 'text', text: value, column: at + 1 }, end: end + 1 };
    const isEscape = char === '\\' && text[end + 1] === quote && text.indexOf(quote, end + 2) >= 0;
    if (isEscape) end += 1;
    value += isEscape ? quote : char;
  }
  const hint = `Close it with another ${quote}.`;
  return { problem: huntProblem(at + 1, 'A quoted text does not end.', hint) };
}
