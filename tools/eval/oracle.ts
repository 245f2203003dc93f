import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  createDetectionEngine,
  type Event,
  idOf,
  linkRules,
  parseSigma,
  type SigmaDocument,
  toEpochMs,
} from '@cordon/core';
import { toNormalForm } from './condition-tree.ts';
import type { Evaluation } from './kind.ts';

/*
 * `oracle`: a folder with `ast.jsonl.gz` (what a reference parser made of each rule) and `vectors/`
 * (rules with events and what must become of them). `--rules DIR` holds the rules of the trees.
 */

interface Tree {
  readonly path: string;
  readonly doc?: number;
  readonly status: 'ok' | 'rejected';
  readonly ast?: unknown;
}

interface Vector {
  readonly id: string;
  readonly about: string;
  readonly spec: string;
  readonly advisory?: boolean;
  readonly expect: 'ok' | 'reject';
  readonly rule?: string;
  readonly rules?: string;
  readonly placeholders?: Readonly<Record<string, readonly string[]>>;
  readonly events?: readonly VectorEvent[];
  readonly target?: string;
  readonly matches?: readonly { readonly at: number }[];
  readonly rule_alerts?: readonly (number | { readonly event: number })[];
}

interface VectorEvent {
  readonly event: Readonly<Record<string, unknown>>;
  readonly match?: boolean;
  readonly t?: number;
  readonly rules_matched?: readonly string[];
}

/** Rule trees and test vectors of a Sigma engine, against what is expected of them. */
export const oracleEvaluation: Evaluation = {
  run({ dir, rules, predict }) {
    if (rules === undefined) throw new Error('`oracle` needs --rules DIR, the rules of its trees.');
    const trees = compareTrees(dir, rules);
    const vectors = ['modifiers', 'conditions', 'filters', 'correlation'].flatMap((name) =>
      readVectors(join(dir, 'vectors', `${name}.json`)).map((vector) => ({
        name,
        vector,
        passes: passes(vector),
      })),
    );
    predict(vectors.map(({ vector, passes: isPassed }) => ({ id: vector.id, passes: isPassed })));
    const groups: Record<string, { passed: number; of: number }> = {};
    for (const { name, vector, passes: isPassed } of vectors) {
      const key = `${name}, ${vector.spec}${vector.advisory ? ', advisory' : ''}`;
      const group = groups[key] ?? { passed: 0, of: 0 };
      groups[key] = { passed: group.passed + (isPassed ? 1 : 0), of: group.of + 1 };
    }
    const failed = vectors.filter((one) => !one.passes);
    return Promise.resolve({
      layout: 'sigma oracle',
      trees,
      vectors: groups,
      failed: failed.map(
        ({ vector }) => `${vector.id}${vector.advisory ? ' (advisory)' : ''}: ${vector.about}`,
      ),
    });
  },
};

const readVectors = (file: string): readonly Vector[] =>
  JSON.parse(readFileSync(file, 'utf8')) as readonly Vector[];

function compareTrees(dir: string, rulesDir: string): Record<string, Record<string, number>> {
  const lines = gunzipSync(readFileSync(join(dir, 'ast.jsonl.gz')))
    .toString('utf8')
    .trim();
  const byFolder: Record<string, Record<string, number>> = {};
  for (const line of lines.split('\n')) {
    const tree = JSON.parse(line) as Tree;
    const folder = tree.path.split('/')[0] ?? '';
    const counts = byFolder[folder] ?? {};
    const end = compareTree(tree, readFileSync(join(rulesDir, tree.path), 'utf8'));
    byFolder[folder] = { ...counts, [end]: (counts[end] ?? 0) + 1 };
  }
  return byFolder;
}

/** Stands for the value of a placeholder, so that it can be told in the tree again. */
const marked = (name: string): string => `⟦${name}⟧`;

function compareTree(tree: Tree, text: string): string {
  const names = [...text.matchAll(/%([^%\s]+)%/g)].map((found) => found[1] ?? '');
  const placeholders = Object.fromEntries(names.map((name) => [name, [marked(name)]]));
  const { values } = parseSigma(text, tree.path, { isOpen: true, placeholders });
  const rule = values[tree.doc ?? 0];
  if (tree.status === 'rejected') return rule ? 'wrongly accepted' : 'refused as expected';
  if (rule?.kind !== 'rule') return 'wrongly refused';
  return toNormalForm(rule.detection) === toNormalForm(tree.ast) ? 'equal' : 'different';
}

function passes(vector: Vector): boolean {
  const { rule, rules = rule ?? '', placeholders = {} } = vector;
  const read = parseSigma(rules, 'vector.yml', { isOpen: true, placeholders });
  const linked = linkRules(read.values).values;
  if (vector.expect === 'reject' && vector.rule !== undefined) return read.values.length === 0;
  if (vector.expect === 'reject')
    return ![...read.values.filter(({ kind }) => kind === 'filter'), ...linked].some(
      ({ kind }) => kind !== 'rule',
    );
  if (vector.target !== undefined) return correlates(vector, linked);
  return (vector.events ?? []).every((event) => isAsExpected(event, linked));
}

function isAsExpected(given: VectorEvent, rules: readonly SigmaDocument[]): boolean {
  const engine = createDetectionEngine({ rules });
  const fired = rules.filter(
    (rule) =>
      rule.kind === 'rule' &&
      engine
        .evaluate(toEvent(given.event, { rule, offset: 0, seconds: 0 }))
        .some((signal) => signal.rule.id === rule.id),
  );
  if (given.match !== undefined) return fired.length > 0 === given.match;
  const names = fired.map((rule) => rule.name ?? rule.title).sort();
  return names.join() === [...(given.rules_matched ?? [])].sort().join();
}

/** Every expected match is there at its time, no other group matches, the right rules alert alone. */
function correlates(vector: Vector, rules: readonly SigmaDocument[]): boolean {
  const engine = createDetectionEngine({ rules, latenessMs: Number.MAX_SAFE_INTEGER });
  const [rule] = rules.filter(({ kind }) => kind === 'rule');
  const events = (vector.events ?? []).map((given, offset) =>
    toEvent(given.event, { rule, offset, seconds: given.t ?? 0 }),
  );
  const signals = [...events.flatMap((event) => engine.evaluate(event)), ...engine.finish()];
  const target = rules.find((one) => one.name === vector.target || one.id === vector.target);
  const at = signals.filter((one) => one.rule.id === target?.id).map((one) => one.at / 1_000);
  const wanted = (vector.matches ?? []).map((match) => match.at);
  const alone = new Set(
    signals
      .filter((one) => rules.find(({ id }) => id === one.rule.id)?.kind === 'rule')
      .map((one) => one.offsets[0]),
  );
  const wantedAlone = new Set(
    (vector.rule_alerts ?? []).map((alert) => (typeof alert === 'number' ? alert : alert.event)),
  );
  return (
    wanted.every((time) => at.includes(time)) &&
    (wanted.length > 0 || at.length === 0) &&
    alone.size === wantedAlone.size &&
    [...wantedAlone].every((offset) => alone.has(offset))
  );
}

function toEvent(
  fields: Readonly<Record<string, unknown>>,
  place: {
    readonly rule: SigmaDocument | undefined;
    readonly offset: number;
    readonly seconds: number;
  },
): Event {
  const demand = place.rule?.kind === 'rule' ? place.rule.logsource : {};
  return {
    id: idOf('evt', [place.offset]),
    time: toEpochMs(place.seconds * 1_000),
    class_uid: 0,
    activity_id: 0,
    severity_id: 1,
    observables: [],
    provenance: {
      offset: place.offset,
      sourceId: 'vector',
      parserId: 'vector',
      logsource: { ...demand, categories: demand.category ? [demand.category] : [] },
      fields,
    },
  };
}
