import type { BacktestView } from '@cordon/contract';
import { useId, useState } from 'react';
import { Bars } from '../../parts/bars.tsx';
import { count, counted, day, percent } from '../../parts/format.ts';
import { Entity } from '../../parts/marks.tsx';
import { ErrorBox, ProblemBox } from '../../parts/states.tsx';
import { useBacktest } from './rules.data.ts';
import { SignalList } from './signal-list.tsx';

const SPANS = [1, 7, 30, 90];
const SHOWN = 12;

/** Shows a rule, or a draft of one, the stored events: how often it would have fired, and on whom. */
export function BacktestPanel({
  order,
}: {
  readonly order: { readonly rule_id: string } | { readonly text: string };
}) {
  const id = useId();
  const [days, setDays] = useState(30);
  const { start, cancel, error, job, isRunning } = useBacktest();
  return (
    <section className="stack" aria-labelledby={id}>
      <div className="row wrap">
        <h3 id={id} className="grow">
          Back-test
        </h3>
        <select
          className="input narrow"
          aria-label="How far back"
          value={days}
          onChange={(event) => setDays(Number(event.target.value))}
        >
          {SPANS.map((span) => (
            <option key={span} value={span}>
              {counted(span, 'day')}
            </option>
          ))}
        </select>
        {isRunning ? (
          <button type="button" className="button" onClick={() => void cancel()}>
            Stop
          </button>
        ) : (
          <button type="button" className="button" onClick={() => start({ ...order, days })}>
            Run over stored events
          </button>
        )}
      </div>
      <ErrorBox error={error} />
      {job ? <Outcome job={job} /> : null}
    </section>
  );
}

function Outcome({ job }: { readonly job: BacktestView }) {
  if (job.problem) return <ProblemBox problem={job.problem} />;
  const { result } = job;
  if (!result) {
    if (job.status === 'cancelled') return <p className="muted">Stopped.</p>;
    return (
      <div className="stack tight" role="status">
        <progress value={job.fraction} max={1} aria-label="How far it is" />
        <span className="muted small">
          {percent(job.fraction)}, {counted(job.events, 'event')}, fired {count(job.fired)}
        </span>
      </div>
    );
  }
  return (
    <div className="stack">
      <p role="status">
        Would have fired <strong>{counted(job.fired, 'time')}</strong> over{' '}
        {counted(job.events, 'stored event')}
        {job.fired > 0
          ? `, on ${counted(result.entity_count, 'entity').replace('entitys', 'entities')}`
          : ''}
        .
      </p>
      {job.fired > 0 ? (
        <>
          <Bars bars={result.days} caption="Firings by day" labelOf={(at) => day(at)} />
          <ul className="top-values">
            {result.entities.slice(0, SHOWN).map((entity) => (
              <li key={`${entity.kind} ${entity.id}`}>
                <span className="grow">
                  <Entity entity={{ ...entity, role: 'related' }} />
                </span>
                <span className="num">{count(entity.count)}</span>
              </li>
            ))}
          </ul>
          <SignalList title="Samples" signals={result.samples.slice(0, SHOWN)} />
        </>
      ) : null}
    </div>
  );
}
