import type { IncidentSummary, OverviewView } from '@cordon/contract';
import { Link } from '@tanstack/react-router';
import { Balance } from '../../parts/balance.tsx';
import { count, counted, rate, words } from '../../parts/format.ts';
import { Histogram } from '../../parts/histogram.tsx';
import { Ago, PriorityMark, StatusPill } from '../../parts/marks.tsx';
import { Empty, Loaded, ProblemBox } from '../../parts/states.tsx';
import { useOverview } from './overview.data.ts';

export function OverviewPage() {
  const query = useOverview();
  return (
    <div className="page">
      <div className="page-head">
        <h1>Overview</h1>
        {query.data ? <ModeNote view={query.data} /> : null}
      </div>
      <Loaded query={query} what="the overview">
        {(view) => <Body view={view} />}
      </Loaded>
    </div>
  );
}

const MODE_TEXT: Readonly<Record<OverviewView['mode'], string>> = {
  observe: 'Observe: plans are shown, nothing is changed',
  approve: 'Approve: nothing happens without a person',
  enforce: 'Enforce: guarded actions run by themselves',
};

/** Without a connector, actions do run, but only against the sandbox inside the process. */
const modeText = ({ mode, is_sandboxed }: OverviewView): string =>
  is_sandboxed
    ? 'Sandbox: actions run by themselves, on a built-in sandbox only; nothing outside is touched'
    : MODE_TEXT[mode];

function ModeNote({ view }: { readonly view: OverviewView }) {
  return (
    <>
      <span className="pill on wrap">{modeText(view)}</span>
      <Link to="/settings" className={`pill ${view.kill_switch.engaged ? 'bad' : ''}`}>
        Kill switch {view.kill_switch.engaged ? 'engaged' : 'off'}
      </Link>
    </>
  );
}

function Body({ view }: { readonly view: OverviewView }) {
  const open = view.incidents.new + view.incidents.in_progress + view.incidents.on_hold;
  return (
    <>
      {view.pipeline.problems.map((problem) => (
        <ProblemBox key={problem.code + problem.detail} problem={problem} />
      ))}
      <div className="tiles">
        <Tile title="Open incidents" value={count(open)}>
          {count(view.incidents.new)} new, {count(view.incidents.in_progress)} in progress
        </Tile>
        <Tile title="Open by priority" value={<Priorities view={view} />}>
          <Link to="/alerts" search={{ status: 'open,in_incident' }}>
            {counted(view.alerts.open + view.alerts.in_incident, 'alert')} not closed
          </Link>
        </Tile>
        <Tile title="Sources receiving" value={`${view.sources.receiving} / ${view.sources.total}`}>
          {view.sources.failed > 0 ? (
            <span className="bad">▲ {view.sources.failed} failed</span>
          ) : (
            `${rate(view.sources.rate_per_s)} records a second`
          )}
        </Tile>
        <Tile title="Waiting to be read" value={count(view.pipeline.lag_records)}>
          {view.pipeline.is_replaying
            ? 'replaying'
            : `${count(view.pipeline.detection.rules)} rules watch`}
        </Tile>
      </div>
      <div className="cols">
        <div className="stack" style={{ gap: '16px' }}>
          <TopIncidents items={view.top_incidents} />
          <section className="panel" aria-labelledby="day-title">
            <header>
              <h2 id="day-title">Last 24 hours</h2>
              <span className="muted small">
                {counted(
                  view.histogram.reduce((sum, hour) => sum + hour.events, 0),
                  'event',
                )}
                ,{' '}
                {counted(
                  view.histogram.reduce((sum, hour) => sum + hour.alerts, 0),
                  'alert',
                )}
              </span>
            </header>
            <div className="body">
              <Histogram hours={view.histogram} />
            </div>
          </section>
          <section className="panel" aria-labelledby="books-title">
            <header>
              <h2 id="books-title">Nothing is lost silently</h2>
              <Link to="/sources">Sources</Link>
            </header>
            <div className="body">
              <Balance books={view.conservation} />
            </div>
          </section>
        </div>
        <div className="stack" style={{ gap: '16px' }}>
          <NeedsYou view={view} />
          <Automation view={view} />
        </div>
      </div>
    </>
  );
}

function Tile({
  title,
  value,
  children,
}: {
  readonly title: string;
  readonly value: React.ReactNode;
  readonly children: React.ReactNode;
}) {
  return (
    <div className="tile">
      <span className="muted small">{title}</span>
      <span className="value">{value}</span>
      <span className="muted small">{children}</span>
    </div>
  );
}

function Priorities({ view }: { readonly view: OverviewView }) {
  return (
    <span className="row wrap priorities">
      {(['P1', 'P2', 'P3', 'P4'] as const).map((level) => (
        <Link
          key={level}
          to="/incidents"
          search={{ priority: level }}
          className="row"
          style={{ gap: '5px' }}
        >
          <PriorityMark level={level} />
          <span style={{ color: 'var(--text)' }}>{view.priorities[level]}</span>
        </Link>
      ))}
    </span>
  );
}

function TopIncidents({ items }: { readonly items: readonly IncidentSummary[] }) {
  return (
    <section className="panel" aria-labelledby="active-title">
      <header>
        <h2 id="active-title">Active incidents</h2>
        <Link to="/incidents">All incidents</Link>
      </header>
      {items.length === 0 ? (
        <Empty title="Nothing is going on">
          <p>No open incident. Quiet is a result too: the sources tell whether data arrives.</p>
          <Link to="/welcome">Try the demo attack or connect a source</Link>
        </Empty>
      ) : (
        <ul className="needs">
          {items.map((item) => (
            <li key={item.id}>
              <Link to="/incidents/$id" params={{ id: item.id }}>
                <PriorityMark level={item.priority.level} />
                <span className="grow">
                  <span className="strong">{item.title}</span>
                  <br />
                  <span className="muted small">
                    {item.name} · {counted(item.alert_count, 'alert')} · {item.origin_text}
                  </span>
                </span>
                <StatusPill status={item.status} />
                <span className="muted small">
                  <Ago time={item.last_at} />
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function NeedsYou({ view }: { readonly view: OverviewView }) {
  const { approvals, oldest_approval_at, unassigned, uncertain } = view.needs_you;
  const isQuiet = approvals + unassigned + uncertain + view.notices.length === 0;
  return (
    <section className="panel" aria-labelledby="needs-title">
      <header>
        <h2 id="needs-title">Needs you</h2>
      </header>
      {isQuiet ? (
        <Empty title="Nothing waits for you" />
      ) : (
        <ul className="needs">
          <Need number={approvals} noun="action" text="awaiting approval" to={AWAITING}>
            {oldest_approval_at ? (
              <span className="muted small">
                oldest <Ago time={oldest_approval_at} />
              </span>
            ) : null}
          </Need>
          <Need
            number={unassigned}
            noun="incident"
            text="without an owner"
            to={{ to: '/incidents', search: { status: 'new' } }}
          />
          <Need number={uncertain} noun="action" text="with an uncertain result" to={UNCERTAIN} />
          {view.notices.map((notice) => (
            <li key={notice.kind + notice.source_id}>
              <Link to="/sources">
                <span className="count warn" aria-hidden="true">
                  ▲
                </span>
                <span className="grow">
                  {notice.source_id ? `${notice.source_id}: ` : ''}
                  {notice.text}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const AWAITING = { to: '/actions', search: { status: 'awaiting_approval' } } as const;
const UNCERTAIN = { to: '/actions', search: { status: 'uncertain,undo_failed' } } as const;

function Need({
  number,
  noun,
  text,
  to,
  children,
}: {
  readonly number: number;
  readonly noun: string;
  readonly text: string;
  readonly to: { readonly to: '/actions' | '/incidents'; readonly search: { status: string } };
  readonly children?: React.ReactNode;
}) {
  if (number === 0) return null;
  return (
    <li>
      <Link {...to}>
        <span className="count">{number}</span>
        <span className="grow">
          {number === 1 ? noun : `${noun}s`} {text}
        </span>
        {children}
      </Link>
    </li>
  );
}

function Automation({ view }: { readonly view: OverviewView }) {
  const entries = Object.entries(view.actions).filter(([, number]) => number > 0);
  return (
    <section className="panel" aria-labelledby="automation-title">
      <header>
        <h2 id="automation-title">Automation</h2>
        <Link to="/actions">All actions</Link>
      </header>
      {entries.length === 0 ? (
        <Empty title="No action yet">
          <p>Actions are planned by playbooks when an incident opens.</p>
        </Empty>
      ) : (
        <ul className="needs">
          {entries.map(([status, number]) => (
            <li key={status}>
              <Link to="/actions" search={{ status }}>
                <span className="count">{number}</span>
                <span className="grow">{words(status).toLowerCase()}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
