import type { Location, Problem } from '@cordon/core';
import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type ScalarTag,
} from 'yaml';

export type Path = readonly (string | number)[];

/** A YAML text that still knows where everything stood. */
export interface YamlSource {
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** Where the value stands, or the nearest thing around it that was written. */
  locate(path: Path): Location;
}

/** Where `!file PATH` and `!env NAME` find their text; each throws with the reason. */
export interface Elsewhere {
  readonly file: (path: string) => string;
  readonly env: (name: string) => string;
}

/** Parses YAML 1.2 with the two tags of `Elsewhere`; aliases are bounded, keys must be unique. */
export function parseYaml(file: string, text: string, elsewhere: Elsewhere): YamlSource {
  const lines = new LineCounter();
  const customTags = [toTag('!file', elsewhere.file), toTag('!env', elsewhere.env)];
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, customTags });
  const at = (offset: number): Location => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const problems = document.errors.map(
    (error): Problem => ({
      code: 'config_syntax',
      detail: `${error.message.split('\n')[0]?.replace(/ at line .*$/, '') ?? 'It cannot be parsed'}.`,
      at: at(error.pos[0]),
      retryable: false,
    }),
  );
  return {
    value: problems.length > 0 ? undefined : document.toJS({ maxAliasCount: 100 }),
    problems,
    locate: (path) => at(findNode(document, path)?.range?.[0] ?? 0),
  };
}

/** A text that is kept elsewhere, so that a secret need not stand in the configuration. */
const toTag = (tag: string, read: (name: string) => string): ScalarTag => ({
  tag,
  resolve: (name, onError) => {
    try {
      return read(name);
    } catch (error) {
      onError(error instanceof Error ? error.message : String(error));
      return '';
    }
  },
});

function findNode(document: Document.Parsed, path: Path): Node | undefined {
  let node: unknown = document.contents;
  let found: Node | undefined = document.contents ?? undefined;
  for (const step of path) {
    const next = stepInto(node, step);
    if (!next) return found;
    found = next.anchor;
    node = next.value;
  }
  return found;
}

/** A member is shown at its key, an element of a list at its beginning. */
function stepInto(
  node: unknown,
  step: string | number,
): { readonly anchor: Node; readonly value: unknown } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
    return pair && { anchor: pair.key as Node, value: pair.value };
  }
  if (!isSeq(node)) return undefined;
  const item = node.items[Number(step)];
  return item === undefined ? undefined : { anchor: item as Node, value: item };
}
