/**
 * One shape of a line, without regular expressions: literals with captures between them.
 *
 * - `{name}`: a word, non-empty and without white space, up to the next literal;
 * - `{name+}`: any non-empty text up to the first place of the next literal;
 * - `{name*}`: any text, perhaps empty, as long as possible; at most one in a pattern.
 *
 * The whole text must be used up. What an attacker can choose (a user name) is captured with `*`:
 * text planted inside it cannot move the fields that the program itself wrote after it. Only the
 * last 64 places where a `*` could end are tried, which bounds the time.
 */
export interface Dissect {
  readonly head: string;
  readonly captures: readonly Capture[];
}

interface Capture {
  readonly name: string;
  readonly extent: 'word' | 'first' | 'last';
  /** The literal after the capture; empty at the end of the pattern. */
  readonly until: string;
}

const EXTENT = { '': 'word', '+': 'first', '*': 'last' } as const;
const MAX_TRIES = 64;

/** Reads a pattern; undefined when two captures touch, or more than one is a `*`. */
export function parseDissect(pattern: string): Dissect | undefined {
  const parts = pattern.split(/\{([A-Za-z_][\w.-]*)([+*]?)\}/);
  const captures: Capture[] = [];
  for (let at = 1; at < parts.length; at += 3) {
    const until = parts[at + 2] ?? '';
    if (until === '' && at + 3 < parts.length) return undefined;
    const extent = EXTENT[(parts[at + 1] ?? '') as keyof typeof EXTENT];
    captures.push({ name: parts[at] ?? '', extent, until });
  }
  const stars = captures.filter(({ extent }) => extent === 'last');
  return stars.length > 1 ? undefined : { head: parts[0] ?? '', captures };
}

/** The fields of a text of that shape, or undefined when it has another shape. */
export function matchDissect(dissect: Dissect, text: string): Record<string, string> | undefined {
  if (!text.startsWith(dissect.head)) return undefined;
  const last = dissect.captures.at(-1)?.until;
  if (last && !text.endsWith(last)) return undefined;
  const fields: Record<string, string> = {};
  return takeFrom({ captures: dissect.captures, text, fields }, 0, dissect.head.length)
    ? fields
    : undefined;
}

interface Walk {
  readonly captures: readonly Capture[];
  readonly text: string;
  readonly fields: Record<string, string>;
}

function takeFrom(walk: Walk, index: number, from: number): boolean {
  const capture = walk.captures[index];
  if (!capture) return from === walk.text.length;
  if (capture.extent === 'last' && capture.until !== '') return takeLongest(walk, index, from);
  const end = findEnd(capture, walk, { index, from });
  if (end < from) return false;
  const value = walk.text.slice(from, end);
  if (capture.extent !== 'last' && value === '') return false;
  if (capture.extent === 'word' && /\s/.test(value)) return false;
  walk.fields[capture.name] = value;
  return takeFrom(walk, index + 1, end + capture.until.length);
}

function findEnd(
  { until }: Capture,
  { text, captures }: Walk,
  { index, from }: { readonly index: number; readonly from: number },
): number {
  if (until === '') return text.length;
  return index === captures.length - 1 ? text.length - until.length : text.indexOf(until, from);
}

function takeLongest(walk: Walk, index: number, from: number): boolean {
  const { name, until } = walk.captures[index] as Capture;
  let end = walk.text.lastIndexOf(until);
  for (let tries = 0; tries < MAX_TRIES && end >= from; tries++) {
    if (takeFrom(walk, index + 1, end + until.length)) {
      walk.fields[name] = walk.text.slice(from, end);
      return true;
    }
    if (end === 0) return false;
    end = walk.text.lastIndexOf(until, end - 1);
  }
  return false;
}
