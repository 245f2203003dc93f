import type { DiagnosisStep } from '@cordon/contract';
import { counted } from '../../parts/format.ts';
import { Breakable } from '../../parts/marks.tsx';

const MARKS: Readonly<Record<DiagnosisStep['status'], string>> = {
  running: '◌',
  told: '●',
  missing: '?',
};

/** The tree as it is walked: each question, what it told, and what can no longer be the cause. */
export function Walk({
  steps,
  isRunning,
}: {
  readonly steps: readonly DiagnosisStep[];
  readonly isRunning: boolean;
}) {
  return (
    <section className="panel" aria-labelledby="walk-title">
      <header>
        <h2 id="walk-title">What was asked</h2>
        <span className="muted small" role="status">
          {isRunning ? 'asking…' : counted(steps.length, 'test')}
        </span>
      </header>
      <ol className="walk">
        {steps.map((step, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps of one walk, which only grow
          <li key={index} data-status={step.status}>
            <span className="knot" aria-hidden="true">
              {MARKS[step.status]}
            </span>
            <div>
              <p>{step.text}</p>
              {step.answer ? (
                <p className={step.status === 'missing' ? 'muted' : 'strong'}>
                  {step.status === 'missing' ? 'could not be asked: ' : ''}
                  <Breakable text={step.answer} />
                </p>
              ) : null}
              {step.rules_out ? (
                <p className="muted small">
                  <span className="ok" aria-hidden="true">
                    ✓
                  </span>{' '}
                  rules out {step.rules_out}
                </p>
              ) : null}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}
