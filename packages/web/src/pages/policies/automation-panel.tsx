import type { AutomationView } from '@cordon/contract';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { counted, percent, words } from '../../parts/format.ts';
import { Ago, At } from '../../parts/marks.tsx';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { ShareText } from '../../parts/share-text.tsx';
import { useMayAdminister } from '../../session.ts';
import { setStage } from './policies.data.ts';

interface Props {
  readonly automation: AutomationView;
}

/** One automation: where it stands, its measured agreement, and what it would have done to whom. */
export function AutomationPanel({ automation }: Props) {
  const { playbook_id, title, version, stage, acted } = automation;
  const isLive = stage === 'live';
  const id = `automation-${playbook_id}`;
  return (
    <section className="panel" aria-labelledby={id}>
      <header>
        <h2 id={id}>
          <Link to="/playbooks" search={{ id: playbook_id }}>
            {title}
          </Link>
        </h2>
        <span className="muted small">version {version}</span>
        <span className={`pill ${isLive ? 'ok' : ''}`}>{isLive ? 'Live' : 'In the shadow'}</span>
        <StageButton automation={automation} />
      </header>
      <div className="body stack">
        <Agreement automation={automation} />
        <Decision automation={automation} />
        {acted === 0 ? (
          <p className="muted">It had nothing to do in the last 90 days.</p>
        ) : (
          <Trials automation={automation} />
        )}
      </div>
    </section>
  );
}

function Agreement({ automation }: Props) {
  const { agreement, required, missing } = automation;
  const { share, low = 0, high = 1 } = agreement;
  return (
    <div className="agreement">
      <p>
        People agreed: <ShareText share={agreement} />
      </p>
      <div className="agreement-track" aria-hidden="true">
        {share === undefined ? null : (
          <i style={{ left: `${low * 100}%`, width: `${(high - low) * 100}%` }} />
        )}
        <b style={{ left: `${required * 100}%` }} />
      </div>
      <p className="muted small">
        {missing ??
          `Proven: at least ${percent(low)} with 95 % confidence; ${percent(required)} are asked for.`}
      </p>
    </div>
  );
}

function Decision({ automation: { decision, stage } }: Props) {
  if (!decision) return <p className="muted small">Nobody decided about this version yet.</p>;
  return (
    <p className="small">
      {stage === 'live' ? 'Made live' : 'Put into the shadow'} by {decision.by}{' '}
      <Ago time={decision.at} />, at {decision.agreement.k} of {decision.agreement.n}:{' '}
      {decision.reason}
    </p>
  );
}

function StageButton({ automation }: Props) {
  const { playbook_id, title, stage, agreement, may_promote } = automation;
  const [isAsked, setAsked] = useState(false);
  const mayAdminister = useMayAdminister();
  if (!mayAdminister) return null;
  const next = stage === 'live' ? 'shadow' : 'live';
  const verb = next === 'live' ? 'Make it live' : 'Put it into the shadow';
  return (
    <>
      <button
        type="button"
        className="button"
        disabled={next === 'live' && !may_promote}
        onClick={() => setAsked(true)}
      >
        {verb}…
      </button>
      {isAsked ? (
        <ReasonDialog
          title={`${verb}: ${title}`}
          verb={verb}
          tone={next === 'live' ? 'danger' : 'primary'}
          onClose={() => setAsked(false)}
          onSubmit={(reason) => setStage(playbook_id, { stage: next, reason })}
        >
          <p>
            People agreed: <ShareText share={agreement} />. Your name and this number are kept.
          </p>
        </ReasonDialog>
      ) : null}
    </>
  );
}

const said = (agreed: boolean | undefined): string => {
  if (agreed === undefined) return '';
  return agreed ? 'agreed' : 'disagreed';
};

function Trials({ automation: { trials, acted } }: Props) {
  return (
    <details>
      <summary>{counted(acted, 'incident')} on which it acted or would have</summary>
      <table className="table stacked">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Incident</th>
            <th scope="col">Verdict</th>
          </tr>
        </thead>
        <tbody>
          {trials.map((trial) => (
            <tr key={trial.incident_id}>
              <td>
                <At time={trial.at} />
              </td>
              <td>
                <Link to="/incidents/$id" params={{ id: trial.incident_id }}>
                  {trial.incident_name} {trial.title}
                </Link>
              </td>
              <td>
                {trial.verdict ? (
                  <>
                    {words(trial.verdict)} by {trial.by}{' '}
                    <span className="muted">{said(trial.agreed)}</span>
                  </>
                ) : (
                  <span className="muted">none yet</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
