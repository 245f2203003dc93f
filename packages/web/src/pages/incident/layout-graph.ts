import type { GraphView } from '@cordon/contract';
import dagre from '@dagrejs/dagre';
import { type Edge, MarkerType, type Node } from '@xyflow/react';

const WIDTH = 224;
const BASE_HEIGHT = 36;
const LINE_HEIGHT = 18;
const LINE_CHARS = 27;

/** Causes run left to right, or top to bottom where the page is narrow. */
export type Direction = 'LR' | 'TB';

export type EntityNode = Node<
  {
    readonly kind: string;
    readonly id: string;
    readonly alerts: number;
    readonly isContained: boolean;
    readonly direction: Direction;
  },
  'entity'
>;

const heightOf = (id: string): number =>
  BASE_HEIGHT + Math.max(1, Math.ceil(id.length / LINE_CHARS)) * LINE_HEIGHT;

/** Nodes and edges with places, in the order of cause (layered layout, dagre). */
export function layoutGraph(
  graph: GraphView,
  {
    direction,
    contained,
  }: { readonly direction: Direction; readonly contained: ReadonlySet<string> },
): { readonly nodes: EntityNode[]; readonly edges: Edge[] } {
  const layout = new dagre.graphlib.Graph().setDefaultEdgeLabel(() => ({}));
  layout.setGraph({ rankdir: direction, nodesep: 24, ranksep: direction === 'LR' ? 130 : 64 });
  for (const node of graph.nodes)
    layout.setNode(node.key, { width: WIDTH, height: heightOf(node.entity.id) });
  const known = new Set(graph.nodes.map((node) => node.key));
  const edges = graph.edges.filter((edge) => known.has(edge.from) && known.has(edge.to));
  for (const edge of edges) layout.setEdge(edge.from, edge.to);
  dagre.layout(layout);
  return {
    nodes: graph.nodes.map((node) => {
      const place = layout.node(node.key);
      return {
        id: node.key,
        type: 'entity',
        position: { x: place.x - WIDTH / 2, y: place.y - place.height / 2 },
        data: {
          kind: node.entity.kind,
          id: node.entity.id,
          alerts: node.alert_ids.length,
          isContained: contained.has(node.key),
          direction,
        },
      };
    }),
    edges: edges.map((edge, index) => ({
      id: String(index),
      source: edge.from,
      target: edge.to,
      label: edge.count > 1 ? `${edge.label} ×${edge.count}` : edge.label,
      markerEnd: { type: MarkerType.ArrowClosed, width: 18, height: 18 },
    })),
  };
}
