import type { Json } from '../../shared/json.ts';

/** One box of a playbook that was drawn elsewhere. */
export interface FlowNode {
  readonly id: string;
  /** A name of lower-case letters, digits and "-": the id of the step it becomes. */
  readonly slug: string;
}

/** An arrow; `label` says which way out of its box it is. */
export interface FlowEdge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

/** A playbook as boxes and arrows. */
export interface Flow<N extends FlowNode = FlowNode> {
  readonly start: string;
  readonly nodes: ReadonlyMap<string, N>;
  readonly edges: readonly FlowEdge[];
}

/** What leads out of a box, with the steps along it up to where the ways meet again. */
export interface FlowBranch {
  readonly label: string;
  readonly steps: readonly Json[];
}

/** The steps that a box becomes, given what leads out of it when that is more than one way. */
export type RenderNode<N extends FlowNode> = (
  node: N,
  branches: readonly FlowBranch[],
) => readonly Json[];

/** More boxes than this along all ways together are not written as nested steps. */
const MOST_STEPS = 200;

/**
 * A drawn playbook as nested steps: each fork ends where its ways meet again (the nearest box that
 * all of them pass), and what they share beyond forks is written on each way. `next` is the way on
 * after a fork whose branches have ends of their own. Undefined for circles and for what would grow
 * beyond 200 steps.
 */
export function toNested<N extends FlowNode>(
  flow: Flow<N>,
  render: RenderNode<N>,
): { readonly steps: readonly Json[]; readonly written: ReadonlySet<string> } | undefined {
  const nesting = new Nesting(flow, render);
  const steps = nesting.walk(flow.start, undefined, 0);
  return nesting.isTooMuch ? undefined : { steps, written: nesting.written };
}

class Nesting<N extends FlowNode> {
  isTooMuch = false;
  readonly written = new Set<string>();
  private readonly open = new Set<string>();
  private count = 0;
  private readonly flow: Flow<N>;
  private readonly render: RenderNode<N>;
  private readonly out: ReadonlyMap<string, readonly FlowEdge[]>;
  private readonly reach = new Map<string, ReadonlySet<string>>();

  constructor(flow: Flow<N>, render: RenderNode<N>) {
    this.flow = flow;
    this.render = render;
    const out = new Map<string, FlowEdge[]>();
    for (const edge of flow.edges) out.set(edge.from, [...(out.get(edge.from) ?? []), edge]);
    this.out = out;
  }

  walk(from: string, stop: string | undefined, depth: number): readonly Json[] {
    const steps: Json[] = [];
    let id: string | undefined = from;
    while (id !== undefined && id !== stop && !this.open.has(id)) {
      const node = this.flow.nodes.get(id);
      this.count += 1;
      if (!node || this.count > MOST_STEPS || depth > MOST_STEPS) {
        this.isTooMuch ||= node !== undefined;
        break;
      }
      this.written.add(id);
      const next = this.step(node, { stop, depth });
      steps.push(...next.steps);
      id = next.to;
    }
    return steps;
  }

  private step(
    node: N,
    at: { readonly stop: string | undefined; readonly depth: number },
  ): { readonly steps: readonly Json[]; readonly to: string | undefined } {
    const edges = this.out.get(node.id) ?? [];
    const onward = edges.find(({ label }) => label === 'next');
    const ways = edges.filter(({ label }) => label !== 'next');
    if (ways.length === 0) return { steps: this.render(node, []), to: onward?.to };
    const isOne = ways.length === 1 || onward !== undefined;
    const join = isOne ? undefined : this.meeting(ways.map(({ to }) => to));
    this.open.add(node.id);
    const branches = ways.map(({ label, to }) => ({
      label,
      steps: to === join ? [] : this.walk(to, join ?? (onward ? undefined : at.stop), at.depth + 1),
    }));
    this.open.delete(node.id);
    return { steps: this.render(node, branches), to: onward?.to ?? join ?? at.stop };
  }

  /** The nearest box that every one of the ways passes. */
  private meeting(starts: readonly string[]): string | undefined {
    const [first, ...others] = starts.map((id) => this.reachOf(id));
    const shared = [...(first ?? [])].filter((id) => others.every((reach) => reach.has(id)));
    return shared.find((id) =>
      shared.every((other) => other === id || this.reachOf(id).has(other)),
    );
  }

  /** The box and every box that can be come to from it. */
  private reachOf(id: string): ReadonlySet<string> {
    const known = this.reach.get(id);
    if (known) return known;
    const seen = new Set<string>();
    const todo = [id];
    for (let at = todo.shift(); at !== undefined; at = todo.shift()) {
      if (seen.has(at)) continue;
      seen.add(at);
      todo.push(...(this.out.get(at) ?? []).map(({ to }) => to));
    }
    this.reach.set(id, seen);
    return seen;
  }
}

/** A name for a step: lower-case letters, digits and "-", unlike any other. */
export function createSlugs(): (text: string) => string {
  const taken = new Set<string>();
  return (text) => {
    const plain = text.toLowerCase().replace(/[^a-z0-9]+/g, '-');
    const base = plain.replace(/^-|-$/g, '').slice(0, 50).replace(/-$/, '') || 'step';
    let slug = base;
    for (let n = 2; taken.has(slug); n += 1) slug = `${base}-${n}`;
    taken.add(slug);
    return slug;
  };
}
