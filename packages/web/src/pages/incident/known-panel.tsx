import type { KnownThing } from '@cordon/contract';
import { words } from '../../parts/format.ts';

const factsOf = (thing: KnownThing): readonly string[] => [
  ...(thing.criticality === undefined ? [] : [`criticality ${thing.criticality} of 5`]),
  ...(thing.is_exposed ? ['can be reached from the internet'] : []),
  ...(thing.data_class ? [`${thing.data_class} data`] : []),
  ...(thing.privilege ? [`${thing.privilege} rights`] : []),
  ...(thing.role ? [thing.role] : []),
  ...(thing.owner ? [`owner ${thing.owner}`] : []),
  ...(thing.manager ? [`manager ${thing.manager}`] : []),
  ...(thing.department ? [thing.department] : []),
];

/** What inventories told of the machines and accounts in it, as it was when it happened. */
export function KnownPanel({ known }: { readonly known: readonly KnownThing[] }) {
  if (known.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="known-title">
      <header>
        <h2 id="known-title">Machines and people</h2>
        <span className="muted small">as known then</span>
      </header>
      <ul className="body stack">
        {known.map((thing) => (
          <li key={thing.kind + thing.id} className="stack tight">
            <span className="row wrap">
              <span className="strong mono">{thing.name ?? thing.id}</span>
              {thing.name && thing.name !== thing.id ? (
                <span className="muted small mono">{thing.id}</span>
              ) : null}
            </span>
            <span>{factsOf(thing).join(' · ')}</span>
            <span className="muted small">
              {words(thing.kind)}, told by the {thing.source}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
