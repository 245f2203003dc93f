import { entityKey, type Incident } from '@cordon/core';
import { type Html, html } from './escape.ts';

const MAX_NODES = 24;
const COLUMN = 210;
const ROW = 64;
const BOX = { width: 168, height: 44 } as const;
const MARGIN = 16;

interface Placed {
  readonly key: string;
  readonly kind: string;
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly isOrigin: boolean;
}

const shorten = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;

/** Steps from the nodes that nothing leads to; a cycle does not count on for ever. */
function toColumns(
  keys: readonly string[],
  edges: Incident['graph']['edges'],
): ReadonlyMap<string, number> {
  const column = new Map(keys.map((key) => [key, 0]));
  for (let round = 0; round < Math.min(keys.length, 5); round += 1) {
    for (const { from, to } of edges) {
      const next = (column.get(from) ?? 0) + 1;
      if (from !== to && next > (column.get(to) ?? 0) && next <= 4) column.set(to, next);
    }
  }
  return column;
}

function place(incident: Incident): readonly Placed[] {
  const nodes = incident.graph.nodes.slice(0, MAX_NODES);
  const keys = nodes.map(({ entity }) => entityKey(entity));
  const columns = toColumns(
    keys,
    incident.graph.edges.filter(({ from, to }) => keys.includes(from) && keys.includes(to)),
  );
  const { origin } = incident;
  const first = origin.kind === 'found' ? origin.hypotheses[0] : undefined;
  const filled = new Map<number, number>();
  return nodes.map(({ entity }) => {
    const key = entityKey(entity);
    const column = columns.get(key) ?? 0;
    const row = filled.get(column) ?? 0;
    filled.set(column, row + 1);
    const isOrigin = first !== undefined && entityKey(first.entity) === key;
    return {
      key,
      kind: entity.kind,
      label: entity.id,
      x: MARGIN + column * COLUMN,
      y: MARGIN + row * ROW,
      isOrigin,
    };
  });
}

const drawNode = (node: Placed): Html => html`<g><title>${node.kind} ${node.label}</title>
<rect class="${node.isOrigin ? 'node origin' : 'node'}" x="${node.x}" y="${node.y}" width="${BOX.width}" height="${BOX.height}" rx="8"/>
<text class="kind" x="${node.x + 10}" y="${node.y + 16}">${node.kind}${node.isOrigin ? ' · origin' : ''}</text>
<text class="name" x="${node.x + 10}" y="${node.y + 33}">${shorten(node.label, 22)}</text></g>`;

function drawEdge(
  edge: Incident['graph']['edges'][number],
  at: ReadonlyMap<string, Placed>,
): Html | undefined {
  const from = at.get(edge.from);
  const to = at.get(edge.to);
  if (from === undefined || to === undefined || from === to) return undefined;
  const isForward = to.x > from.x;
  const x1 = isForward ? from.x + BOX.width : from.x + BOX.width / 2;
  const y1 = isForward ? from.y + BOX.height / 2 : from.y + BOX.height;
  const x2 = isForward ? to.x : to.x + BOX.width / 2;
  const y2 = isForward ? to.y + BOX.height / 2 : to.y;
  const bend = (x1 + x2) / 2;
  return html`<path class="edge" marker-end="url(#tip)" d="M${x1} ${y1} C${bend} ${y1} ${bend} ${y2} ${x2} ${y2}"><title>${from.label} ${edge.label} ${to.label} (${edge.count}×)</title></path>`;
}

/** Who did what to whom, left to right, as one SVG. */
export function drawGraph(incident: Incident): Html {
  const nodes = place(incident);
  if (nodes.length === 0) return html`<p class="quiet">No entities are known.</p>`;
  const at = new Map(nodes.map((node) => [node.key, node]));
  const width = Math.max(...nodes.map((node) => node.x)) + BOX.width + MARGIN;
  const height = Math.max(...nodes.map((node) => node.y)) + BOX.height + MARGIN;
  const left = incident.graph.nodes.length - nodes.length;
  const edges = incident.graph.edges.flatMap((edge) => drawEdge(edge, at) ?? []);
  return html`<div class="scroll"><svg role="img" aria-label="Attack graph" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${edges}${nodes.map(drawNode)}</svg></div>${left > 0 ? html`<p class="quiet">${left} more entities are not drawn.</p>` : undefined}`;
}
