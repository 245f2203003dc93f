import type { SimilarView } from '@cordon/contract';
import { Link } from '@tanstack/react-router';
import { percent, words } from '../../parts/format.ts';
import { Ago, StatusPill } from '../../parts/marks.tsx';
import { Empty, Loaded } from '../../parts/states.tsx';
import { useSimilar } from './incident.data.ts';

/** Incidents that resemble this one: how they ended, and what was done that worked. */
export function SimilarTab({ id }: { readonly id: string }) {
  const query = useSimilar(id);
  return (
    <section className="panel" aria-labelledby="similar-title">
      <header>
        <h2 id="similar-title">What resembles it</h2>
      </header>
      <Loaded query={query} what="similar incidents">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="Nothing like it was seen before">
              <p>Incidents are compared by technique, behaviour, way in and who is involved.</p>
            </Empty>
          ) : (
            <div>
              {items.map((item) => (
                <SimilarItem key={item.id} item={item} />
              ))}
            </div>
          )
        }
      </Loaded>
    </section>
  );
}

function SimilarItem({ item }: { readonly item: SimilarView }) {
  return (
    <div className="hypothesis">
      <div className="row wrap">
        <Link to="/incidents/$id" params={{ id: item.id }} className="strong">
          {item.name} {item.title}
        </Link>
        <StatusPill status={item.status} />
        <span className="grow muted small nowrap">
          <Ago time={item.last_at} />
        </span>
        <span className="strong">{percent(item.likeness)} alike</span>
      </div>
      <p className="muted small">{item.common.join(' · ')}</p>
      {item.verdict ? (
        <p>
          Closed as {words(item.verdict.kind).toLowerCase()} by {item.verdict.by}:{' '}
          {item.verdict.reason}
        </p>
      ) : null}
      {item.worked.length > 0 ? <p className="small">Worked: {item.worked.join(', ')}</p> : null}
      {item.failed.length > 0 ? (
        <p className="small">Had no effect: {item.failed.join(', ')}</p>
      ) : null}
    </div>
  );
}
