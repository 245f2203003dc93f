import { RE2JS } from 're2js';
import { witnessOf } from './witness.ts';

/** An RE2 pattern ready to be tried. */
export interface CompiledRegex {
  readonly pattern: RE2JS;
  readonly names: readonly string[];
  /** What a text must hold to be worth the pattern; see `witnessOf`. */
  readonly witness: string;
}

/** Prepares a pattern that `parseParser` has checked. */
export function compileRegex(text: string): CompiledRegex {
  const pattern = RE2JS.compile(text, RE2JS.DOTALL);
  return { pattern, names: Object.keys(pattern.namedGroups()), witness: witnessOf(text) };
}

/** The named groups and where the match ends, or undefined when nothing in the text matches. */
export function matchRegex(
  { pattern, names, witness }: CompiledRegex,
  text: string,
): { readonly fields: Record<string, string>; readonly end: number } | undefined {
  if (!text.includes(witness)) return undefined;
  const matcher = pattern.matcher(text);
  if (!matcher.find()) return undefined;
  const fields: Record<string, string> = {};
  for (const name of names) fields[name] = matcher.group(name) ?? '';
  return { fields, end: matcher.end() };
}
