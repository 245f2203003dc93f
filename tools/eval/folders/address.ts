const V4 =
  /(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.]*\d)/g;

/** The IPv4 addresses that a text holds; those that stand for no machine are left out. */
export function addressesOf(text: string): readonly string[] {
  const found = text.match(V4) ?? [];
  return [...new Set(found)].filter((address) => !/^(?:0\.|255\.|127\.)/.test(address));
}
