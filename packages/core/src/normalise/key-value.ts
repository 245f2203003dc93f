const PAIR = /([A-Za-z_][\w.-]{0,63})(?:=(?:"((?:[^"\\]|\\.)*)"|([^\s;,]*))|:"((?:[^"\\]|\\.)*)")/g;
const MAX_PAIRS = 256;

/** The `key=value`, `key="value"` and `key:"value"` pairs of a text; the first of a repeated key counts. */
export function readKeyValue(text: string): Record<string, string> {
  const fields: Record<string, string> = {};
  let count = 0;
  for (const [, key = '', quoted, bare = '', other] of text.matchAll(PAIR)) {
    if (++count > MAX_PAIRS) break;
    if (!Object.hasOwn(fields, key)) fields[key] = quoted ?? other ?? bare;
  }
  return fields;
}
