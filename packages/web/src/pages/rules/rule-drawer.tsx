import type { RuleDetail } from '@cordon/contract';
import { useState } from 'react';
import { Bars } from '../../parts/bars.tsx';
import { Snippet } from '../../parts/copy.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { count, counted, day } from '../../parts/format.ts';
import { SeverityMark } from '../../parts/marks.tsx';
import { Loaded, ProblemBox } from '../../parts/states.tsx';
import { Origin } from '../../rule-origin.tsx';
import { useMayAct } from '../../session.ts';
import { BacktestPanel } from './backtest-panel.tsx';
import { RuleActs } from './rule-acts.tsx';
import { RuleState } from './rule-table.tsx';
import { useMuted, useRule } from './rules.data.ts';
import { SignalList } from './signal-list.tsx';
import { SuppressionList } from './suppression-list.tsx';

const DAY_MS = 86_400_000;
const DAYS = 30;

/** Everything of one rule. */
export function RuleDrawer({
  id,
  onClose,
  onOpen,
}: {
  readonly id: string;
  readonly onClose: () => void;
  readonly onOpen: (id: string) => void;
}) {
  const query = useRule(id);
  return (
    <Dialog title={query.data?.title ?? 'Rule'} kind="drawer" onClose={onClose}>
      <Loaded query={query} what="the rule">
        {(rule) => <RuleBody rule={rule} onOpen={onOpen} />}
      </Loaded>
    </Dialog>
  );
}

function RuleBody({
  rule,
  onOpen,
}: {
  readonly rule: RuleDetail;
  readonly onOpen: (id: string) => void;
}) {
  const mayAct = useMayAct();
  return (
    <div className="stack">
      <div className="row wrap">
        <SeverityMark severity={rule.level} />
        <RuleState rule={rule} />
      </div>
      <p className="muted small">
        {rule.kind === 'detector' ? (
          'no Sigma rule: a detector, intelligence, or a rule that is gone'
        ) : (
          <Origin rule={rule} />
        )}
        {rule.status ? ` · ${rule.status}` : ''} · <span className="mono">{rule.file}</span>
      </p>
      {rule.quarantine ? (
        <ProblemBox
          problem={{
            code: 'set aside',
            detail: `It is not asked: ${rule.quarantine.reason}`,
            hint: 'Mend the rule, or ask it again and see.',
          }}
        />
      ) : null}
      {mayAct ? <RuleActs rule={rule} /> : null}
      <Matches rule={rule} />
      <SuppressionList rule={rule} mayAct={mayAct} />
      {mayAct && rule.kind !== 'detector' ? <BacktestPanel order={{ rule_id: rule.id }} /> : null}
      <Facts rule={rule} onOpen={onOpen} />
      {rule.text === '' ? null : (
        <details open>
          <summary>Text</summary>
          <Snippet text={rule.text} label="the rule" />
        </details>
      )}
    </div>
  );
}

/** All of the last 30 days, so that a quiet week is seen as one. */
function monthOf(days: RuleDetail['days']): RuleDetail['days'] {
  const known = new Map(days.map((one) => [Date.parse(one.at), one]));
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  return Array.from({ length: DAYS }, (_, back) => {
    const at = today - (DAYS - 1 - back) * DAY_MS;
    return known.get(at) ?? { at: new Date(at).toISOString(), count: 0, muted: 0 };
  });
}

function Matches({ rule }: { readonly rule: RuleDetail }) {
  const muted = useMuted(rule.id);
  return (
    <section className="stack" aria-labelledby="rule-matches">
      <h3 id="rule-matches">
        {count(rule.matches_day)} in 24 h, {count(rule.matches_month)} in 30 days
        {rule.muted_month > 0 ? `, ${count(rule.muted_month)} of them kept from alerting` : ''}
      </h3>
      {rule.days.length > 0 ? (
        <Bars bars={monthOf(rule.days)} caption="Matches by day" labelOf={(at) => day(at)} />
      ) : (
        <p className="muted small">
          {rule.is_silent
            ? 'Nothing it looks at was seen in the last 30 days: connect a source that writes it.'
            : 'It has not fired in the last 30 days. A back-test shows whether it would have before.'}
        </p>
      )}
      {rule.recent.length > 0 ? (
        <SignalList title="Last matches" signals={rule.recent.slice(0, 5)} />
      ) : null}
      {muted.data && muted.data.length > 0 ? (
        <SignalList
          title="Kept from alerting"
          signals={muted.data.slice(0, 5).map(({ signal }) => signal)}
        />
      ) : null}
    </section>
  );
}

function Facts({
  rule,
  onOpen,
}: {
  readonly rule: RuleDetail;
  readonly onOpen: (id: string) => void;
}) {
  const [isAll, setAll] = useState(false);
  const cases = [
    ...rule.must_fire.map((title) => ({ title, kind: 'fires' })),
    ...rule.must_not_fire.map((title) => ({ title, kind: 'stays silent' })),
  ];
  return (
    <dl className="defs">
      {rule.logsource ? <Fact name="Looks at">{rule.logsource}</Fact> : null}
      {rule.conditions.length > 0 ? (
        <Fact name="Fires when">
          <code>{rule.conditions.join(' or ')}</code>
        </Fact>
      ) : null}
      {rule.refers_to.length > 0 ? (
        <Fact name="Counts">
          {rule.refers_to.map((id) => (
            <button key={id} type="button" className="link mono" onClick={() => onOpen(id)}>
              {id}
            </button>
          ))}
        </Fact>
      ) : null}
      {rule.fields.length > 0 ? <Fact name="Fields">{rule.fields.join(', ')}</Fact> : null}
      <Fact name="ATT&CK">{[...rule.techniques, ...rule.tactics].join(', ') || 'none named'}</Fact>
      <Fact name="Cost">
        asked {counted(rule.asked, 'time')}, matched {count(rule.matched)}
        {rule.microseconds > 0 ? `, ${rule.microseconds.toFixed(1)} µs each` : ''}
      </Fact>
      <Fact name="Harmless look-alikes">{rule.falsepositives.join('; ') || 'none named'}</Fact>
      <Fact name="Cases">
        {cases.length === 0 ? 'none beside it' : counted(cases.length, 'case')}{' '}
        {cases.length > 0 ? (
          <button
            type="button"
            className="link"
            onClick={() => setAll(!isAll)}
            aria-expanded={isAll}
          >
            {isAll ? 'hide' : 'show'}
          </button>
        ) : null}
        {isAll ? (
          <ul className="small">
            {cases.map(({ title, kind }) => (
              <li key={`${kind} ${title}`}>
                {kind}: {title}
              </li>
            ))}
          </ul>
        ) : null}
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
