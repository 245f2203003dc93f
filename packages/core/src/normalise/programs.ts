/** The syslog programs that a parser takes: names, and beginnings of names (`postfix/*`). */
export interface Programs {
  readonly names: ReadonlySet<string>;
  readonly beginnings: readonly string[];
}

/** Prepares the list of a parser. */
export function toPrograms(list: readonly string[]): Programs {
  const lower = list.map((name) => name.toLowerCase());
  return {
    names: new Set(lower.filter((name) => !name.endsWith('*'))),
    beginnings: lower.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1)),
  };
}

/** No program named: the parser takes every one. */
export const takesAny = ({ names, beginnings }: Programs): boolean =>
  names.size === 0 && beginnings.length === 0;

/** Is the program named? */
export function namesProgram({ names, beginnings }: Programs, program: string): boolean {
  const lower = program.toLowerCase();
  return names.has(lower) || beginnings.some((beginning) => lower.startsWith(beginning));
}
