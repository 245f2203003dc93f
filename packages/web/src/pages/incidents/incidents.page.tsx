import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { problemOf } from '../../api.ts';
import { usePendingIncidents } from '../../live.ts';
import { useShortcuts } from '../../parts/shortcuts.ts';
import { Empty, Loading, ProblemBox } from '../../parts/states.tsx';
import { Toggles } from '../../parts/toggles.tsx';
import { IncidentGrid } from './incident-grid.tsx';
import { useQueue } from './incidents.data.ts';
import { PRIORITIES, type QueueFilter, STATUSES } from './queue-filter.ts';

const route = getRouteApi('/shell/incidents');

export function IncidentsPage() {
  const filter = route.useSearch();
  const query = useQueue(filter);
  const pending = usePendingIncidents();
  const { refetch } = query;
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const isEmpty = query.isSuccess && items.length === 0;
  useEffect(() => {
    if (isEmpty && pending.size > 0) void refetch();
  }, [isEmpty, pending, refetch]);
  return (
    <div className="page">
      <div className="page-head">
        <h1>Incidents</h1>
        {pending.size > 0 && !isEmpty ? (
          <button type="button" className="pill on" onClick={() => void query.refetch()}>
            {pending.size} changed, show ↑
          </button>
        ) : null}
        <span className="muted small keys">
          <kbd>j</kbd> <kbd>k</kbd> move · <kbd>Enter</kbd> open · <kbd>/</kbd> search ·{' '}
          <kbd>?</kbd> all keys
        </span>
      </div>
      <Filters filter={filter} />
      {query.isError && !query.data ? (
        <ProblemBox problem={problemOf(query.error)} onRetry={() => void query.refetch()} />
      ) : null}
      {query.isPending ? <Loading what="the incidents" /> : null}
      {isEmpty ? <NoIncidents isFiltered={Object.keys(filter).length > 0} /> : null}
      {items.length > 0 ? (
        <IncidentGrid
          items={items}
          onEnd={() => {
            if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
          }}
        />
      ) : null}
    </div>
  );
}

function NoIncidents({ isFiltered }: { readonly isFiltered: boolean }) {
  return (
    <section className="panel">
      <Empty title={isFiltered ? 'No incident fits the filter' : 'No incidents yet'}>
        {isFiltered ? (
          <Link to="/incidents" search={{}}>
            Clear the filter
          </Link>
        ) : (
          <Link to="/welcome">Try the demo attack or connect a source</Link>
        )}
      </Empty>
    </section>
  );
}

function Filters({ filter }: { readonly filter: QueueFilter }) {
  const navigate = useNavigate();
  const search = useRef<HTMLInputElement>(null);
  const set = (change: { [K in keyof QueueFilter]: string | undefined }) =>
    void navigate({
      to: '/incidents',
      search: Object.fromEntries(
        Object.entries({ ...filter, ...change }).filter(([, value]) => value),
      ),
      replace: true,
    });
  useShortcuts('Incidents', [
    { keys: '/', text: 'Search', run: () => search.current?.focus(), isMove: true },
  ]);
  return (
    <search className="filters">
      <input
        ref={search}
        className="input"
        type="search"
        placeholder="Search title, story, entity"
        aria-label="Search incidents"
        maxLength={200}
        value={filter.text ?? ''}
        onChange={(event) => set({ text: event.target.value || undefined })}
      />
      <span className="divider" aria-hidden="true" />
      <Toggles
        label="Priority"
        all={PRIORITIES}
        chosen={filter.priority}
        onChange={(priority) => set({ priority })}
      />
      <span className="divider" aria-hidden="true" />
      <Toggles
        label="State"
        all={STATUSES}
        chosen={filter.status}
        onChange={(status) => set({ status })}
      />
      {Object.keys(filter).length > 0 ? (
        <Link to="/incidents" search={{}} className="button quiet">
          Clear
        </Link>
      ) : null}
    </search>
  );
}
