import type { ActionView, GraphView } from '@cordon/contract';
import {
  BaseEdge,
  Controls,
  type EdgeProps,
  Handle,
  type NodeProps,
  Position,
  ReactFlow,
} from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { useMemo, useState } from 'react';
import { counted, words } from '../../parts/format.ts';
import { At, Breakable } from '../../parts/marks.tsx';
import { useNarrow } from '../../parts/narrow.ts';
import { Empty } from '../../parts/states.tsx';
import { useTheme } from '../../parts/theme.ts';
import {
  type ActEdge,
  type EntityNode,
  layoutGraph,
  narrowerDirection,
  type Point,
} from './layout-graph.ts';

/** Entities and what they did to one another, as a picture and as a table. */
export function GraphTab({
  graph,
  actions,
}: {
  readonly graph: GraphView;
  readonly actions: readonly ActionView[];
}) {
  const [isTable, setTable] = useState(false);
  const contained = new Set(
    actions
      .filter(({ status }) => status === 'held')
      .map(({ target }) => `${target.kind}:${target.id}`),
  );
  if (graph.nodes.length === 0) return <Empty title="No entities to draw yet" />;
  return (
    <section className="panel" aria-labelledby="graph-title">
      <header>
        <h2 id="graph-title">Who did what to whom</h2>
        <button
          type="button"
          className="button"
          aria-pressed={isTable}
          onClick={() => setTable(!isTable)}
        >
          {isTable ? 'Show as a graph' : 'Show as a table'}
        </button>
      </header>
      {isTable ? <GraphTable graph={graph} /> : <Flow graph={graph} contained={contained} />}
    </section>
  );
}

const nodeTypes = { entity: EntityBox };
const edgeTypes = { act: ActLine };

function Flow({
  graph,
  contained,
}: {
  readonly graph: GraphView;
  readonly contained: ReadonlySet<string>;
}) {
  const [theme] = useTheme();
  const isNarrow = useNarrow();
  const direction = isNarrow ? narrowerDirection(graph) : 'LR';
  const held = [...contained].join();
  const { nodes, edges } = useMemo(
    () => layoutGraph(graph, { direction, contained: new Set(held.split(',')) }),
    [graph, direction, held],
  );
  return (
    <div className="flow">
      <ReactFlow
        key={direction + nodes.length + held}
        colorMode={theme}
        defaultNodes={nodes}
        defaultEdges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        fitView
        fitViewOptions={{ padding: isNarrow ? 0.04 : 0.12, maxZoom: 1, minZoom: 0.5 }}
        minZoom={0.2}
        preventScrolling={false}
        proOptions={{ hideAttribution: true }}
        aria-label="Graph of entities; the table button shows the same as a table"
      >
        <Controls showInteractive={false} />
      </ReactFlow>
    </div>
  );
}

function EntityBox({ data }: NodeProps<EntityNode>) {
  const [into, out] =
    data.direction === 'LR' ? [Position.Left, Position.Right] : [Position.Top, Position.Bottom];
  return (
    <div className={data.alerts > 0 ? 'node alerted' : 'node'}>
      <Handle type="target" position={into} isConnectable={false} />
      <span className="muted">
        {words(data.kind)}
        {data.alerts > 0 ? (
          <span className="s-high"> ▲ {counted(data.alerts, 'alert')}</span>
        ) : null}
        {data.isContained ? <span className="ok"> ■ contained</span> : null}
      </span>
      <b title={data.id}>
        <Breakable text={data.id} />
      </b>
      <Handle type="source" position={out} isConnectable={false} />
    </div>
  );
}

/** A smooth line through the points of the layout. */
function pathThrough(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return '';
  const bends = rest.slice(0, -1).map((point, index) => {
    const next = rest[index + 1] ?? point;
    const isLast = index === rest.length - 2;
    const to = isLast ? next : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    return `Q ${point.x} ${point.y} ${to.x} ${to.y}`;
  });
  const end = rest.at(-1);
  if (bends.length === 0 && end) return `M ${first.x} ${first.y} L ${end.x} ${end.y}`;
  return `M ${first.x} ${first.y} ${bends.join(' ')}`;
}

function ActLine({ data, label, markerEnd }: EdgeProps<ActEdge>) {
  if (!data) return null;
  return (
    <BaseEdge
      path={pathThrough(data.points)}
      label={label}
      labelX={data.label.x}
      labelY={data.label.y}
      {...(markerEnd && { markerEnd })}
    />
  );
}

function GraphTable({ graph }: { readonly graph: GraphView }) {
  return (
    <div className="scroll-x">
      <table className="table">
        <thead>
          <tr>
            <th>First</th>
            <th>From</th>
            <th>Did</th>
            <th>To</th>
            <th className="num">Times</th>
          </tr>
        </thead>
        <tbody>
          {graph.edges.map((edge) => (
            <tr key={`${edge.from}|${edge.label}|${edge.to}`}>
              <td>
                <At time={edge.at} />
              </td>
              <td className="mono">{edge.from}</td>
              <td>{edge.label}</td>
              <td className="mono">{edge.to}</td>
              <td className="num">{edge.count}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
