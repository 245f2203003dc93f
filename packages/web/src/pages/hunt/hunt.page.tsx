import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { problemOf } from '../../api.ts';
import { Bars, filled } from '../../parts/bars.tsx';
import { count, counted, dayAndClock } from '../../parts/format.ts';
import { Empty, Loading, ProblemBox } from '../../parts/states.tsx';
import { More } from '../../parts/toggles.tsx';
import { useZone } from '../../parts/zone.ts';
import { EventDrawer } from './event-drawer.tsx';
import { EventTable } from './event-table.tsx';
import './hunt.css';
import { type Found, useHuntBars, useHuntEvents } from './hunt.data.ts';
import { narrowed } from './hunt-query.ts';
import { Pivots } from './pivots.tsx';
import { QueryBox } from './query-box.tsx';
import { SaveRuleDialog } from './save-rule-dialog.tsx';

const route = getRouteApi('/shell/hunt');
const EXAMPLES = [
  'time > now-24h',
  'class_uid = 3002 and status_id = 2 and time > now-7d',
  'any.ip = 192.0.2.1',
  'process.cmd_line ~ "-enc" and time > now-30d',
  'http_response.code >= 500 and url.path ~ /admin*',
  'product = windows and fields.EventID in (4624, 4625)',
];

/** Search in stored events: query, histogram, table, pivots, and a rule made of it. */
export function HuntPage() {
  const { q = '' } = route.useSearch();
  const navigate = useNavigate();
  const run = (query: string) =>
    void navigate({ to: '/hunt', search: query ? { q: query } : {}, replace: false });
  const [isSaving, setSaving] = useState(false);
  const events = useHuntEvents(q);
  return (
    <div className="page">
      <div className="page-head">
        <h1>Hunt</h1>
        <button
          type="button"
          className="button"
          disabled={q === '' || events.isError}
          onClick={() => setSaving(true)}
        >
          Save as rule…
        </button>
      </div>
      <QueryBox key={q} query={q} onRun={run} />
      {events.isError ? (
        <QueryProblem query={q} error={events.error} />
      ) : (
        <Results q={q} events={events} onRun={run} />
      )}
      {isSaving ? <SaveRuleDialog q={q} onClose={() => setSaving(false)} /> : null}
    </div>
  );
}

/** What is wrong with the query, with a mark where. */
function QueryProblem({ query, error }: { readonly query: string; readonly error: unknown }) {
  const problem = problemOf(error);
  const column = Number(/#(\d+)$/.exec(problem.errors?.[0]?.pointer ?? '')?.[1] ?? 0);
  return (
    <>
      {column > 0 ? (
        <pre className="pointer" aria-hidden="true">
          {query}
          {'\n'}
          {' '.repeat(column - 1)}^
        </pre>
      ) : null}
      <ProblemBox problem={problem} />
      {problem.code === 'hunt_syntax' ? <Examples /> : null}
    </>
  );
}

function Results({
  q,
  events,
  onRun,
}: {
  readonly q: string;
  readonly events: ReturnType<typeof useHuntEvents>;
  readonly onRun: (query: string) => void;
}) {
  const [shown, setShown] = useState<Found>();
  const narrow = (condition: string) => {
    setShown(undefined);
    onRun(narrowed(q, condition));
  };
  if (events.isPending) return <Loading what="the events" />;
  const items = events.data?.pages.flatMap((page) => page.items) ?? [];
  if (items.length === 0) {
    return (
      <section className="panel">
        <Empty title={q === '' ? 'No event is stored yet' : 'Nothing fits'}>
          <span>Fields are those of OCSF; a record's own begin with fields.</span>
        </Empty>
        <Examples />
      </section>
    );
  }
  return (
    <>
      <Histogram q={q} onNarrow={narrow} />
      <div className="hunt-split">
        <Pivots q={q} onNarrow={narrow} />
        <div className="stack">
          <EventTable events={items} onOpen={setShown} />
          <More query={events} />
        </div>
      </div>
      {shown ? (
        <EventDrawer found={shown} onNarrow={narrow} onClose={() => setShown(undefined)} />
      ) : null}
    </>
  );
}

function Histogram({
  q,
  onNarrow,
}: {
  readonly q: string;
  readonly onNarrow: (condition: string) => void;
}) {
  const [zone] = useZone();
  const query = useHuntBars(q);
  if (!query.data) return null;
  const { bars, total, bucket_s, took_ms } = query.data;
  const stepMs = bucket_s * 1_000;
  const pick = (from: string, to: string) => {
    const end = new Date(Date.parse(to) + stepMs).toISOString();
    onNarrow(`time >= ${from} and time < ${end}`);
  };
  return (
    <section className="panel" aria-labelledby="hunt-over-time">
      <header>
        <h2 id="hunt-over-time">{counted(total, 'event')}</h2>
        <span className="muted small">
          {stepOf(bucket_s)} a bar · {count(took_ms)} ms
        </span>
      </header>
      <div className="body">
        <Bars
          bars={filled(bars, stepMs)}
          caption="Events over time"
          labelOf={(at) => (at ? dayAndClock(at, zone) : '')}
          onPick={(from, to) => pick(from.at, to.at)}
        />
      </div>
    </section>
  );
}

const stepOf = (seconds: number): string => {
  if (seconds >= 86_400) return `${seconds / 86_400} d`;
  if (seconds >= 3_600) return `${seconds / 3_600} h`;
  return seconds >= 60 ? `${seconds / 60} min` : `${seconds} s`;
};

function Examples() {
  const navigate = useNavigate();
  return (
    <div className="body examples">
      <p className="muted small">For instance</p>
      <ul className="stack tight">
        {EXAMPLES.map((q) => (
          <li key={q}>
            <button
              type="button"
              className="link mono"
              onClick={() => void navigate({ to: '/hunt', search: { q } })}
            >
              {q}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
