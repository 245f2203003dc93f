import type { GraphView } from '@cordon/contract';
import dagre from '@dagrejs/dagre';
import { type Edge, MarkerType, type Node } from '@xyflow/react';

const WIDTH = 200;
const HEIGHT = 52;

export type EntityNode = Node<
  { readonly kind: string; readonly id: string; readonly alerts: number },
  'entity'
>;

/** Nodes and edges with places, left to right in the order of cause (layered layout, dagre). */
export function layoutGraph(graph: GraphView): {
  readonly nodes: EntityNode[];
  readonly edges: Edge[];
} {
  const layout = new dagre.graphlib.Graph().setDefaultEdgeLabel(() => ({}));
  layout.setGraph({ rankdir: 'LR', nodesep: 28, ranksep: 120 });
  for (const node of graph.nodes) layout.setNode(node.key, { width: WIDTH, height: HEIGHT });
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
        position: { x: place.x - WIDTH / 2, y: place.y - HEIGHT / 2 },
        data: { kind: node.entity.kind, id: node.entity.id, alerts: node.alert_ids.length },
      };
    }),
    edges: edges.map((edge, index) => ({
      id: String(index),
      source: edge.from,
      target: edge.to,
      label: edge.count > 1 ? `${edge.label} ×${edge.count}` : edge.label,
      markerEnd: { type: MarkerType.ArrowClosed },
    })),
  };
}
