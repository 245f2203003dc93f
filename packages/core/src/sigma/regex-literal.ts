/** Texts that every match of a pattern holds, in this order; folded: in the lower-case text. */
export interface RequiredLiterals {
  readonly texts: readonly string[];
  readonly isFolded: boolean;
  /** No match is shorter, in UTF-16 units. */
  readonly least: number;
}

/** A repeat that may be none: what it stands behind is not required. */
const OPTIONAL = /^(?:[*?]|\{0*[,}])/;
const REPEAT = /^(?:[*+?]|\{\d*(?:,\d*)?\})\??/;
const CLASS = /^\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]/;
const ESCAPED = /^\\([^A-Za-z0-9])/;
const ESCAPE_CLASS = /^\\(?:x\{[0-9A-Fa-f]+\}|x[0-9A-Fa-f]{2}|[pP](?:\{\^?\w+\}|\w)|Q|E|.)/;

/**
 * The runs of plain characters at the top level of a pattern (outside groups, classes and optional
 * parts): a sound, simple reading. A pattern with an alternative at the top requires nothing, and
 * one with an unusual part (`\Q`, inline flags) is not read.
 */
export function requiredLiterals(pattern: string, flags: string): RequiredLiterals {
  const inline = /^\(\?([ims]+)\)/.exec(pattern);
  const rest = inline ? pattern.slice(inline[0].length) : pattern;
  const isFolded = flags.includes('i') || (inline?.[1]?.includes('i') ?? false);
  if (/\(\?[a-z-]*[ims-][a-z-]*[:)]/.test(rest) || rest.includes('\\Q'))
    return { texts: [], isFolded, least: 0 };
  const { runs, least } = readRuns(rest) ?? { runs: [], least: 0 };
  return { texts: isFolded ? runs.flatMap(folded) : runs, isFolded, least };
}

/** Under `i`, an s also stands for the long s, which lower case does not reach: it is left out. */
const folded = (run: string): readonly string[] =>
  run
    .toLowerCase()
    .split(/[^\x20-\x7e]|s/)
    .filter((part) => part !== '');

/** The longest of the texts. */
export const longestOf = ({ texts }: RequiredLiterals): string | undefined => {
  const longest = texts.reduce((best, text) => (text.length > best.length ? text : best), '');
  return longest === '' ? undefined : longest;
};

/** The plain runs of the top level; undefined when there is an alternative. */
function readRuns(
  pattern: string,
): { readonly runs: readonly string[]; readonly least: number } | undefined {
  const runs: string[] = [];
  let least = 0;
  let run = '';
  const end = () => {
    if (run !== '') runs.push(run);
    run = '';
  };
  for (let at = 0; at < pattern.length; ) {
    const rest = pattern.slice(at);
    if (rest.startsWith('|')) return undefined;
    const atom = readAtom(rest);
    if (!atom) return undefined;
    at += atom.length;
    const repeat = REPEAT.exec(pattern.slice(at))?.[0] ?? '';
    at += repeat.length;
    least += leastOf(atom, repeat);
    if (atom.literal === undefined || repeat !== '') {
      if (atom.literal !== undefined && !OPTIONAL.test(repeat)) run += atom.literal;
      end();
    } else run += atom.literal;
  }
  end();
  return { runs, least };
}

interface Atom {
  readonly length: number;
  readonly literal?: string;
  /** Does it stand for exactly one character? */
  readonly isCharacter?: boolean;
}

/** How many characters an atom with its repeat stands for at least. */
function leastOf({ isCharacter }: Atom, repeat: string): number {
  if (!isCharacter || OPTIONAL.test(repeat)) return 0;
  const [, times] = /^\{(\d+)/.exec(repeat) ?? [];
  return times === undefined ? 1 : Number(times);
}

function readAtom(rest: string): Atom | undefined {
  if (rest.startsWith('(')) return readGroup(rest);
  if (rest.startsWith('[')) {
    const length = CLASS.exec(rest)?.[0].length;
    return length === undefined ? undefined : { length, isCharacter: true };
  }
  const escaped = ESCAPED.exec(rest);
  if (escaped?.[1] !== undefined) return { length: 2, literal: escaped[1], isCharacter: true };
  if (rest.startsWith('\\')) return readEscape(rest);
  if (rest.startsWith('.')) return { length: 1, isCharacter: true };
  if ('^$'.includes(rest.charAt(0))) return { length: 1 };
  if (')*+?]'.includes(rest.charAt(0))) return undefined;
  const char = String.fromCodePoint(rest.codePointAt(0) ?? 0);
  return { length: char.length, literal: char, isCharacter: true };
}

/** Classes stand for a character; `\\b` and its like for none. */
function readEscape(rest: string): Atom {
  const length = ESCAPE_CLASS.exec(rest)?.[0].length ?? 2;
  return { length, isCharacter: 'dDsSwW'.includes(rest.charAt(1)) };
}

/** A group counts as one part without a literal. */
function readGroup(rest: string): Atom | undefined {
  let depth = 0;
  for (let at = 0; at < rest.length; ) {
    const here = rest.slice(at);
    if (here.startsWith('\\')) {
      at += 2;
      continue;
    }
    const size = here.startsWith('[') ? (CLASS.exec(here)?.[0].length ?? 1) : 1;
    if (here.startsWith('(')) depth += 1;
    if (here.startsWith(')')) depth -= 1;
    at += size;
    if (depth === 0) return { length: at };
  }
  return undefined;
}
