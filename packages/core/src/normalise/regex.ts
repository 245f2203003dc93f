import { RE2JS } from 're2js';
import { witnessOf } from './witness.ts';

/** An RE2 pattern ready to be tried. */
export interface CompiledRegex {
  /** What a text must hold to be worth the pattern; see `witnessOf`. */
  readonly witness: string;
  /** Made for the first text that is worth it: of a thousand patterns few ever meet one. */
  readonly program: () => { readonly pattern: RE2JS; readonly names: readonly string[] };
}

/** Prepares a pattern that `parseParser` has checked. */
export function compileRegex(text: string): CompiledRegex {
  let program: ReturnType<CompiledRegex['program']> | undefined;
  return {
    witness: witnessOf(text),
    program() {
      program ??= toProgram(RE2JS.compile(text, RE2JS.DOTALL));
      return program;
    },
  };
}

const toProgram = (pattern: RE2JS) => ({ pattern, names: Object.keys(pattern.namedGroups()) });

/** The named groups and where the match ends, or undefined when nothing in the text matches. */
export function matchRegex(
  { witness, program }: CompiledRegex,
  text: string,
): { readonly fields: Record<string, string>; readonly end: number } | undefined {
  if (!text.includes(witness)) return undefined;
  const { pattern, names } = program();
  const matcher = pattern.matcher(text);
  if (!matcher.find()) return undefined;
  const fields: Record<string, string> = {};
  for (const name of names) fields[name] = matcher.group(name) ?? '';
  return { fields, end: matcher.end() };
}
