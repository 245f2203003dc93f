import type { ActionAct, ActionView } from '@cordon/contract';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { acts } from './acts.ts';
import { span, words } from './parts/format.ts';
import { ActionPill, Ago, At, Entity } from './parts/marks.tsx';
import { ReasonDialog } from './parts/reason-dialog.tsx';
import { ProblemBox } from './parts/states.tsx';
import { useToast } from './parts/toast.tsx';
import { useMayAct } from './session.ts';

const OUTCOMES = {
  pass: { text: '✓ pass', tone: 'ok' },
  ask: { text: '? ask', tone: 'warn' },
  refuse: { text: '✕ refuse', tone: 'bad' },
} as const;

/** One action of the ledger: what it would hit, what the guard says, and what a person may do now. */
export function ActionCard({
  action,
  hasLink = false,
}: {
  readonly action: ActionView;
  readonly hasLink?: boolean;
}) {
  return (
    <section className="panel" aria-label={`Action ${action.verb} on ${action.target.id}`}>
      <header>
        <h2 className="row wrap">
          <code>{action.verb}</code>
          <Entity entity={action.target} />
        </h2>
        <ActionPill status={action.status} />
        <ActionActs action={action} />
      </header>
      <div className="body action">
        <p>{action.reason}</p>
        <dl className="defs">
          {hasLink && action.incident_id ? (
            <>
              <dt>For</dt>
              <dd>
                <Link
                  to="/incidents/$id"
                  params={{ id: action.incident_id }}
                  search={{ tab: 'actions' }}
                >
                  its incident
                </Link>
              </dd>
            </>
          ) : null}
          <dt>Would hit</dt>
          <dd>{action.guard.blast.text}</dd>
          <dt>Through</dt>
          <dd>
            {action.connector_id}, {action.class}, mode {action.mode}{' '}
            {action.is_sandboxed && (
              <span className="pill">sandbox: nothing outside is touched</span>
            )}
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
        <GuardChecks action={action} />
        <Journal action={action} />
      </div>
    </section>
  );
}

function GuardChecks({ action }: { readonly action: ActionView }) {
  return (
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
  );
}

function Journal({ action }: { readonly action: ActionView }) {
  return (
    <details>
      <summary>Plan and journal ({action.journal.length})</summary>
      <div className="stack" style={{ paddingTop: '8px' }}>
        <pre>{JSON.stringify(action.params, null, 2)}</pre>
        <ol className="journal">
          {action.journal.map((line) => (
            <li key={line.at + line.phase + line.text}>
              <At time={line.at} />
              <span className="muted">{words(line.phase)}</span>
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
  );
}

const VERBS: Readonly<Record<ActionAct, string>> = {
  approve: 'Approve',
  reject: 'Reject',
  undo: 'Undo',
};

/** The buttons of what may be done with an action now. */
export function ActionActs({ action }: { readonly action: ActionView }) {
  const [asked, setAsked] = useState<ActionAct>();
  const mayAct = useMayAct();
  if (!mayAct || action.allowed_acts.length === 0) return null;
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
      {asked ? <ActDialog action={action} act={asked} onClose={() => setAsked(undefined)} /> : null}
    </div>
  );
}

/** Says what will happen and asks why, before an action is approved, rejected or undone. */
export function ActDialog({
  action,
  act,
  onClose,
}: {
  readonly action: ActionView;
  readonly act: ActionAct;
  readonly onClose: () => void;
}) {
  const say = useToast();
  const hash = action.approval?.plan_hash ?? '';
  const submit = async (reason: string) => {
    if (act === 'approve') await acts.approve(action.id, hash, reason);
    else if (act === 'reject') await acts.reject(action.id, hash, reason);
    else await acts.undo(action.id, reason);
    say(`${VERBS[act]}: ${action.verb} on ${action.target.id}.`);
  };
  return (
    <ReasonDialog
      title={`${VERBS[act]} ${action.verb}`}
      verb={VERBS[act]}
      tone={act === 'reject' ? 'danger' : 'primary'}
      onClose={onClose}
      onSubmit={submit}
    >
      <p>
        <Entity entity={action.target} />
      </p>
      <p className="why">{action.guard.blast.text}</p>
      {act === 'undo' ? <p className="muted">The effect is lifted, and that is verified.</p> : null}
      {act === 'approve' && action.ttl_s ? (
        <p className="muted">Lifted by itself after {span(action.ttl_s)}.</p>
      ) : null}
    </ReasonDialog>
  );
}
