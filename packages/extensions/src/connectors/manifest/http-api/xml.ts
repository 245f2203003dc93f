import type { Json } from '@cordon/core';
import { Parser } from 'htmlparser2';

const DEEPEST = 32;
/** Names that AWS gives the entries of a list. */
const ENTRIES = new Set(['member', 'item']);

interface Open {
  readonly parts: Map<string, Json[]>;
  text: string;
}

/**
 * XML as JSON: an element with others inside is a map by their names, any other its text; several of one
 * name are a list, and what holds `member` or `item` is always one. Attributes are left out. What is
 * nested deeper than 32 is cut off.
 */
export function xmlToJson(xml: string): Json {
  const root: Open = { parts: new Map(), text: '' };
  const path = [root];
  let depth = 0;
  const parser = new Parser(
    {
      onopentag() {
        depth += 1;
        if (depth <= DEEPEST) path.push({ parts: new Map(), text: '' });
      },
      ontext(text) {
        const open = path.at(-1);
        if (open) open.text += text;
      },
      onclosetag(name) {
        depth -= 1;
        if (depth >= DEEPEST) return;
        const done = path.pop();
        const parts = path.at(-1)?.parts;
        if (done && parts) {
          const values = parts.get(name) ?? [];
          values.push(toValue(done));
          parts.set(name, values);
        }
      },
    },
    { xmlMode: true },
  );
  parser.end(xml);
  return toValue(root);
}

function toValue({ parts, text }: Open): Json {
  if (parts.size === 0) return text.trim();
  const [[name, values] = ['', []], ...others] = parts;
  if (others.length === 0 && ENTRIES.has(name)) return values;
  return Object.fromEntries(
    [...parts].map(([key, list]) => [key, list.length === 1 ? (list[0] ?? null) : list]),
  );
}
