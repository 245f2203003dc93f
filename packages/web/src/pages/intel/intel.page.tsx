import type { FeedItem, IndicatorSearch, IntelOverview } from '@cordon/contract';
import { useState } from 'react';
import { count, words } from '../../parts/format.ts';
import { Ago, At } from '../../parts/marks.tsx';
import { Empty, ErrorBox, Loaded, ProblemBox } from '../../parts/states.tsx';
import { useIndicator, useIntel, useRefresh } from './intel.data.ts';

/** Feeds of threat intelligence, what is in use of them, and what they know of a value. */
export function IntelPage() {
  const intel = useIntel();
  return (
    <div className="page">
      <div className="page-head">
        <h1>Intelligence</h1>
      </div>
      <SearchPanel />
      <Loaded query={intel} what="the feeds">
        {(overview) => (
          <>
            <Totals overview={overview} />
            <section className="panel" aria-label="Feeds">
              {overview.feeds.length === 0 ? (
                <Empty title="No feed yet">
                  <span>
                    Feeds are named under <code>intel.feeds</code> in cordon.yml.
                  </span>
                </Empty>
              ) : (
                <FeedTable feeds={overview.feeds} />
              )}
            </section>
          </>
        )}
      </Loaded>
    </div>
  );
}

function Totals({ overview }: { readonly overview: IntelOverview }) {
  const { matches } = overview;
  const pairs: readonly (readonly [string, number])[] = [
    ['Indicators in use', overview.indicators],
    ['Warninglist entries', overview.warninglist_entries],
    ['Found in events', matches.found],
    ['Signals', matches.signals],
    ['The same again', matches.repeated],
    ['Passed over', matches.passed_over],
  ];
  return (
    <section className="panel" aria-labelledby="intel-totals">
      <header>
        <h2 id="intel-totals">In use</h2>
      </header>
      <dl className="defs body">
        {pairs.map(([name, value]) => (
          <div key={name} className="pair">
            <dt>{name}</dt>
            <dd className="num">{count(value)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function FeedTable({ feeds }: { readonly feeds: readonly FeedItem[] }) {
  const refresh = useRefresh();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="scroll-x" tabIndex={0} aria-label="Table of feeds">
      <ErrorBox error={refresh.error} />
      <table className="table stacked">
        <thead>
          <tr>
            <th>Feed</th>
            <th className="num">Indicators</th>
            <th className="num">Refused</th>
            <th>Asked</th>
            <th>Next</th>
            <th>
              <span className="sr">Read now</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {feeds.map((feed) => (
            <FeedRow
              key={feed.id}
              feed={feed}
              isBusy={refresh.isPending}
              onRefresh={() => refresh.mutate(feed.id)}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function FeedRow({
  feed,
  isBusy,
  onRefresh,
}: {
  readonly feed: FeedItem;
  readonly isBusy: boolean;
  readonly onRefresh: () => void;
}) {
  const { content } = feed;
  const refused = Object.values(content?.refused ?? {}).reduce((sum, one) => sum + one, 0);
  return (
    <tr>
      <td style={{ minWidth: '200px' }}>
        <div className="strong">{feed.title}</div>
        <div className="muted small mono">{feed.where}</div>
        {feed.problem ? <ProblemBox problem={feed.problem} /> : null}
        {content ? <Details content={content} /> : null}
      </td>
      <td className="num" data-label="Indicators">
        {count((content?.kept ?? 0) + (content?.warninglist_entries ?? 0))}
      </td>
      <td className={`num ${refused === 0 ? 'muted' : ''}`} data-label="Refused">
        {count(refused)}
      </td>
      <td className="muted small">{feed.checked_at ? <Ago time={feed.checked_at} /> : 'never'}</td>
      <td className="muted small">
        <At time={feed.next_at} />
      </td>
      <td>
        <button
          type="button"
          className="button"
          disabled={isBusy || feed.is_reading}
          onClick={onRefresh}
          aria-label={`Read now: ${feed.title}`}
        >
          Read now
        </button>
      </td>
    </tr>
  );
}

function Details({ content }: { readonly content: NonNullable<FeedItem['content']> }) {
  const rows = [
    ...Object.entries(content.by_type).map(([type, number]) => [words(type), number] as const),
    ...Object.entries(content.refused).map(
      ([why, number]) => [`Refused: ${words(why)}`, number] as const,
    ),
    ...Object.entries(content.facts).map(([fact, number]) => [words(fact), number] as const),
    ['Added last time', content.added] as const,
    ['Removed last time', content.removed] as const,
  ];
  return (
    <details className="small">
      <summary>What it gave</summary>
      <dl className="defs">
        {rows.map(([name, number]) => (
          <div key={name} className="pair">
            <dt>{name}</dt>
            <dd className="num">{count(number)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function SearchPanel() {
  const [text, setText] = useState('');
  const [asked, setAsked] = useState('');
  const found = useIndicator(asked);
  return (
    <section className="panel" aria-labelledby="indicator-title">
      <header>
        <h2 id="indicator-title">What is known of a value</h2>
        <span className="muted small">
          an address, a name, a digest, a web address; defanged too
        </span>
      </header>
      <form
        className="body row"
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(text.trim());
        }}
      >
        <input
          className="input grow mono"
          aria-label="Value"
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder="203.0.113[.]7"
          maxLength={2_000}
        />
        <button type="submit" className="button">
          Search
        </button>
      </form>
      {asked === '' ? null : (
        <Loaded query={found} what="the indicators">
          {(result) => <Found result={result} />}
        </Loaded>
      )}
    </section>
  );
}

function Found({ result }: { readonly result: IndicatorSearch }) {
  const { items, warninglists } = result;
  if (items.length === 0 && warninglists.length === 0)
    return <Empty title="No feed and no warninglist knows it" />;
  return (
    <div className="body">
      {warninglists.map(({ list, name, is_identifier }) => (
        <p key={list}>
          <span className="pill ok">{is_identifier ? 'whose it is' : 'harmless'}</span> On the
          warninglist {name}: no automation acts on it.
        </p>
      ))}
      {items.length > 0 ? <FoundTable items={items} /> : null}
    </div>
  );
}

function FoundTable({ items }: { readonly items: IndicatorSearch['items'] }) {
  return (
    <table className="table stacked">
      <thead>
        <tr>
          <th>Indicator</th>
          <th>Feed</th>
          <th className="num">Confidence now</th>
          <th>Since</th>
          <th>Until</th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr
            key={`${item.feed} ${item.type} ${item.value} ${item.port ?? ''} ${item.reference ?? ''}`}
          >
            <td>
              <div className="mono">
                {item.value}
                {item.port ? `:${item.port}` : ''}
              </div>
              <div className="muted small">
                {words(item.type)}: {item.label}
              </div>
            </td>
            <td>
              {item.feed}
              <div className="muted small">
                {item.role === 'context' ? 'context only' : 'bad'}
                {item.tlp ? `, TLP:${item.tlp.toUpperCase()}` : ''}
              </div>
            </td>
            <td className="num" data-label="Confidence now">
              {item.is_valid ? item.confidence_now : 'over'}
            </td>
            <td className="small">{item.valid_from ? <At time={item.valid_from} /> : ''}</td>
            <td className="small">{item.valid_until ? <At time={item.valid_until} /> : ''}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
