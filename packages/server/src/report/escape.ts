const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A piece of HTML that is safe to put into a page. Only `html` and `join` make it. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Html | readonly Html[] | undefined;

const UNSEEN = /[\p{Cc}\p{Cf}]/gu;
const isSpace = (character: string): boolean => character === '\n' || character === '\t';

/** Text as HTML shows it; control and direction characters as U+FFFD. */
export const escapeText = (text: string): string =>
  text
    .replace(UNSEEN, (character) => (isSpace(character) ? character : '\ufffd'))
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

function put(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map((piece) => piece.text).join('');
  return escapeText(String(part));
}

/** Builds HTML; every value is escaped unless it is HTML already. */
export const html = (literals: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Html(literals.map((literal, index) => literal + put(parts[index])).join(''));
