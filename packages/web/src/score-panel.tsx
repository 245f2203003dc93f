import type { ScoreView } from '@cordon/contract';
import { percent, roundToSum } from './parts/format.ts';
import { ProblemBox } from './parts/states.tsx';
import { RecordLinks } from './record-drawer.tsx';

const TOLERANCE = 1e-6;
const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;

/** The score as the sum it is: what is shown adds up to the hundredth, and a sum that does not fit is said. */
export function ScorePanel({ score }: { readonly score: ScoreView }) {
  const values = [score.prior_logit, ...score.contributions.map((item) => item.contribution)];
  const sum = values.reduce((total, value) => total + value, 0);
  const shown = roundToSum(values, sum);
  const largest = Math.max(1, ...values.map(Math.abs));
  return (
    <section className="panel" aria-labelledby="evidence-title">
      <header>
        <h2 id="evidence-title">Why the threat is {percent(score.p)}</h2>
        <span className="muted small">
          <span className="s-low">◀ harmless</span> · <span className="s-high">threat ▶</span> ·
          nats
        </span>
      </header>
      {Math.abs(sum - score.logit) > TOLERANCE ? (
        <div className="body">
          <ProblemBox
            problem={{
              code: 'bug',
              detail: `The contributions add up to ${sum.toFixed(4)}, the score is ${score.logit.toFixed(4)}.`,
              hint: 'Do not rely on this score; report it.',
            }}
          />
        </div>
      ) : null}
      <Line value={score.prior_logit} shown={shown[0] ?? 0} largest={largest}>
        <div>Prior: before any evidence</div>
      </Line>
      {score.contributions.map((item, index) => (
        <Line
          key={item.evidence_id}
          value={item.contribution}
          shown={shown[index + 1] ?? 0}
          largest={largest}
        >
          <div>{item.text}</div>
          <div className="row wrap small muted">
            <code>{item.kind}</code>
            {Math.abs(item.llr - item.contribution) > 0.005 ? (
              <span>
                {signed(item.llr)} alone; shares group <code>{item.group}</code>
              </span>
            ) : null}
            <RecordLinks offsets={item.offsets} />
          </div>
        </Line>
      ))}
      <div className="contribution sum">
        <span>Sum = log-odds of {percent(score.p)}</span>
        <span />
        <span className="num mono">{signed(Math.round(sum * 100) / 100)}</span>
      </div>
    </section>
  );
}

function Line({
  value,
  shown,
  largest,
  children,
}: {
  readonly value: number;
  readonly shown: number;
  readonly largest: number;
  readonly children: React.ReactNode;
}) {
  return (
    <div className="contribution">
      <div className="stack tight">{children}</div>
      <div className="signed" aria-hidden="true">
        <i
          className={value < 0 ? 'down' : 'up'}
          style={{ width: `${(Math.abs(value) / largest) * 50}%` }}
        />
      </div>
      <span className="num mono">{signed(shown)}</span>
    </div>
  );
}
