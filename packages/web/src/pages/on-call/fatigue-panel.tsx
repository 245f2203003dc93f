import type { FatigueView } from '@cordon/contract';
import { Link } from '@tanstack/react-router';
import { counted, percent, span } from '../../parts/format.ts';

/** What paging cost people in 30 days, and what would have spared pages. */
export function FatiguePanel({ fatigue }: { readonly fatigue: FatigueView }) {
  const { pages, acted_share, people, rules } = fatigue;
  return (
    <section className="panel" aria-labelledby="fatigue-title">
      <header>
        <h2 id="fatigue-title">What paging cost, 30 days</h2>
        <span className="muted small">
          {counted(pages, 'page')}
          {acted_share === undefined ? '' : `, ${percent(acted_share)} acted on`}
        </span>
      </header>
      <div className="body stack">
        {people.length === 0 ? <p className="muted">Nobody was paged.</p> : null}
        <ul className="loads">
          {people.map((load) => (
            <li key={load.person.id}>
              <span className="strong">{load.person.name}</span>
              <meter
                min={0}
                max={pages}
                value={load.pages}
                aria-label={`Pages of ${load.person.name}`}
              />
              <span className="small">
                {counted(load.pages, 'page')}, at most {load.most} in 12 h, {load.acknowledged}{' '}
                taken, {load.escalated} passed on
                {load.median_answer_s === undefined
                  ? ''
                  : `, half answered within ${span(load.median_answer_s)}`}
              </span>
            </li>
          ))}
        </ul>
        {rules.length === 0 ? null : <h3>Rules behind the pages</h3>}
        <ul className="loads">
          {rules.slice(0, 8).map((rule) => (
            <li key={rule.rule_id}>
              <Link to="/rules" search={{ rule: rule.rule_id }} className="mono">
                {rule.rule_id}
              </Link>
              <meter
                min={0}
                max={pages}
                value={rule.pages}
                aria-label={`Pages by ${rule.rule_id}`}
              />
              <span className="small">
                {counted(rule.pages, 'page')}, {rule.acted} of {rule.matters} acted on
                {rule.tuning ? `. ${rule.tuning.text}` : ''}
              </span>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
