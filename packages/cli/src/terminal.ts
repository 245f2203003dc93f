/*
 * What the command line writes. Text out of logs is hostile: nothing of it may move the cursor, change
 * colours, set titles or turn the direction of writing.
 */

const UNSAFE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** Text that a terminal shows and never obeys: control, format and direction characters as `\xNN` or `\u{NNNN}`. */
export function neutralise(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

/** A value as one line of JSON in which no character can drive a terminal; it reads back the same. */
export const toJsonLine = (value: unknown): string =>
  JSON.stringify(value).replace(UNSAFE, (characters) =>
    [...Array(characters.length).keys()]
      .map((at) => `\\u${characters.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  );

/** Colours, where there is a terminal that wants them (`NO_COLOR`). */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  level(level: string, text: string): string;
}

const COLOURS: Readonly<Record<string, string>> = { P1: '1;31', P2: '33', P3: '36', P4: '2' };

/** The painter for a stream. */
export function createPaint(isColoured: boolean): Paint {
  const wrap = (code: string, text: string) =>
    isColoured ? `\u001b[${code}m${text}\u001b[0m` : text;
  return {
    bold: (text) => wrap('1', text),
    dim: (text) => wrap('2', text),
    level: (level, text) => wrap(COLOURS[level] ?? '0', text),
  };
}

/** Does this stream want colours? */
export const isColoured = (stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean =>
  stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';

/** Exit codes: 0 well, 1 failed, 2 wrong use, 3 found something. */
export const EXIT = { ok: 0, failed: 1, usage: 2, found: 3 } as const;
