import type { SourceItem } from '@cordon/contract';
import { useState } from 'react';
import { count, percent, rate, span, words } from '../../parts/format.ts';
import { Ago } from '../../parts/marks.tsx';
import { NoticeList } from '../../parts/notices.tsx';
import { Loaded, ProblemBox } from '../../parts/states.tsx';
import { RecordMapping } from './record-mapping.tsx';
import { useSample } from './sources.data.ts';
import { Sparkline } from './sparkline.tsx';

const TONES: Readonly<Record<SourceItem['status'], string>> = {
  starting: 'on',
  receiving: 'ok',
  failed: 'bad',
  stopped: '',
  removed: '',
};
const HEADS = ['Last hour', 'Records/s', 'Last', 'Waits', 'Unread', 'Clock', 'Equation'];

export function SourceTable({ items }: { readonly items: readonly SourceItem[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="scroll-x" tabIndex={0} aria-label="Table of sources">
      <table className="table stacked">
        <thead>
          <tr>
            <th>Source</th>
            <th>State</th>
            {HEADS.map((head) => (
              <th key={head} className="num">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <SourceRow key={item.id} item={item} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function SourceRow({ item }: { readonly item: SourceItem }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <tr>
        <td style={{ minWidth: '180px' }}>
          <button
            type="button"
            className="link strong"
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? '▾' : '▸'} {item.title}
          </button>
          <div className="muted small mono">{item.where ?? item.kind}</div>
          {item.problem ? <ProblemBox problem={item.problem} /> : null}
        </td>
        <td>
          <State item={item} />
        </td>
        <Health item={item} />
      </tr>
      {isOpen ? (
        <tr>
          <td colSpan={HEADS.length + 2}>
            <Details item={item} />
          </td>
        </tr>
      ) : null}
    </>
  );
}

/** A source that receives is well only while no alarm stands. */
function State({ item }: { readonly item: SourceItem }) {
  const [first] = item.notices.filter(({ kind }) => kind !== 'failed');
  if (item.status === 'receiving' && first)
    return <span className="pill warn">{words(first.kind)}</span>;
  return <span className={`pill ${TONES[item.status]}`}>{words(item.status)}</span>;
}

function Health({ item }: { readonly item: SourceItem }) {
  const { health } = item;
  const skew = health?.skew_s;
  return (
    <>
      <td className="num" data-label="Last hour">
        {health ? <Sparkline minutes={health.minutes} /> : '–'}
      </td>
      <td className="num" data-label="Records/s">
        {rate(item.rate_per_s)}
      </td>
      <td className="num muted" data-label="Last">
        {item.last_record_at ? <Ago time={item.last_record_at} /> : 'never'}
      </td>
      <td className="num" data-label="Waits">
        {health && health.pending > 0
          ? `${count(health.pending)} for ${span(Math.round(health.lag_s))}`
          : '0'}
      </td>
      <td className="num" data-label="Unread">
        {percent(health?.failure_share ?? 0)}
      </td>
      <td className="num" data-label="Clock">
        {skew === undefined ? '–' : offset(skew)}
      </td>
      <td className="num" data-label="Equation">
        <Equation item={item} />
      </td>
    </>
  );
}

const offset = (skew: number): string => {
  if (Math.abs(skew) < 2) return 'right';
  return `${skew > 0 ? '+' : '−'}${span(Math.round(Math.abs(skew)))}`;
};

function Equation({ item }: { readonly item: SourceItem }) {
  if (!item.health) return <>–</>;
  const { difference } = item.health;
  if (difference === 0) return <span className="ok">✓ balances</span>;
  return <span className="bad">✕ off by {count(Math.abs(difference))}</span>;
}

function Details({ item }: { readonly item: SourceItem }) {
  const query = useSample(item.id);
  return (
    <div className="stack" style={{ padding: '6px 4px 12px' }}>
      <NoticeList items={item.notices} />
      <h3>Where its records went</h3>
      <Terms item={item} />
      <h3>Newest record and how it is read</h3>
      <Loaded query={query} what="the newest record">
        {({ sample }) =>
          sample ? (
            <RecordMapping trace={sample} />
          ) : (
            <p className="muted">No record of it is in the record log.</p>
          )
        }
      </Loaded>
    </div>
  );
}

/** in = sum of outs, by reason. */
function Terms({ item }: { readonly item: SourceItem }) {
  const { health, tallies } = item;
  const never = new Set(['refused', 'dropped_udp', 'duplicate']);
  const entered = tallies.filter(({ outcome }) => !never.has(outcome));
  const outside = tallies.filter(({ outcome }) => never.has(outcome));
  return (
    <div className="stack tight small">
      <p>
        <span className="strong">{count(health?.accepted ?? 0)} accepted</span> ={' '}
        {count(health?.pending ?? 0)} waiting
        {entered.map(({ outcome, reason, count: size }) => (
          <span key={outcome + reason}>
            {' '}
            + <span className="strong">{count(size)}</span> {words(outcome).toLowerCase()} ({reason}
            )
          </span>
        ))}
      </p>
      <p className="muted">
        Never entered:{' '}
        {outside.length === 0
          ? 'none'
          : outside
              .map(
                ({ outcome, reason, count: size }) =>
                  `${count(size)} ${words(outcome).toLowerCase()} (${reason})`,
              )
              .join(', ')}
      </p>
    </div>
  );
}
