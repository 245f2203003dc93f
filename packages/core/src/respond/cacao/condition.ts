import { err, ok, type Result } from '../../shared/result.ts';

const TOKEN =
  /\s*(?:(__[a-zA-Z_][a-zA-Z0-9_-]{0,199}__):value|'((?:[^'\\]|\\.)*)'|(-?\d+(?:\.\d+)?)|(<=|>=|==|!=|<>|=|<|>|\(|\)|,)|([A-Za-z]+))/y;
const WORDS: Readonly<Record<string, string>> = {
  AND: '&&',
  OR: '||',
  NOT: '!',
  TRUE: 'true',
  FALSE: 'false',
};
const SYMBOLS: Readonly<Record<string, string>> = { '=': '==', '<>': '!=' };

/** `__my-var__` as the name of an input. */
export const toInputName = (variable: string): string =>
  variable
    .slice(2, -2)
    .toLowerCase()
    .replace(/[^a-z0-9_]/g, '_')
    .replace(/^([^a-z_])/, '_$1');

/** One word of a condition, in CEL; what follows it may depend on it. */
interface Word {
  readonly text: string;
  readonly kind: 'plain' | 'text' | 'like' | 'matches' | 'in';
}

/** A condition in the comparison language of STIX patterns, over variables, as an expression of CEL. */
export function toCelCondition(condition: string): Result<string> {
  const words: Word[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < condition.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(condition);
    const word = found && toWord(found);
    if (!word) return refuse(`"${condition.slice(at, at + 40)}" is not understood in a condition.`);
    words.push(word);
  }
  return join(words);
}

function toWord(found: RegExpExecArray): Word | undefined {
  const [, variable, quoted, number, symbol, word] = found;
  if (quoted !== undefined) return { kind: 'text', text: quoted.replaceAll(/\\(.)/g, '$1') };
  if (variable !== undefined) return { kind: 'plain', text: `inputs.${toInputName(variable)}` };
  if (number !== undefined) return { kind: 'plain', text: number };
  if (symbol !== undefined) return { kind: 'plain', text: SYMBOLS[symbol] ?? symbol };
  const upper = (word ?? '').toUpperCase();
  if (upper === 'LIKE' || upper === 'MATCHES' || upper === 'IN')
    return { kind: upper.toLowerCase() as Word['kind'], text: 'in' };
  const known = WORDS[upper];
  return known === undefined ? undefined : { kind: 'plain', text: known };
}

const isPatternWord = (word: Word | undefined): boolean =>
  word?.kind === 'like' || word?.kind === 'matches';

/** Patterns become calls on what stands before them, lists get the brackets of CEL. */
function join(words: readonly Word[]): Result<string> {
  const isBad = words.some((word, at) => isPatternWord(word) && words[at + 1]?.kind !== 'text');
  if (isBad) return refuse('A pattern is expected after LIKE and MATCHES.');
  let inList = false;
  const out = words.map((word, at) => {
    inList = word.kind === 'in' || inList;
    const printed = printWord(word, words[at - 1], inList);
    if (word.kind === 'plain' && word.text === ')') inList = false;
    return printed;
  });
  return ok(
    out
      .filter((text) => text !== '')
      .join(' ')
      .replaceAll(' .regex', '.regex'),
  );
}

function printWord({ kind, text }: Word, before: Word | undefined, inList: boolean): string {
  if (kind === 'like' || kind === 'matches') return '';
  if (kind !== 'text') return inList ? (BRACKETS[text] ?? text) : text;
  if (!isPatternWord(before)) return JSON.stringify(text);
  return `.regex(${JSON.stringify(before?.kind === 'like' ? likeToRegex(text) : text)})`;
}

const BRACKETS: Readonly<Record<string, string>> = { '(': '[', ')': ']' };

const likeToRegex = (text: string): string => {
  const literal = text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return `^${literal.replaceAll('%', '.*').replaceAll('_', '.')}$`;
};

const refuse = (detail: string): Result<never> =>
  err({ code: 'cacao_cannot_run', detail, retryable: false });
