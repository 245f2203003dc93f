/*
 * Two trees say the same when their normal forms are one text: nested connectives joined, doubles
 * and single arguments gone, arguments in order, texts split at the marks of placeholders.
 */

interface TreeNode {
  readonly op?: 'and' | 'or' | 'not';
  readonly args?: readonly unknown[];
  readonly type?: string;
  readonly value?: unknown;
}

/** The normal form of a condition tree, ours or the reference's, as text. */
export const toNormalForm = (tree: unknown): string => JSON.stringify(normalise(tree as TreeNode));

function normalise(node: TreeNode): unknown {
  if (node.op === undefined) return toLeaf(node);
  const args = (node.args ?? []).map((inner) => normalise(inner as TreeNode) as TreeNode);
  const [first] = args;
  if (node.op === 'not')
    return first?.op === 'not' ? first.args?.[0] : { op: 'not', args: [first] };
  const flat = args.flatMap((inner) => (inner.op === node.op ? (inner.args ?? []) : [inner]));
  const distinct = new Map(flat.map((inner) => [JSON.stringify(inner), inner]));
  const ordered = [...distinct.keys()].sort().map((key) => distinct.get(key));
  return ordered.length === 1 ? ordered[0] : { op: node.op, args: ordered };
}

function toLeaf(leaf: TreeNode): unknown {
  const { value, ...rest } = leaf as TreeNode & Readonly<Record<string, unknown>>;
  const named: Record<string, unknown> = { ...rest };
  if (leaf.type === 'string') named['value'] = (value as readonly unknown[]).flatMap(toParts);
  else if (value !== undefined) named['value'] = value;
  if (leaf.type === 'regex')
    named['flags'] = [...((rest['flags'] as string) ?? '')].sort().join('');
  if (leaf.type === 'fieldref') {
    named['starts_with'] = Boolean(rest['starts_with']);
    named['ends_with'] = Boolean(rest['ends_with']);
  }
  delete named['parts'];
  return Object.fromEntries(Object.entries(named).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const MARK = /(⟦[^⟧]+⟧)/;

/** Wildcards as the reference writes them; placeholders out of the text they were put into. */
function toParts(part: unknown): readonly unknown[] {
  if (typeof part === 'string')
    return part
      .split(MARK)
      .filter((text) => text !== '')
      .map((text) => (text.startsWith('⟦') ? { p: text.slice(1, -1) } : text));
  const { kind } = part as { readonly kind?: string };
  return [kind === undefined ? part : { w: kind === 'any' ? '*' : '?' }];
}
