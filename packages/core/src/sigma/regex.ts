import { RE2JS } from 're2js';
import { requiredLiteral } from './regex-literal.ts';

const FLAGS: Readonly<Record<string, number>> = {
  i: RE2JS.CASE_INSENSITIVE,
  m: RE2JS.MULTILINE,
  s: RE2JS.DOTALL,
};

/**
 * A search that runs in time linear in the text, whatever the pattern (RE2). A literal that every
 * match must hold is sought first, natively: most texts never reach the engine.
 */
export function compileRegex(pattern: string, flags: string): (text: string) => boolean {
  const bits = [...flags].reduce((sum, flag) => sum | (FLAGS[flag] ?? 0), 0);
  const regex = RE2JS.compile(pattern, bits);
  const literal = requiredLiteral(pattern, flags);
  if (!literal) return (text) => regex.matcher(text).find();
  const { text: needle, isFolded } = literal;
  return (text) =>
    (isFolded ? text.toLowerCase() : text).includes(needle) && regex.matcher(text).find();
}
