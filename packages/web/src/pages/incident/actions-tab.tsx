import type { ActionAct, ActionView, RunView } from '@cordon/contract';
import { useState } from 'react';
import { span, words } from '../../parts/format.ts';
import { ActionPill, Ago, At, Entity } from '../../parts/marks.tsx';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { Empty, ProblemBox } from '../../parts/states.tsx';
import { useMayAct } from '../../session.ts';
import { incidentActs } from './incident.data.ts';

export function ActionsTab({
  actions,
  runs,
}: {
  readonly actions: readonly ActionView[];
  readonly runs: readonly RunView[];
}) {
  if (actions.length + runs.length === 0) {
    return (
      <section className="panel">
        <Empty title="No action was planned">
          <p>A playbook plans actions when its trigger fits; nothing is done blindly.</p>
        </Empty>
      </section>
    );
  }
  return (
    <div className="stack">
      {actions.map((action) => (
        <ActionCard key={action.id} action={action} />
      ))}
      {runs.map((run) => (
        <section key={run.id} className="panel" aria-label={`Playbook ${run.playbook_id}`}>
          <header>
            <h2>
              Playbook {run.playbook_id} v{run.playbook_version}
            </h2>
            <span className="pill">{words(run.status)}</span>
          </header>
          <div className="body stack tight">
            <p className="muted">{run.why}</p>
            <ol className="journal">
              {run.log.map((line) => (
                <li key={line.at + line.step_id + line.outcome}>
                  <At time={line.at} />
                  <span className="muted">{line.outcome}</span>
                  <span>{line.text}</span>
                </li>
              ))}
            </ol>
          </div>
        </section>
      ))}
    </div>
  );
}

const OUTCOMES = {
  pass: { text: '✓ pass', tone: 'ok' },
  ask: { text: '? ask', tone: 'warn' },
  refuse: { text: '✕ refuse', tone: 'bad' },
} as const;

function ActionCard({ action }: { readonly action: ActionView }) {
  return (
    <section className="panel" aria-label={`Action ${action.verb} on ${action.target.id}`}>
      <header>
        <h2 className="row wrap">
          <code>{action.verb}</code>
          <Entity entity={action.target} />
        </h2>
        <ActionPill status={action.status} />
        <Acts action={action} />
      </header>
      <div className="body action">
        <p>{action.reason}</p>
        <dl className="defs">
          <dt>Would hit</dt>
          <dd>{action.guard.blast.text}</dd>
          <dt>Through</dt>
          <dd>
            {action.connector_id}, {action.class}, mode {action.mode}
          </dd>
          <dt>Lasts</dt>
          <dd>
            {action.ttl_s ? `${span(action.ttl_s)}, then it is lifted by itself` : 'no time limit'}
            {action.deadline_at ? (
              <>
                {' '}
                (<Ago time={action.deadline_at} />)
              </>
            ) : null}
          </dd>
          {action.approval?.decision ? (
            <>
              <dt>Decided</dt>
              <dd>
                {action.approval.decision.approved ? 'approved' : 'rejected'} by{' '}
                {action.approval.decision.by}: {action.approval.decision.reason}
              </dd>
            </>
          ) : null}
        </dl>
        <div>
          <h3>Guard</h3>
          <ul className="checks">
            {action.guard.checks.map((check) => (
              <li key={check.name}>
                <span className={OUTCOMES[check.outcome].tone}>{OUTCOMES[check.outcome].text}</span>
                <span className="muted">{words(check.name)}</span>
                <span>{check.text}</span>
              </li>
            ))}
          </ul>
        </div>
        <details>
          <summary>Plan and journal ({action.journal.length})</summary>
          <div className="stack" style={{ paddingTop: '8px' }}>
            <pre>{JSON.stringify(action.params, null, 2)}</pre>
            <ol className="journal">
              {action.journal.map((line) => (
                <li key={line.at + line.phase + line.text}>
                  <At time={line.at} />
                  <span className="muted">{line.phase}</span>
                  <span>
                    {line.text}
                    {line.by ? <span className="muted"> ({line.by})</span> : null}
                    {line.problem ? <ProblemBox problem={line.problem} /> : null}
                  </span>
                </li>
              ))}
            </ol>
          </div>
        </details>
      </div>
    </section>
  );
}

const VERBS: Readonly<Record<ActionAct, string>> = {
  approve: 'Approve',
  reject: 'Reject',
  undo: 'Undo',
};

function Acts({ action }: { readonly action: ActionView }) {
  const [asked, setAsked] = useState<ActionAct>();
  const mayAct = useMayAct();
  if (!mayAct) return null;
  const hash = action.approval?.plan_hash ?? '';
  const submit = (reason: string) => {
    if (asked === 'approve') return incidentActs.approve(action.id, hash, reason);
    if (asked === 'reject') return incidentActs.reject(action.id, hash, reason);
    return incidentActs.undo(action.id, reason);
  };
  return (
    <div className="row">
      {action.allowed_acts.map((act) => (
        <button
          key={act}
          type="button"
          className={`button ${act === 'approve' ? 'primary' : ''}`}
          onClick={() => setAsked(act)}
        >
          {VERBS[act]}…
        </button>
      ))}
      {asked ? (
        <ReasonDialog
          title={`${VERBS[asked]} ${action.verb}`}
          verb={VERBS[asked]}
          tone={asked === 'reject' ? 'danger' : 'primary'}
          onClose={() => setAsked(undefined)}
          onSubmit={submit}
        >
          <p>
            <Entity entity={action.target} />
          </p>
          <p className="why">{action.guard.blast.text}</p>
          {action.ttl_s ? (
            <p className="muted">Lifted by itself after {span(action.ttl_s)}.</p>
          ) : null}
        </ReasonDialog>
      ) : null}
    </div>
  );
}
