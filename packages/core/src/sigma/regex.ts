import { RE2JS } from 're2js';
import { toBoundedRegex } from './bounded-regex.ts';
import { requiredLiterals } from './regex-literal.ts';

const FLAGS: Readonly<Record<string, number>> = {
  i: RE2JS.CASE_INSENSITIVE,
  m: RE2JS.MULTILINE,
  s: RE2JS.DOTALL,
};

/**
 * A search that runs in time linear in the text, whatever the pattern: by the platform's engine
 * where it cannot take longer, else by RE2. For RE2 the literals that every match must hold are
 * sought first, natively: most texts never reach it.
 */
export function compileRegex(pattern: string, flags: string): (text: string) => boolean {
  const least = /^\.\{(\d+),\}$/.exec(pattern)?.[1];
  if (least !== undefined) return isLongLine(Number(least), flags);
  const bounded = flags === '' ? toBoundedRegex(pattern) : undefined;
  if (bounded) return (text) => bounded.test(text);
  const bits = [...flags].reduce((sum, flag) => sum | (FLAGS[flag] ?? 0), 0);
  const regex = RE2JS.compile(pattern, bits);
  const { texts, isFolded, least: shortest } = requiredLiterals(pattern, flags);
  if (texts.length === 0) return (text) => text.length >= shortest && regex.test(text);
  return (text) =>
    text.length >= shortest &&
    holdsInOrder(isFolded ? text.toLowerCase() : text, texts) &&
    regex.test(text);
}

/** `.{n,}`: is there a line (with `s`: a text) of at least n characters? */
function isLongLine(least: number, flags: string): (text: string) => boolean {
  const lengthOf = (text: string) => (text.length < 2 * least ? [...text].length : least);
  return (text) =>
    text.length >= least &&
    (flags.includes('s') ? [text] : text.split('\n')).some(
      (line) => line.length >= least && lengthOf(line) >= least,
    );
}

function holdsInOrder(text: string, wanted: readonly string[]): boolean {
  let from = 0;
  for (const one of wanted) {
    const at = text.indexOf(one, from);
    if (at < 0) return false;
    from = at + one.length;
  }
  return true;
}
