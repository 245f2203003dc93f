import type { RuleItem } from '@cordon/contract';
import { count, counted } from '../../parts/format.ts';
import { Ago, SeverityMark } from '../../parts/marks.tsx';
import { Origin } from '../../rule-origin.tsx';

/** Rules as rows. */
export function RuleTable({
  rules,
  onOpen,
}: {
  readonly rules: readonly RuleItem[];
  readonly onOpen: (id: string) => void;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="scroll-x" tabIndex={0} aria-label="Table of rules">
      <table className="table stacked">
        <thead>
          <tr>
            <th>Level</th>
            <th>Rule</th>
            <th>State</th>
            <th className="num">24 h</th>
            <th className="num">30 d</th>
            <th className="num">Cost</th>
            <th>Last</th>
          </tr>
        </thead>
        <tbody>
          {rules.map((rule) => (
            <Row key={rule.id} rule={rule} onOpen={onOpen} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ rule, onOpen }: { readonly rule: RuleItem; readonly onOpen: (id: string) => void }) {
  return (
    <tr>
      <td>
        <SeverityMark severity={rule.level} />
      </td>
      <td style={{ minWidth: '260px' }}>
        <button type="button" className="plain strong" onClick={() => onOpen(rule.id)}>
          {rule.title}
        </button>
        <div className="muted small">
          <Origin rule={rule} />
          {rule.logsource ? ` · ${rule.logsource}` : ''}
          {rule.techniques.length > 0 ? ` · ${rule.techniques.join(' ')}` : ''}
        </div>
      </td>
      <td>
        <RuleState rule={rule} />
      </td>
      <td className={`num ${rule.matches_day === 0 ? 'muted' : ''}`} data-label="24 h">
        {count(rule.matches_day)}
      </td>
      <td className={`num ${rule.matches_month === 0 ? 'muted' : ''}`} data-label="30 d">
        {count(rule.matches_month)}
      </td>
      <td className="num muted" {...(rule.microseconds > 0 && { 'data-label': 'Cost' })}>
        {rule.microseconds > 0 ? `${rule.microseconds.toFixed(1)} µs` : ''}
      </td>
      <td className="muted small nowrap">{rule.last_at ? <Ago time={rule.last_at} /> : 'never'}</td>
    </tr>
  );
}

const MODES = { on: ['ok', 'On'], shadow: ['warn', 'Shadow'], off: ['', 'Off'] } as const;

/** How a rule runs, and what keeps it from being heard. */
export function RuleState({ rule }: { readonly rule: RuleItem }) {
  const [tone, word] = MODES[rule.mode];
  return (
    <span className="row wrap">
      <span className={`pill ${tone}`}>{word}</span>
      {rule.is_quarantined ? <span className="pill bad">Set aside</span> : null}
      {rule.suppressions > 0 ? (
        <span className="pill warn">{counted(rule.suppressions, 'suppression')}</span>
      ) : null}
      {rule.is_silent ? (
        <span className="pill" title="Nothing it looks at was seen in the last 30 days">
          No source
        </span>
      ) : null}
    </span>
  );
}
