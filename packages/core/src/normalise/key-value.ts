const PAIR = /([A-Za-z_][\w.-]{0,63})(?:=(?:"((?:[^"\\]|\\.)*)"|([^\s;,]*))|:"((?:[^"\\]|\\.)*)")/g;
/** Pairs parted by bars: Mimecast, Check Point's form for Splunk. */
const PIPED = /^[\w.-]{1,64}=[^|]*(?:\|[\w.-]{1,64}=[^|]*){2}/;
const MAX_PAIRS = 256;

/** The `key=value`, `key="value"`, `key:"value"` and `key=value|key=value` pairs of a text; the first of a repeated key counts. */
export function readKeyValue(text: string): Record<string, string> {
  if (PIPED.test(text)) return readPiped(text);
  const fields: Record<string, string> = {};
  let count = 0;
  for (const [, key = '', quoted, bare = '', other] of text.matchAll(PAIR)) {
    if (++count > MAX_PAIRS) break;
    if (!Object.hasOwn(fields, key)) fields[key] = quoted ?? other ?? bare;
  }
  return fields;
}

function readPiped(text: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const part of text.split('|', MAX_PAIRS)) {
    const at = part.indexOf('=');
    const key = part.slice(0, Math.max(0, at)).trim();
    if (key !== '' && !Object.hasOwn(fields, key))
      fields[key] = part.slice(at + 1).replace(/^"(.*)"$/s, '$1');
  }
  return fields;
}
