import { err, ok, type Result } from '../shared/result.ts';

/** One word of an expression. */
export type Token =
  | { readonly kind: 'name' | 'symbol'; readonly text: string }
  | { readonly kind: 'literal'; readonly text: string; readonly value: string | number };

const SYMBOLS = ['&&', '||', '==', '!=', '<=', '>=', '<', '>', '!', '(', ')', '.', ','] as const;
const PART = /[ \t\r\n]+|[A-Za-z_][A-Za-z0-9_]*|[0-9]+(?:\.[0-9]+)?|"[^"\\]*"|'[^'\\]*'/y;

/** Splits an expression into tokens, from left to right, in one pass. */
export function tokenise(text: string): Result<readonly Token[]> {
  const tokens: Token[] = [];
  let index = 0;
  while (index < text.length) {
    const symbol = SYMBOLS.find((candidate) => text.startsWith(candidate, index));
    PART.lastIndex = index;
    const part = symbol ?? PART.exec(text)?.[0];
    if (part === undefined) {
      const detail = `The character "${text[index]}" at place ${index + 1} is not expected.`;
      return err({ code: 'expression_syntax', detail, retryable: false });
    }
    const token = symbol ? { kind: 'symbol' as const, text: symbol } : toToken(part);
    if (token) tokens.push(token);
    index += part.length;
  }
  return ok(tokens);
}

function toToken(part: string): Token | undefined {
  const head = part[0] ?? ' ';
  if (head === '"' || head === "'")
    return { kind: 'literal', text: part, value: part.slice(1, -1) };
  if (/[0-9]/.test(head)) return { kind: 'literal', text: part, value: Number(part) };
  return /[A-Za-z_]/.test(head) ? { kind: 'name', text: part } : undefined;
}
