import type { GraphView } from '@cordon/contract';
import { Controls, Handle, type NodeProps, Position, ReactFlow } from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { useMemo, useState } from 'react';
import { At } from '../../parts/marks.tsx';
import { Empty } from '../../parts/states.tsx';
import { useTheme } from '../../parts/theme.ts';
import { type EntityNode, layoutGraph } from './layout-graph.ts';

/** Entities and what they did to one another, as a picture and as a table. */
export function GraphTab({ graph }: { readonly graph: GraphView }) {
  const [isTable, setTable] = useState(false);
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
      {isTable ? <GraphTable graph={graph} /> : <Flow graph={graph} />}
    </section>
  );
}

const nodeTypes = { entity: EntityBox };

function Flow({ graph }: { readonly graph: GraphView }) {
  const [theme] = useTheme();
  const { nodes, edges } = useMemo(() => layoutGraph(graph), [graph]);
  return (
    <div className="flow">
      <ReactFlow
        colorMode={theme}
        defaultNodes={nodes}
        defaultEdges={edges}
        nodeTypes={nodeTypes}
        nodesConnectable={false}
        edgesFocusable={false}
        fitView
        fitViewOptions={{ padding: 0.12, maxZoom: 1 }}
        minZoom={0.2}
        proOptions={{ hideAttribution: true }}
        aria-label="Graph of entities; the table button shows the same as a table"
      >
        <Controls showInteractive={false} />
      </ReactFlow>
    </div>
  );
}

function EntityBox({ data }: NodeProps<EntityNode>) {
  return (
    <div className={data.alerts > 0 ? 'node alerted' : 'node'}>
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <span className="muted">
        {data.kind}
        {data.alerts > 0 ? <span className="s-high"> ▲ {data.alerts} alerts</span> : null}
      </span>
      <b>{data.id}</b>
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </div>
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
