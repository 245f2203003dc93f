import { basename, extname, join } from 'node:path';
import { parsePlaybook, readSoar, toSkeleton } from '@cordon/core';
import { parseRow, readText } from './files.ts';
import type { EvaluationInput } from './kind.ts';

/** Do the files hold graphs of Splunk SOAR? Told by their members. */
export const isSoar = (dir: string, names: readonly string[]): boolean =>
  names.some((name) => 'coa' in (parseRow(readText(join(dir, name))) ?? {}));

interface Read {
  readonly id: string;
  readonly problem?: string;
  readonly nodes: number;
  readonly nodesKept: number;
  readonly edges: number;
  readonly edgesKept: number;
  readonly withoutCounterpart: readonly string[];
}

const NONE = { nodes: 0, nodesKept: 0, edges: 0, edgesKept: 0, withoutCounterpart: [] };

function importOne(dir: string, name: string): Read {
  const soar = readSoar((parseRow(readText(join(dir, name))) ?? null) as never);
  if (!soar.ok) return { id: name, problem: soar.problem.detail, ...NONE };
  const slug = basename(name, extname(name))
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-');
  const skeleton = toSkeleton(soar.value, slug.slice(0, 60));
  const { flow } = soar.value;
  if (!skeleton.ok) {
    const size = { nodes: flow.nodes.size, edges: flow.edges.length };
    return { id: name, problem: skeleton.problem.detail, ...NONE, ...size };
  }
  const { text, ...kept } = skeleton.value;
  const { problems } = parsePlaybook(text, name);
  return { id: name, ...kept, ...(problems[0] ? { problem: problems[0].detail } : {}) };
}

/** How much of the graphs of another product arrives, and which of its actions have no counterpart. */
export function scoreSoar(
  of: Pick<EvaluationInput, 'dir' | 'say' | 'predict'> & { readonly names: readonly string[] },
): Record<string, unknown> {
  const reads = of.names.map((name) => importOne(of.dir, name));
  of.predict(reads);
  for (const { id, problem } of reads) if (problem) of.say(`${id}: ${problem}`);
  const good = reads.filter(({ problem }) => problem === undefined);
  const sum = (pick: (read: Read) => number): number =>
    reads.reduce((all, one) => all + pick(one), 0);
  const counts = new Map<string, number>();
  for (const action of reads.flatMap(({ withoutCounterpart }) => withoutCounterpart))
    counts.set(action, (counts.get(action) ?? 0) + 1);
  return {
    valid: reads.length,
    invalid: 0,
    correct: good.length / Math.max(1, reads.length),
    nodes: sum(({ nodes }) => nodes),
    nodesKept: sum(({ nodesKept }) => nodesKept),
    edges: sum(({ edges }) => edges),
    edgesKept: sum(({ edgesKept }) => edgesKept),
    withoutCounterpart: Object.fromEntries([...counts].sort(([, a], [, b]) => b - a)),
  };
}
