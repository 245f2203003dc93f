/** `[.]`, `(dot)`, `{:}`, `[://]` and their like: how reports keep addresses from being followed. */
const BRACKETED = /[[({]\s*(\.|dot|:|:\/\/|\/|@|at|,)\s*[\])}]/gi;
const SCHEME = /^\s*h(?:xx|\*\*|tt|__)p(s?)(?=:|\[|\s*$)/i;
const ESCAPED_DOT = /\\\./g;
const WORDS: Readonly<Record<string, string>> = { dot: '.', at: '@', ',': '.' };

/** Is the text written so that it cannot be followed by mistake? */
export const isDefanged = (text: string): boolean =>
  text.search(BRACKETED) >= 0 || /^\s*h(?:xx|\*\*)ps?:/i.test(text) || text.includes('\\.');

/** The value as it was meant: brackets around dots, colons and at-signs taken away, `hxxp` as `http`. */
export function refang(text: string): string {
  return text
    .replace(BRACKETED, (_, inside: string) => WORDS[inside.toLowerCase()] ?? inside)
    .replace(ESCAPED_DOT, '.')
    .replace(SCHEME, 'http$1')
    .trim();
}
