import type { Json, JsonObject } from '../../shared/json.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { isObject } from '../cacao/document.ts';
import { createSlugs, type Flow, type FlowEdge, type FlowNode } from '../flow/flow.ts';

export type SoarKind = 'start' | 'end' | 'action' | 'fork' | 'call' | 'prompt' | 'data';

/** One box of a Splunk SOAR playbook. */
export interface SoarNode extends FlowNode {
  readonly kind: SoarKind;
  readonly title: string;
  readonly description: string;
  /** The name of the action, of the playbook that is called, or of what is done with data. */
  readonly does: string;
  /** The conditions of a fork, by the label of the way that is taken when they hold. */
  readonly conditions: Readonly<Record<string, string>>;
}

/** A Splunk SOAR playbook, as far as its graph says. */
export interface SoarPlaybook {
  readonly description: string;
  readonly flow: Flow<SoarNode>;
}

const KINDS: Readonly<Record<string, SoarKind>> = {
  start: 'start',
  end: 'end',
  action: 'action',
  'coa.action': 'action',
  decision: 'fork',
  filter: 'fork',
  'coa.decision': 'fork',
  'coa.filter': 'fork',
  playbook: 'call',
  'coa.callplaybook': 'call',
  prompt: 'prompt',
  'coa.prompt': 'prompt',
  'coa.task': 'prompt',
};

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
const object = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

/** Reads the graph of a Splunk SOAR playbook, of the editor of version 5 and of the one before it. */
export function readSoar(document: Json): Result<SoarPlaybook> {
  const data = object(object(object(document)['coa'])['data']);
  const slugs = createSlugs();
  const read = isObject(data['nodes']) ? readNodes(data, slugs) : readCells(data, slugs);
  const start = read.nodes.find(({ kind }) => kind === 'start');
  if (!start) {
    const detail = 'The document has no playbook graph of Splunk SOAR with a start in it.';
    return err({ code: 'soar_bad_shape', detail, retryable: false });
  }
  const nodes = new Map(read.nodes.map((node) => [node.id, node]));
  const edges = read.edges.filter(({ from, to }) => nodes.has(from) && nodes.has(to));
  return ok({ description: text(data['description']), flow: { start: start.id, nodes, edges } });
}

interface Read {
  readonly nodes: readonly SoarNode[];
  readonly edges: readonly FlowEdge[];
}
type Slugs = (text: string) => string;

function readNodes(data: JsonObject, slugs: Slugs): Read {
  const nodes = Object.entries(object(data['nodes'])).map(([id, node]) => {
    const inner = object(object(node)['data']);
    const more = object(inner['advanced']);
    const kind = KINDS[text(object(node)['type'])] ?? 'data';
    const does =
      text(inner['action']) || text(inner['playbookName']) || text(inner['utilityType']) || kind;
    const title = text(more['customName']) || text(inner['functionName']).replaceAll('_', ' ');
    const conditions = list(inner['conditions']).map((one, i) => {
      const key = Number(object(one)['conditionIndex'] ?? i) + 1;
      return [`condition_${key}`, printConditions(object(one), 'comparisons', 'op')] as const;
    });
    return {
      id,
      slug: slugs(title || does),
      kind,
      title: title || does,
      description: text(more['description']) || text(inner['message']),
      does,
      conditions: Object.fromEntries(conditions),
    };
  });
  const edges = list(data['edges']).map((edge) => {
    const of = object(edge);
    const from = text(of['sourceNode']);
    const port = text(of['sourcePort']).replace(`${from}_`, '');
    return { from, to: text(of['targetNode']), label: port === 'out' ? '' : port };
  });
  return { nodes, edges: label(edges) };
}

function readCells(data: JsonObject, slugs: Slugs): Read {
  const cells = list(object(data['joint'])['cells']).map(object);
  const nodes = cells.flatMap((cell) => {
    const type = text(cell['type']).toLowerCase();
    return type === 'link' || type === '' ? [] : [toCellNode(cell, type, slugs)];
  });
  const edges = cells.flatMap((cell) => {
    if (cell['type'] !== 'link') return [];
    const source = object(cell['source']);
    const port = text(source['port']);
    const numbered = /^out-(\d+)$/.exec(port);
    const name = numbered ? `condition_${numbered[1]}` : '';
    return [{ from: text(source['id']), to: text(object(cell['target'])['id']), label: name }];
  });
  return { nodes, edges: label(edges) };
}

function toCellNode(cell: JsonObject, type: string, slugs: Slugs): SoarNode {
  const isEnd = type === 'coa.startend' && text(cell['title']).toUpperCase() === 'END';
  const kind = type === 'coa.startend' ? (isEnd ? 'end' : 'start') : (KINDS[type] ?? 'data');
  const does =
    text(cell['action']) || text(cell['playbook']) || text(cell['api']) || text(cell['name']);
  const title = text(cell['custom_name']) || text(cell['name']) || does || kind;
  const conditions = list(cell['outputs']).map((one, i) => [
    `condition_${i + 1}`,
    printConditions(object(one), 'conditions', 'comparison'),
  ]);
  return {
    id: text(cell['id']),
    slug: slugs(title),
    kind,
    title,
    description: text(cell['description']) || text(cell['message']),
    does: does || kind,
    conditions: Object.fromEntries(conditions),
  };
}

/** One way out is the way on; of several without a name each gets its number. */
function label(edges: readonly FlowEdge[]): readonly FlowEdge[] {
  const count = new Map<string, number>();
  for (const { from } of edges) count.set(from, (count.get(from) ?? 0) + 1);
  return edges.map((edge) => ({
    ...edge,
    label: edge.label || (count.get(edge.from) === 1 ? 'next' : 'branch'),
  }));
}

function printConditions(of: JsonObject, ...[member, operator]: readonly [string, string]): string {
  const one = (given: Json): string => {
    const { param, value, ...rest } = object(given);
    return `${text(param)} ${text(rest[operator])} ${typeof value === 'string' ? `"${value}"` : ''}`.trim();
  };
  const parts = list(of[member])
    .map(one)
    .filter((part) => part !== '');
  return parts.join(text(of['logic']) === 'or' ? ' or ' : ' and ') || 'otherwise';
}
