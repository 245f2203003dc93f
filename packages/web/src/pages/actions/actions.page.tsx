import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { ActionCard } from '../../action-card.tsx';
import { problemOf } from '../../api.ts';
import { DecisionKeys } from '../../decision-keys.tsx';
import { Empty, Loading, ProblemBox } from '../../parts/states.tsx';
import { More, Toggles } from '../../parts/toggles.tsx';
import { ACTION_STATUSES } from './action-filter.ts';
import { useActions } from './actions.data.ts';

const route = getRouteApi('/shell/actions');

/** The action ledger: what waits for a person, what holds, what was done. */
export function ActionsPage() {
  const { status } = route.useSearch();
  const navigate = useNavigate();
  const query = useActions(status ? { status } : {});
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="page">
      <div className="page-head">
        <h1>Actions</h1>
        <span className="muted small keys">
          <kbd>y</kbd> <kbd>n</kbd> approve or reject the first that waits
        </span>
      </div>
      <search className="filters">
        <Toggles
          label="Status"
          all={ACTION_STATUSES}
          chosen={status}
          onChange={(next) =>
            void navigate({ to: '/actions', search: next ? { status: next } : {}, replace: true })
          }
        />
      </search>
      {query.isError && !query.data ? (
        <ProblemBox problem={problemOf(query.error)} onRetry={() => void query.refetch()} />
      ) : null}
      {query.isPending ? <Loading what="the actions" /> : null}
      {query.isSuccess && items.length === 0 ? <NoActions isFiltered={Boolean(status)} /> : null}
      {items.map((action) => (
        <ActionCard key={action.id} action={action} hasLink />
      ))}
      <More query={query} />
      <DecisionKeys actions={items} />
    </div>
  );
}

function NoActions({ isFiltered }: { readonly isFiltered: boolean }) {
  return (
    <section className="panel">
      <Empty title={isFiltered ? 'No action fits the filter' : 'No action yet'}>
        {isFiltered ? (
          <Link to="/actions" search={{}}>
            Clear the filter
          </Link>
        ) : (
          <p>Playbooks plan actions when an incident fits; nothing is done blindly.</p>
        )}
      </Empty>
    </section>
  );
}
