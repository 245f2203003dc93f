import { isLeaf, type Leaf, type Node } from '../sigma/ast.ts';
import { equalText } from '../sigma/compile.ts';
import { fold } from '../sigma/event-view.ts';
import { requiredLiterals } from '../sigma/regex-literal.ts';
import { isAnyRun, isWildcard } from '../sigma/token.ts';

/*
 * A rule can only match an event in which one of its witnesses is: cheap facts about one field that
 * can be looked up for all rules at once. Only rules with a witness in the event are evaluated.
 */

/**
 * One fact. `equal`: the value is the text; `base`: its last path segment is; `part`: it holds the
 * text; `wide`: it holds a character beyond ASCII; `there`: the field is there. Texts are folded.
 */
export interface Atom {
  readonly field: string | null;
  readonly kind: 'equal' | 'base' | 'part' | 'wide' | 'there';
  readonly text: string;
}

/** How often an atom is thought to be in an event (any unit, as long as it is one). */
export type AtomCost = (atom: Atom) => number;

/** Atoms of which at least one is in every event that matches. */
export interface Witness {
  readonly atoms: readonly Atom[];
  readonly cost: number;
}

/** The cheapest witness of a tree; undefined: it can match an event in which nothing is. */
export function witnessOf(node: Node, costOf: AtomCost): Witness | undefined {
  if (isLeaf(node)) return ofLeaf(node, costOf);
  if (node.op === 'not') return undefined;
  const parts = node.args.map((inner) => witnessOf(inner, costOf));
  return node.op === 'and' ? cheapest(parts) : union(parts);
}

function cheapest(parts: readonly (Witness | undefined)[]): Witness | undefined {
  let best: Witness | undefined;
  for (const part of parts) if (part && (!best || part.cost < best.cost)) best = part;
  return best;
}

function union(parts: readonly (Witness | undefined)[]): Witness | undefined {
  const byKey = new Map<string, Atom>();
  let cost = 0;
  for (const part of parts) {
    if (!part) return undefined;
    for (const atom of part.atoms) byKey.set(`${atom.field}\n${atom.kind}\n${atom.text}`, atom);
    cost += part.cost;
  }
  return { atoms: [...byKey.values()], cost };
}

function ofLeaf(leaf: Leaf, costOf: AtomCost): Witness | undefined {
  if (leaf.type === 'null' || (leaf.type === 'exists' && !leaf.value)) return undefined;
  const [first, ...others] = atomsOf(leaf).map((atom) => ({ atoms: [atom], cost: costOf(atom) }));
  return first && cheapest([first, ...others]);
}

/** Facts each of which a match of the leaf implies. */
function atomsOf(leaf: Leaf): readonly Atom[] {
  const { field } = leaf;
  const equal = field === null ? undefined : equalText(leaf);
  if (equal !== undefined) return [{ field, kind: 'equal', text: equal }];
  const parts = literalsOf(leaf).map((text) => toPart(field, text));
  const base = field === null ? undefined : baseOf(leaf);
  const there: Atom = { field, kind: 'there', text: '' };
  return [...parts, ...(base ? [{ field, kind: 'base', text: base } as const] : []), there];
}

/** Is there a character beyond ASCII? */
export const isWide = (text: string): boolean => /[\u0080-\uffff]/.test(text);

/** A literal beyond ASCII is rare: that it is there at all is witness enough. */
const toPart = (field: string | null, text: string): Atom =>
  isWide(text) ? { field, kind: 'wide', text: '' } : { field, kind: 'part', text };

function literalsOf(leaf: Leaf): readonly string[] {
  if (leaf.type === 'number') return leaf.field === null ? [String(leaf.value)] : [];
  if (leaf.type === 'string')
    return leaf.value.flatMap((token) => (isWildcard(token) ? [] : [fold(token)]));
  if (leaf.type !== 'regex') return [];
  return requiredLiterals(leaf.value, leaf.flags).texts.map(fold);
}

const BASE = /^[\\/]([^\\/]+)$/;

/** `*\name.exe`: the last segment of a path. */
function baseOf(leaf: Leaf): string | undefined {
  if (leaf.type !== 'string' || leaf.value.length !== 2 || !isAnyRun(leaf.value[0]))
    return undefined;
  const end = leaf.value[1];
  return typeof end === 'string' ? BASE.exec(fold(end))?.[1] : undefined;
}

/** The last segment of a path, as `base` atoms speak of it. */
export function baseName(text: string): string {
  for (let at = text.length - 1; at >= 0; at -= 1) {
    const code = text.charCodeAt(at);
    if (code === 92 || code === 47) return text.slice(at + 1);
  }
  return text;
}
