import type { EpochMs } from '../shared/time.ts';

/*
 * BLAME (methods 4.2.2): one sweep back in time over what led to what. Edges are ordered by time, so
 * the graph of states is acyclic and the share of blame of every beginning is exact, without rounds:
 * each node hands what it carries to what led to it, in proportion to weight, the latest first.
 */

/** Something led to something at a time; `from` is the cause. */
export interface CausalEdge {
  readonly from: string;
  readonly at: EpochMs;
  /** Above 0: how much of the effect this cause explains, against the others. */
  readonly weight: number;
}

/** Where blame starts: what a sign shows, when, and how much it weighs. */
export interface BlameStart {
  readonly node: string;
  readonly at: EpochMs;
  readonly weight: number;
}

/** Who is to blame: shares of the beginnings sum to 1. */
export interface Blame {
  /** Nodes that nothing led to, or nothing early enough, with their share; the largest first. */
  readonly beginnings: readonly { readonly node: string; readonly share: number }[];
  /** How much of the blame went through each node on the way, 0 to 1. */
  readonly passed: ReadonlyMap<string, number>;
  readonly edgeCount: number;
  /** Set when the bound on edges ended the sweep: what is further back was not looked at. */
  readonly isCut: boolean;
}

interface Waiting {
  readonly at: number;
  readonly to: string;
  readonly from: string;
  /** Weight over the sum of all weights into `to` until then. */
  readonly share: number;
  /** Among those of one time, the last that was summed up hands on first. */
  readonly order: number;
}

const isLater = (a: Waiting, b: Waiting): boolean =>
  a.at > b.at || (a.at === b.at && a.order > b.order);

/** Edges waiting to be gone over, the latest on top (binary heap). */
class Latest {
  readonly #heap: Waiting[] = [];

  push(item: Waiting): void {
    const heap = this.#heap;
    heap.push(item);
    let index = heap.length - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isLater(item, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = item;
  }

  pop(): Waiting | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) this.#sink(last);
    return top;
  }

  #sink(item: Waiting): void {
    const heap = this.#heap;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const first = heap[left];
      const second = heap[left + 1];
      if (first === undefined) break;
      const isSecond = second !== undefined && isLater(second, first);
      const below = isSecond ? second : first;
      if (!isLater(below, item)) break;
      heap[index] = below;
      index = isSecond ? left + 1 : left;
    }
    heap[index] = item;
  }
}

const MAX_EDGES = 2_000_000;

class Sweep {
  readonly carried = new Map<string, number>();
  readonly passed = new Map<string, number>();
  readonly #opened = new Set<string>();
  readonly #waiting = new Latest();
  readonly #into: (node: string) => readonly CausalEdge[];
  edgeCount = 0;
  isCut = false;

  constructor(into: (node: string) => readonly CausalEdge[]) {
    this.#into = into;
  }

  give(node: string, amount: number): void {
    this.carried.set(node, (this.carried.get(node) ?? 0) + amount);
    this.passed.set(node, (this.passed.get(node) ?? 0) + amount);
  }

  /** The first time a node is reached is the latest; what led to it until then may wait. */
  open(node: string, until: number, maxEdges: number): void {
    if (this.#opened.has(node)) return;
    this.#opened.add(node);
    const edges = this.#into(node).filter(({ at, from }) => at <= until && from !== node);
    if (this.edgeCount + edges.length > maxEdges) {
      this.isCut = true;
      return;
    }
    this.edgeCount += edges.length;
    let sum = 0;
    for (const [order, { from, at, weight }] of edges.toSorted((a, b) => a.at - b.at).entries()) {
      sum += weight;
      this.#waiting.push({ at, order, to: node, from, share: sum > 0 ? weight / sum : 0 });
    }
  }

  /** Hands blame on over the latest edge that waits; false when none does. */
  step(maxEdges: number): boolean {
    const edge = this.#waiting.pop();
    if (edge === undefined) return false;
    const there = this.carried.get(edge.to) ?? 0;
    const moved = there * edge.share;
    if (moved > 0) {
      this.carried.set(edge.to, there - moved);
      this.give(edge.from, moved);
    }
    this.open(edge.from, edge.at, maxEdges);
    return true;
  }
}

/**
 * The shares of blame for what the starts show. `into` tells what led to a node, at most once asked
 * for each. Starts count at their own times.
 */
export function blame(
  starts: readonly BlameStart[],
  into: (node: string) => readonly CausalEdge[],
  maxEdges: number = MAX_EDGES,
): Blame {
  const shown = starts.filter(({ weight }) => weight > 0);
  const sweep = new Sweep((node) =>
    node === SHOWN ? shown.map(({ node: from, at, weight }) => ({ from, at, weight })) : into(node),
  );
  if (shown.length === 0) return NOBODY;
  sweep.give(SHOWN, 1);
  sweep.open(SHOWN, Number.POSITIVE_INFINITY, maxEdges + shown.length);
  while (sweep.step(maxEdges));
  sweep.passed.delete(SHOWN);
  const beginnings = [...sweep.carried]
    .filter(([, share]) => share > 1e-12)
    .map(([node, share]) => ({ node, share }))
    .sort((a, b) => b.share - a.share || (a.node < b.node ? -1 : 1));
  return {
    beginnings,
    passed: sweep.passed,
    edgeCount: sweep.edgeCount - shown.length,
    isCut: sweep.isCut,
  };
}

/** What all starts lead to, so that they are taken in their order of time like everything else. */
const SHOWN = '';
const NOBODY: Blame = { beginnings: [], passed: new Map(), edgeCount: 0, isCut: false };
