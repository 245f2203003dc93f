import type { Fields } from './map-attributes.ts';

const TOKEN =
  /<!\[CDATA\[([\s\S]*?)\]\]>|<!--[\s\S]*?-->|<\?[^>]*\?>|<\/([\w:.-]{1,128})\s*>|<([\w:.-]{1,128})((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)/y;
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const MAX_DEPTH = 12;
const MAX_ELEMENTS = 1_024;
const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
};

interface Open {
  readonly name: string;
  readonly members: Record<string, unknown>;
  text: string;
}

/**
 * The XML of one Windows event as the tree that evtx_dump makes of it. Only this shape: no document
 * type, no entities but the five and numbers, at most 1,024 elements 12 deep. Undefined for the rest.
 */
export function readEventXml(text: string): Fields | undefined {
  const start = text.slice(0, 1_024).indexOf('<Event');
  if (start < 0 || !/^<Event[\s>]/.test(text.slice(start, start + 7))) return undefined;
  const root: Open = { name: '', members: {}, text: '' };
  const stack: Open[] = [root];
  TOKEN.lastIndex = start;
  for (let count = 0; count < MAX_ELEMENTS * 4; count++) {
    const token = TOKEN.exec(text);
    if (!token || !take(stack, token)) return undefined;
    if (stack.length === 1 && token[6] === undefined) break;
  }
  return stack.length === 1 && root.members['Event'] ? root.members : undefined;
}

/** False when the XML is broken or too deep. */
function take(
  stack: Open[],
  [, cdata, end, name, attributes, isEmpty, text]: RegExpExecArray,
): boolean {
  const top = stack.at(-1) as Open;
  if (cdata !== undefined || text !== undefined) top.text += cdata ?? unescapeXml(text ?? '');
  else if (name !== undefined) {
    if (stack.length > MAX_DEPTH) return false;
    const open: Open = {
      name: localName(name),
      members: readAttributes(attributes ?? ''),
      text: '',
    };
    stack.push(open);
    if (isEmpty) close(stack);
  } else if (end !== undefined) {
    if (stack.length < 2 || top.name !== localName(end)) return false;
    close(stack);
  }
  return true;
}

function close(stack: Open[]): void {
  const { name, members, text } = stack.pop() as Open;
  const parent = (stack.at(-1) as Open).members;
  const trimmed = text.trim();
  if (trimmed !== '') members['#text'] = trimmed;
  const isBare = Object.keys(members).every((key) => key === '#text');
  const value = isBare ? trimmed : members;
  if (name === '__proto__') return;
  const before = Object.hasOwn(parent, name) ? parent[name] : undefined;
  parent[name] = before === undefined ? value : [before, value].flat();
}

function readAttributes(text: string): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [, name = '', double, single] of text.matchAll(ATTRIBUTE))
    if (name !== '__proto__') found[name] = unescapeXml(double ?? single ?? '');
  return Object.keys(found).length === 0 ? {} : { '#attributes': found };
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

function unescapeXml(text: string): string {
  return text.replace(/&(?:#x?[\da-f]{1,6}|lt|gt|amp|quot|apos);/gi, (whole) => {
    const name = whole.slice(1, -1).toLowerCase();
    if (!name.startsWith('#')) return ENTITIES[name] ?? whole;
    const point = Number.parseInt(name.replace(/^#x?/, ''), name[1] === 'x' ? 16 : 10);
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
