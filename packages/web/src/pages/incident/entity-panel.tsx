import type { EntityRef, EntityView, GraphView } from '@cordon/contract';
import { useState } from 'react';
import { percent, words } from '../../parts/format.ts';
import { At, Breakable, Entity } from '../../parts/marks.tsx';
import { Loaded } from '../../parts/states.tsx';
import { useEntity } from './incident.data.ts';

const SHOWN = 20;

const SOURCES: Readonly<Record<string, string>> = {
  inventory: 'told by the inventory',
  own_events: 'by its own events',
  dhcp: 'by a lease',
  same_record: 'by a record with both names',
  form: 'by the form of the name',
};

/** One thing of the incident as it was then: whose name it was, what it had to do with, what can be reached from it. */
export function EntityPanel({ graph, at }: { readonly graph: GraphView; readonly at: string }) {
  const [chosen, choose] = useState('');
  const entity = graph.nodes.find(({ key }) => key === chosen)?.entity;
  return (
    <section className="panel" aria-labelledby="entity-title">
      <header>
        <h2 id="entity-title" className="nowrap">
          What is known of
        </h2>
        <select
          className="input"
          aria-labelledby="entity-title"
          value={chosen}
          onChange={(event) => choose(event.target.value)}
        >
          <option value="">Choose…</option>
          {graph.nodes.map(({ key, entity: { kind, id } }) => (
            <option key={key} value={key}>
              {kind.replaceAll('_', ' ')} {id}
            </option>
          ))}
        </select>
      </header>
      {entity ? <Known entity={entity} at={at} /> : null}
    </section>
  );
}

function Known({ entity, at }: { readonly entity: EntityRef; readonly at: string }) {
  const query = useEntity(entity, at);
  return (
    <Loaded query={query} what="what is known">
      {(view) => (
        <div className="body stack">
          <span className="row wrap">
            <Entity entity={{ kind: view.kind, id: view.id, role: entity.role }} />
            <span className="muted small">
              {percent(view.confidence)} sure, {SOURCES[view.by]}
            </span>
          </span>
          <Names names={view.names} />
          <Links links={view.links} />
          <Reach reach={view.reach} />
        </div>
      )}
    </Loaded>
  );
}

function Names({ names }: Pick<EntityView, 'names'>) {
  return names.map(({ name, holder, from, until, by }) => (
    <span key={name + holder + from} className="row wrap">
      <span className="mono">{name}</span> was <span className="mono">{holder}</span> from{' '}
      <At time={from} />
      {until === undefined ? null : (
        <>
          {' '}
          to <At time={until} />
        </>
      )}
      <span className="muted small">{SOURCES[by]}</span>
    </span>
  ));
}

function Links({ links }: Pick<EntityView, 'links'>) {
  if (links.length === 0)
    return <span className="muted">No event told whom it had to do with.</span>;
  return (
    <ul className="stack tight">
      {links.slice(-SHOWN).map(({ from, relation, to, last_seen }) => (
        <li key={`${from.kind}${from.id}${relation}${to.kind}${to.id}`} className="row wrap">
          <At time={last_seen} />
          <span>
            <Breakable text={from.id} /> {words(relation).toLowerCase()} <Breakable text={to.id} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function Reach({ reach }: { readonly reach: EntityView['reach'] | undefined }) {
  if (reach === undefined || reach.machines.length === 0) return null;
  return (
    <span>
      From there can be reached: <Breakable text={reach.machines.slice(0, SHOWN).join(', ')} />
    </span>
  );
}
