import { useId, useState } from 'react';
import { Snippet } from '../../parts/copy.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { words } from '../../parts/format.ts';
import { ErrorBox, ProblemBox } from '../../parts/states.tsx';
import { useMayAct } from '../../session.ts';
import { BacktestPanel } from '../rules/backtest-panel.tsx';
import '../rules/rules.css';
import { useMakeRule } from './hunt.data.ts';
import { KeepRule } from './keep-rule.tsx';

const LEVELS = ['informational', 'low', 'medium', 'high', 'critical'] as const;

/** Makes a Sigma rule of a hunt; it can be back-tested before anybody relies on it. */
export function SaveRuleDialog({
  q,
  onClose,
}: {
  readonly q: string;
  readonly onClose: () => void;
}) {
  const id = useId();
  const [title, setTitle] = useState('');
  const [level, setLevel] = useState<(typeof LEVELS)[number]>('medium');
  const make = useMakeRule();
  const mayAct = useMayAct();
  return (
    <Dialog title="Save as rule" kind="drawer" onClose={onClose}>
      <div className="stack">
        <pre className="mono muted">{q}</pre>
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            make.mutate({ q, title, level });
          }}
        >
          <div className="field">
            <label htmlFor={`${id}-title`}>Title</label>
            <input
              id={`${id}-title`}
              className="input"
              data-first
              required
              maxLength={200}
              value={title}
              onChange={(event) => setTitle(event.target.value)}
            />
          </div>
          <div className="field">
            <label htmlFor={`${id}-level`}>Level</label>
            <select
              id={`${id}-level`}
              className="input"
              value={level}
              onChange={(event) => setLevel(event.target.value as typeof level)}
            >
              {LEVELS.map((one) => (
                <option key={one} value={one}>
                  {words(one)}
                </option>
              ))}
            </select>
          </div>
          <button type="submit" className="button primary" disabled={make.isPending}>
            Write the rule
          </button>
        </form>
        <ErrorBox error={make.error} />
        {make.data ? (
          <>
            {make.data.problems.map((problem) => (
              <ProblemBox key={problem.detail} problem={problem} />
            ))}
            {make.data.left_out.length > 0 ? (
              <p className="muted small">
                Left out, since a rule looks at each event as it comes:{' '}
                {make.data.left_out.join('; ')}
              </p>
            ) : null}
            <Snippet text={make.data.text} label="the rule" />
            {mayAct ? (
              <>
                <BacktestPanel order={{ text: make.data.text }} />
                <KeepRule key={make.data.text} q={q} text={make.data.text} />
              </>
            ) : null}
          </>
        ) : null}
      </div>
    </Dialog>
  );
}
