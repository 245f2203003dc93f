/** Of longer records only the beginning is looked at: what tells messages apart stands there. */
const LOOKED_AT_CHARS = 400;
const MAX_SHAPE_CHARS = 160;
const MAX_KEYS = 12;
const MAX_JSON_CHARS = 65_536;

const QUOTED = /"[^"]*"?/g;
const MONTH = /\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b/g;
/** A word with a digit in it: a number, an address, a time, an id. */
const VARYING = /[\w.:/@+-]*\d[\w.:/@+-]*/g;

/**
 * The template of a record: what stays when numbers, addresses, times and quoted texts are taken
 * out, or the keys when it is a JSON object. Records that one parser message would take share one.
 */
export function shapeOf(text: string): string {
  const keys = text.startsWith('{') ? keysOf(text) : undefined;
  const shape = keys ? `{ ${keys} }` : templateOf(text.slice(0, LOOKED_AT_CHARS));
  return shape.slice(0, MAX_SHAPE_CHARS).trim() || '(blank)';
}

const templateOf = (text: string): string =>
  text
    .replace(/^<\d{1,3}>/, '')
    .replace(QUOTED, '"…"')
    .replace(MONTH, '#')
    .replace(VARYING, '#')
    .replace(/#(?:\W{0,3}#)+/g, '#')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();

function keysOf(text: string): string | undefined {
  if (text.length > MAX_JSON_CHARS) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const keys = Object.keys(value).sort();
    const more = keys.length > MAX_KEYS ? ', …' : '';
    return keys.slice(0, MAX_KEYS).join(', ') + more;
  } catch {
    return undefined;
  }
}
