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

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A line with its way and the place of its label, so that labels do not lie on one another. */
export type ActEdge = Edge<{ readonly points: readonly Point[]; readonly label: Point }, 'act'>;

const LABEL_CHAR = 6.2;
const LABEL_HEIGHT = 20;
const labelOf = ({ label, count }: GraphView['edges'][number]): string =>
  count > 1 ? `${label} ×${count}` : label;

const heightOf = (id: string): number =>
  BASE_HEIGHT + Math.max(1, Math.ceil(id.length / LINE_CHARS)) * LINE_HEIGHT;

/** The direction in which the picture is narrower, for a page that is narrow itself. */
export function narrowerDirection(graph: GraphView): Direction {
  const none = new Set<string>();
  const widthOf = (direction: Direction): number => {
    const places = layoutGraph(graph, { direction, contained: none }).nodes.map(
      ({ position }) => position.x,
    );
    return Math.max(...places) - Math.min(...places);
  };
  return widthOf('TB') <= widthOf('LR') ? 'TB' : 'LR';
}

/** Nodes and edges with places, in the order of cause (layered layout, dagre). */
export function layoutGraph(
  graph: GraphView,
  {
    direction,
    contained,
  }: { readonly direction: Direction; readonly contained: ReadonlySet<string> },
): { readonly nodes: EntityNode[]; readonly edges: ActEdge[] } {
  const layout = new dagre.graphlib.Graph({ multigraph: true }).setDefaultEdgeLabel(() => ({}));
  layout.setGraph({ rankdir: direction, nodesep: 20, edgesep: 12, ranksep: 56 });
  for (const node of graph.nodes)
    layout.setNode(node.key, { width: WIDTH, height: heightOf(node.entity.id) });
  const known = new Set(graph.nodes.map((node) => node.key));
  const edges = graph.edges.filter((edge) => known.has(edge.from) && known.has(edge.to));
  edges.forEach((edge, index) => {
    const width = labelOf(edge).length * LABEL_CHAR + 12;
    const size = { width, height: LABEL_HEIGHT, labelpos: 'c' };
    layout.setEdge(edge.from, edge.to, size, String(index));
  });
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
    edges: edges.map((edge, index) => {
      const way = layout.edge({ v: edge.from, w: edge.to, name: String(index) });
      return {
        id: String(index),
        type: 'act',
        source: edge.from,
        target: edge.to,
        label: labelOf(edge),
        data: { points: way.points, label: { x: way.x ?? 0, y: way.y ?? 0 } },
        markerEnd: { type: MarkerType.ArrowClosed, width: 16, height: 16 },
      };
    }),
  };
}
