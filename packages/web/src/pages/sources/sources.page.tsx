import type { DeadLetterView, SourceItem } from '@cordon/contract';
import { Link } from '@tanstack/react-router';
import { Balance } from '../../parts/balance.tsx';
import { count, rate, words } from '../../parts/format.ts';
import { Ago, At } from '../../parts/marks.tsx';
import { Empty, Loaded, ProblemBox } from '../../parts/states.tsx';
import { RecordLinks } from '../../record-drawer.tsx';
import { useDeadLetters, useSources } from './sources.data.ts';

export function SourcesPage() {
  const sources = useSources();
  const letters = useDeadLetters();
  return (
    <div className="page">
      <div className="page-head">
        <h1>Sources</h1>
        <Link to="/welcome" className="button">
          Connect a source
        </Link>
      </div>
      <Loaded query={sources} what="the sources">
        {(list) => (
          <>
            <section className="panel" aria-labelledby="books-title">
              <header>
                <h2 id="books-title">Every record is accounted for</h2>
              </header>
              <div className="body">
                <Balance books={list.conservation} />
              </div>
            </section>
            <section className="panel" aria-label="Sources">
              {list.items.length === 0 ? (
                <Empty title="No source yet">
                  <Link to="/welcome">Connect the first one</Link>
                </Empty>
              ) : (
                <SourceTable items={list.items} />
              )}
            </section>
          </>
        )}
      </Loaded>
      <section className="panel" aria-labelledby="letters-title">
        <header>
          <h2 id="letters-title">Set aside</h2>
          <span className="muted small">records no parser took or a stage failed on</span>
        </header>
        <Loaded query={letters} what="what was set aside">
          {(page) =>
            page.items.length === 0 ? (
              <Empty title="Nothing was set aside" />
            ) : (
              <LetterTable items={page.items} />
            )
          }
        </Loaded>
      </section>
    </div>
  );
}

const TONES: Readonly<Record<SourceItem['status'], string>> = {
  starting: 'on',
  receiving: 'ok',
  failed: 'bad',
  stopped: '',
};
const OUTCOMES = [
  'parsed',
  'unparsed',
  'skipped',
  'dead_letter',
  'refused',
  'dropped_udp',
] as const;

const TITLES: Readonly<Record<(typeof OUTCOMES)[number], string>> = {
  parsed: 'Parsed',
  unparsed: 'Unparsed',
  skipped: 'Skipped',
  dead_letter: 'Dead letters',
  refused: 'Refused',
  dropped_udp: 'UDP dropped',
};

function SourceTable({ items }: { readonly items: readonly SourceItem[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="scroll-x" tabIndex={0} aria-label="Table of sources">
      <table className="table stacked">
        <thead>
          <tr>
            <th>Source</th>
            <th>State</th>
            <th className="num">Records/s</th>
            <th>Last</th>
            {OUTCOMES.map((outcome) => (
              <th key={outcome} className="num">
                {TITLES[outcome]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.id}>
              <td style={{ minWidth: '180px' }}>
                <div className="strong">{item.title}</div>
                <div className="muted small mono">{item.where ?? item.kind}</div>
                {item.problem ? <ProblemBox problem={item.problem} /> : null}
                <Reasons tallies={item.tallies} />
              </td>
              <td>
                <span className={`pill ${TONES[item.status]}`}>{words(item.status)}</span>
              </td>
              <td className="num" data-label="Records/s">
                {rate(item.rate_per_s)}
              </td>
              <td className="muted small" style={{ whiteSpace: 'nowrap' }}>
                {item.last_record_at ? <Ago time={item.last_record_at} /> : 'never'}
              </td>
              {OUTCOMES.map((outcome) => (
                <td
                  key={outcome}
                  data-label={TITLES[outcome]}
                  className={`num ${item.totals[outcome] === 0 ? 'muted' : ''}`}
                >
                  {count(item.totals[outcome])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** How the records of a source ended, by reason; the largest first. */
function Reasons({ tallies }: { readonly tallies: SourceItem['tallies'] }) {
  if (tallies.length === 0) return null;
  return (
    <details className="small">
      <summary>How they ended</summary>
      <dl className="defs">
        {tallies.map((tally) => (
          <div key={tally.outcome + tally.reason} className="pair">
            <dt>
              {words(tally.outcome)}: {tally.reason}
            </dt>
            <dd className="num">{count(tally.count)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function LetterTable({ items }: { readonly items: readonly DeadLetterView[] }) {
  return (
    <table className="table stacked">
      <thead>
        <tr>
          <th>When</th>
          <th>Source</th>
          <th>Problem and record</th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr key={item.offset}>
            <td style={{ whiteSpace: 'nowrap' }}>
              <At time={item.at} />
              <br />
              <RecordLinks offsets={[item.offset]} />
            </td>
            <td>
              {item.source_id}
              <div className="muted small">{item.stage}</div>
            </td>
            <td>
              <div>
                {item.problem.detail} <code className="muted">{item.problem.code}</code>
              </div>
              {item.problem.hint ? <div className="muted">→ {item.problem.hint}</div> : null}
              {item.text ? <pre className="muted">{item.text}</pre> : null}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
