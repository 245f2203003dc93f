/*
 * How long it takes to go back from signs to where it began, over a graph of 150,000 edges, beside
 * the limit of looking at each edge once.
 */
import { blame, type CausalEdge } from '../packages/core/src/origin/blame.ts';
import { type EpochMs, toEpochMs } from '../packages/core/src/shared/time.ts';
import { mulberry } from '../tools/eval/rename.ts';
import { check, Ledger, load, measure, type Report } from './report.ts';

export interface OriginOptions {
  readonly edges: number;
  readonly passes: number;
}

const START = Date.UTC(2026, 0, 1);
const EDGES_PER_NODE = 5;
const STARTS = 128;
const TARGET_MS = 1_000;

/** Every effect has a few causes before it, most of them recent; all of it leads back to something early. */
function makeGraph(edges: number): ReadonlyMap<string, readonly CausalEdge[]> {
  const random = mulberry(7);
  const into = new Map<string, CausalEdge[]>();
  const nodes = Math.ceil(edges / EDGES_PER_NODE);
  for (let index = 1; index <= nodes; index += 1) {
    const causes = Array.from({ length: EDGES_PER_NODE }, () => ({
      from: String(Math.floor(index * random() ** 0.5)),
      at: toEpochMs(START + index * 1_000),
      weight: 0.1 + random(),
    }));
    into.set(String(index), causes);
  }
  return into;
}

export async function runOrigin({ edges, passes }: OriginOptions): Promise<Report> {
  const loadBefore = load();
  const graph = makeGraph(edges);
  const nodes = graph.size;
  const at: EpochMs = toEpochMs(START + nodes * 1_000);
  const starts = Array.from({ length: STARTS }, (_, index) => ({
    node: String(nodes - index),
    at,
    weight: 1,
  }));
  const ledger = new Ledger();
  const told: ReturnType<typeof blame>[] = [];
  const times: number[] = [];
  for (let turn = 0; turn < passes; turn += 1) {
    const sweep = await measure(edges, () =>
      told.push(blame(starts, (node) => graph.get(node) ?? [])),
    );
    ledger.add('blame, an edge', sweep);
    times.push(sweep.cpuUs / 1_000);
    let weights = 0;
    ledger.add(
      'limit: each edge looked at once',
      await measure(edges, () => {
        for (const causes of graph.values()) for (const { weight } of causes) weights += weight;
      }),
    );
    check('the limit looked at every edge', weights > 0);
  }
  const [first] = told;
  const total = (first?.beginnings ?? []).reduce((sum, { share }) => sum + share, 0);
  const slowest = Math.max(...times);
  return {
    bench: 'origin',
    node: process.versions.node,
    loadBefore,
    loadAfter: load(),
    checks: [
      check('the shares of all beginnings are one', Math.abs(total - 1) < 1e-6),
      check(
        'every pass tells the same',
        told.every((one) => one.edgeCount === first?.edgeCount),
      ),
      check('most of the graph was gone over', (first?.edgeCount ?? 0) > edges / 2),
    ],
    rows: ledger.rows(),
    facts: {
      'edges gone over': first?.edgeCount ?? 0,
      beginnings: first?.beginnings.length ?? 0,
      'slowest pass, ms of processor time': Math.round(slowest),
      [`within ${TARGET_MS} ms`]: slowest <= TARGET_MS ? 'yes' : 'no',
    },
  };
}
