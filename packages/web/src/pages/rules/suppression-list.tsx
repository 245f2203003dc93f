import type { RuleDetail, SuppressionView } from '@cordon/contract';
import { useState } from 'react';
import { counted } from '../../parts/format.ts';
import { At } from '../../parts/marks.tsx';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { ruleActs } from './rules.data.ts';

/** Suppressions of a rule, those in force first, each with what it hid. */
export function SuppressionList({
  rule,
  mayAct,
}: {
  readonly rule: RuleDetail;
  readonly mayAct: boolean;
}) {
  const [ending, setEnding] = useState<SuppressionView>();
  const list = rule.suppression_list.toSorted(
    (a, b) => Number(b.is_in_force) - Number(a.is_in_force),
  );
  if (list.length === 0) return null;
  return (
    <section className="stack tight" aria-labelledby="rule-suppressions">
      <h3 id="rule-suppressions">Suppressions</h3>
      <ul className="suppressions">
        {list.map((one) => (
          <li key={one.id}>
            <div className="grow">
              <div>
                <span className={`pill ${one.is_in_force ? 'warn' : ''}`}>
                  {one.is_in_force ? 'in force' : 'ended'}
                </span>{' '}
                hid {counted(one.hidden, 'signal')}
                {one.entity ? ` of ${one.entity.kind} ${one.entity.id}` : ''}
              </div>
              <div className="muted small">
                {one.owner}: {one.reason} · until <At time={one.ended_at ?? one.expires_at} />
              </div>
            </div>
            {mayAct && one.is_in_force ? (
              <button type="button" className="button" onClick={() => setEnding(one)}>
                End…
              </button>
            ) : null}
          </li>
        ))}
      </ul>
      {ending ? (
        <ReasonDialog
          title="End the suppression?"
          verb="End it"
          onSubmit={(reason) => ruleActs.endSuppression(rule.id, ending.id, reason)}
          onClose={() => setEnding(undefined)}
        />
      ) : null}
    </section>
  );
}
