import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { problemOf } from '../../api.ts';
import { usePendingIncidents } from '../../live.ts';
import { words } from '../../parts/format.ts';
import { Empty, Loading, ProblemBox } from '../../parts/states.tsx';
import { IncidentGrid } from './incident-grid.tsx';
import { useQueue } from './incidents.data.ts';
import { known, PRIORITIES, type QueueFilter, STATUSES, toggled } from './queue-filter.ts';

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
        <span className="muted small">
          <kbd>j</kbd> <kbd>k</kbd> move · <kbd>Enter</kbd> open · <kbd>/</kbd> search
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
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      search.current?.focus();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
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
      {PRIORITIES.map((level) => (
        <button
          key={level}
          type="button"
          className="toggle"
          aria-pressed={known(filter.priority, PRIORITIES).includes(level)}
          onClick={() => set({ priority: toggled(filter.priority, level, PRIORITIES) })}
        >
          {level}
        </button>
      ))}
      <span className="divider" aria-hidden="true" />
      {STATUSES.map((status) => (
        <button
          key={status}
          type="button"
          className="toggle"
          aria-pressed={known(filter.status, STATUSES).includes(status)}
          onClick={() => set({ status: toggled(filter.status, status, STATUSES) })}
        >
          {words(status)}
        </button>
      ))}
    </search>
  );
}
