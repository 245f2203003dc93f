import type { Json } from '../../shared/json.ts';

const MAX_CHARS = 512;
const MAX_TOKENS = 40;
const MAX_LEAF = 40;
const SIMILARITY = 0.5;
const ANY = '<*>';
const MAX_HOSTS = 8;

/** A form that messages share: its fixed words, and `<*>` where they differ. */
export interface Template {
  readonly id: number;
  /** Where it is found: log source, number of words, first word. */
  readonly leaf: string;
  /** The log source it belongs to. */
  readonly scope: string;
  readonly tokens: string[];
  count: number;
  /** Machines that wrote it, the first eight. */
  hosts: string[];
  /** Counting by slots: the slot under way, its count, and mean and variance of the roots of earlier counts. */
  slot: number;
  inSlot: number;
  slots: number;
  mean: number;
  variance: number;
}

/** What became of one message. */
export interface Mined {
  readonly template: Template;
  readonly isNew: boolean;
}

/**
 * Words of a message; what holds a digit, or is long, is a value. A long message counts by its
 * beginning.
 */
export function tokensOf(message: string): string[] {
  const words = message.slice(0, MAX_CHARS).trim().split(/\s+/, MAX_TOKENS);
  return words.map((word) => (word.length > 48 || /\d/.test(word) ? ANY : word));
}

/**
 * Drain (He et al. 2017) with bounds: messages of one log source with as many words and the same first
 * fixed word are compared with the templates there; the most similar one takes it when half the words
 * agree, and words that differ become `<*>`. The template that was seen longest ago goes first.
 */
export class TemplateMiner {
  readonly #maxTemplates: number;
  readonly #templates = new Map<number, Template>();
  readonly #leaves = new Map<string, number[]>();
  #next = 1;
  #evicted = 0;

  constructor(maxTemplates: number) {
    this.#maxTemplates = maxTemplates;
  }

  get size(): number {
    return this.#templates.size;
  }

  get evicted(): number {
    return this.#evicted;
  }

  /** The template of a message; one that goes for lack of room is told to `onEvicted`. */
  mine(scope: string, message: string, onEvicted: (gone: Template) => void): Mined {
    const tokens = tokensOf(message);
    const leaf = leafOf(scope, tokens);
    const there = this.#mostSimilar(leaf, tokens);
    if (there !== undefined) {
      generalise(there.tokens, tokens);
      this.#templates.delete(there.id);
      this.#templates.set(there.id, there);
      return { template: there, isNew: false };
    }
    const template = this.#add({ scope, leaf, tokens });
    this.#makeRoom(leaf, onEvicted);
    return { template, isNew: true };
  }

  #add(made: { readonly scope: string; readonly leaf: string; readonly tokens: string[] }) {
    const { scope, leaf, tokens } = made;
    const fresh = { count: 0, hosts: [], slot: 0, inSlot: 0, slots: 0, mean: 0, variance: 0 };
    const template: Template = { id: this.#next, leaf, scope, tokens, ...fresh };
    this.#next += 1;
    this.#templates.set(template.id, template);
    this.#leaves.set(leaf, [...(this.#leaves.get(leaf) ?? []), template.id]);
    return template;
  }

  #mostSimilar(leaf: string, tokens: readonly string[]): Template | undefined {
    let best: Template | undefined;
    let most = Math.max(1, SIMILARITY * tokens.length);
    for (const id of this.#leaves.get(leaf) ?? []) {
      const template = this.#templates.get(id);
      if (template === undefined) continue;
      const same = agreeing(template.tokens, tokens);
      if (same > most || (best === undefined && same === most)) {
        best = template;
        most = same;
      }
    }
    return best;
  }

  #makeRoom(leaf: string, onEvicted: (gone: Template) => void): void {
    const ids = this.#leaves.get(leaf) ?? [];
    const [first] = ids.length > MAX_LEAF ? ids : this.#templates.keys();
    if (ids.length <= MAX_LEAF && this.#templates.size <= this.#maxTemplates) return;
    const gone = first === undefined ? undefined : this.#templates.get(first);
    if (gone === undefined) return;
    this.#templates.delete(gone.id);
    const left = (this.#leaves.get(gone.leaf) ?? []).filter((id) => id !== gone.id);
    if (left.length === 0) this.#leaves.delete(gone.leaf);
    else this.#leaves.set(gone.leaf, left);
    this.#evicted += 1;
    onEvicted(gone);
  }

  snapshot(): Json {
    return [...this.#templates.values()].map(
      (template): Json => ({
        ...template,
        tokens: [...template.tokens],
        hosts: [...template.hosts],
      }),
    );
  }

  /** Takes a snapshot back; rows that are none are left out. */
  restore(from: Json | undefined): void {
    if (!Array.isArray(from)) return;
    const rows = (from as readonly Json[]).flatMap(readRow).slice(-this.#maxTemplates);
    this.#templates.clear();
    this.#leaves.clear();
    for (const template of rows) this.#templates.set(template.id, template);
    const inOrder = [...rows].sort((a, b) => a.id - b.id);
    for (const { id, leaf } of inOrder)
      this.#leaves.set(leaf, [...(this.#leaves.get(leaf) ?? []), id]);
    this.#next = 1 + (inOrder.at(-1)?.id ?? 0);
  }
}

function agreeing(a: readonly string[], b: readonly string[]): number {
  let same = 0;
  for (let at = 0; at < a.length; at += 1) if (a[at] === b[at]) same += 1;
  return same;
}

/** Words that differ become `<*>`. */
function generalise(tokens: string[], other: readonly string[]): void {
  for (let at = 0; at < tokens.length; at += 1) if (tokens[at] !== other[at]) tokens[at] = ANY;
}

/** As many words, and the same first one; a value in front says nothing. */
const leafOf = (scope: string, tokens: readonly string[]): string =>
  `${scope}\n${tokens.length}\n${tokens.find((token) => token !== ANY) ?? ''}`;

function readRow(json: Json): readonly Template[] {
  if (typeof json !== 'object' || json === null) return [];
  const template = json as unknown as Template;
  const numbers = ['id', 'count', 'slot', 'inSlot', 'slots', 'mean', 'variance'] as const;
  const isWhole =
    numbers.every((name) => typeof template[name] === 'number') &&
    typeof template.leaf === 'string' &&
    typeof template.scope === 'string' &&
    Array.isArray(template.tokens) &&
    Array.isArray(template.hosts);
  return isWhole ? [{ ...template, tokens: [...template.tokens], hosts: [...template.hosts] }] : [];
}

/** Notes the machine a template was seen on; how many there are, eight meaning eight or more. */
export function addHost(template: Template, host: string): number {
  if (template.hosts.length < MAX_HOSTS && !template.hosts.includes(host))
    template.hosts.push(host);
  return template.hosts.length;
}
