import type { Incident } from '@cordon/core';
import { type Html, html } from './escape.ts';
import { BOX, layOut, type PlacedNode } from './graph-layout.ts';

const MAX_NODES = 24;
const MAX_EDGES = 60;
const MAX_LABEL = 25;
const SIDE = 46;

const MARKS = { origin: ' · origin', possible: ' · possible origin' } as const;

/** The end of a path or long name says more than its beginning. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  const last = text.split(/[\\/]/).at(-1) ?? '';
  return last.length > 0 && last.length < most - 1
    ? `…${text.slice(text.length - last.length - 1)}`
    : `${text.slice(0, most - 1)}…`;
}

const drawNode = (node: PlacedNode): Html => html`<g><title>${node.kind} ${node.label}</title>
<rect class="node ${node.mark ?? ''}" x="${node.x}" y="${node.y}" width="${BOX.width}" height="${BOX.height}" rx="9"/>
<text class="kind" x="${node.x + 12}" y="${node.y + 18}">${node.kind}${node.mark ? MARKS[node.mark] : ''}</text>
<text class="name" x="${node.x + 12}" y="${node.y + 35}">${shorten(node.label, MAX_LABEL)}</text></g>`;

/** From side to side where the effect stands right of its cause; else around, from below to above. */
function toPath(from: PlacedNode, to: PlacedNode): string {
  const middle = BOX.height / 2;
  if (to.x > from.x) {
    const [x1, y1, x2, y2] = [from.x + BOX.width, from.y + middle, to.x - 2, to.y + middle];
    const bend = Math.max(SIDE, (x2 - x1) / 2);
    return `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
  }
  const isBelow = to.y >= from.y;
  const [x1, y1] = [from.x + BOX.width / 2, from.y + (isBelow ? BOX.height : 0)];
  const [x2, y2] = [to.x + BOX.width / 2, to.y + (isBelow ? -2 : BOX.height + 2)];
  const lift = isBelow ? SIDE / 2 : -SIDE / 2;
  return `M${x1} ${y1} C${x1} ${y1 + lift} ${x2} ${y2 - lift} ${x2} ${y2}`;
}

/** Who did what to whom, left to right, as one SVG, and the same in words. */
export function drawGraph(incident: Incident): Html {
  const shown = incident.graph.nodes.slice(0, MAX_NODES);
  if (shown.length === 0) return html`<p class="quiet">No entities are known.</p>`;
  const { nodes, edges, width, height } = layOut(incident, shown);
  const at = new Map(nodes.map((node) => [node.key, node]));
  const left = incident.graph.nodes.length - nodes.length;
  const lines = edges.flatMap((edge) => {
    const [from, to] = [at.get(edge.from), at.get(edge.to)];
    if (!from || !to) return [];
    const words = `${from.kind} ${from.label} ${edge.label} ${to.kind} ${to.label}, ${edge.count}×`;
    return [{ path: toPath(from, to), words }];
  });
  return html`<div class="scroll"><svg class="graph" role="img" aria-label="Attack graph, in words below" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${lines.map(({ path, words }) => html`<path class="edge" marker-end="url(#tip)" d="${path}"><title>${words}</title></path>`)}${nodes.map(drawNode)}</svg></div>
${left > 0 ? html`<p class="quiet">${left} more entities are not drawn.</p>` : undefined}
<details><summary>The same in words (${lines.length})</summary><ul class="words">${lines.slice(0, MAX_EDGES).map(({ words }) => html`<li>${words}</li>`)}</ul></details>`;
}
