import { useQuery } from '@tanstack/react-query';
import { api } from '../../api.ts';
import { Empty, Loaded } from '../../parts/states.tsx';
import { ToldList } from '../../told-list.tsx';

/** Who was told of the incident and of what belongs to it, and who answered. */
export function ToldTab({ id }: { readonly id: string }) {
  const matters = useQuery({
    queryKey: ['matters', id],
    queryFn: ({ signal }) => api.listMatters({ signal, query: { incident_id: id, limit: 50 } }),
  });
  return (
    <section className="panel" aria-labelledby="told-of-title">
      <header>
        <h2 id="told-of-title">Who was told, who answered</h2>
      </header>
      <Loaded query={matters} what="who was told">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="Nobody was told of it">
              <span>Whom Cordon tells is set on the page On-call.</span>
            </Empty>
          ) : (
            <ToldList matters={items} />
          )
        }
      </Loaded>
    </section>
  );
}
