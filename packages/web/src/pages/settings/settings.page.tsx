import type { KillSwitchView } from '@cordon/contract';
import { useState } from 'react';
import { count, words } from '../../parts/format.ts';
import { At, Breakable } from '../../parts/marks.tsx';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { Empty, ErrorBox, Loaded, ProblemBox } from '../../parts/states.tsx';
import { useMayAct, useMe } from '../../session.ts';
import { TokensPanel, UsersPanel } from './accounts.tsx';
import {
  setKillSwitch,
  useAudit,
  useKillSwitch,
  useNeverTouch,
  useVerifyAudit,
} from './settings.data.ts';

export function SettingsPage() {
  const me = useMe().data;
  return (
    <div className="page">
      <div className="page-head">
        <h1>Settings</h1>
      </div>
      <div className="cols">
        <div className="stack" style={{ gap: '16px' }}>
          {me?.role === 'administrator' ? (
            <>
              <TokensPanel />
              <UsersPanel />
            </>
          ) : null}
          <AuditPanel />
        </div>
        <div className="stack" style={{ gap: '16px' }}>
          <KillSwitchPanel />
          <NeverTouchPanel />
        </div>
      </div>
    </div>
  );
}

function KillSwitchPanel() {
  const query = useKillSwitch();
  return (
    <section className="panel" aria-labelledby="kill-title">
      <header>
        <h2 id="kill-title">Kill switch</h2>
      </header>
      <div className="body stack">
        <Loaded query={query} what="the kill switch">
          {(kill) => <KillSwitchBody kill={kill} />}
        </Loaded>
      </div>
    </section>
  );
}

function KillSwitchBody({ kill }: { readonly kill: KillSwitchView }) {
  const mayAct = useMayAct();
  const [isAsked, setAsked] = useState(false);
  const by = kill.by ? ` (${kill.by})` : '';
  return (
    <>
      <span className={`pill ${kill.engaged ? 'bad' : 'ok'}`} style={{ justifySelf: 'start' }}>
        {kill.engaged ? 'Engaged' : 'Off'}
      </span>
      <p className="muted">
        {kill.engaged
          ? `${kill.reason ?? ''}${by}`
          : 'Stops every new effect at once. Undo goes on.'}
      </p>
      {mayAct ? (
        <button
          type="button"
          className={`button ${kill.engaged ? '' : 'danger'}`}
          style={{ justifySelf: 'start' }}
          onClick={() => setAsked(true)}
        >
          {kill.engaged ? 'Release…' : 'Engage…'}
        </button>
      ) : null}
      {isAsked ? (
        <ReasonDialog
          title={kill.engaged ? 'Release the kill switch' : 'Engage the kill switch'}
          verb={kill.engaged ? 'Release' : 'Engage'}
          tone={kill.engaged ? 'primary' : 'danger'}
          onClose={() => setAsked(false)}
          onSubmit={(reason) => setKillSwitch(!kill.engaged, reason)}
        />
      ) : null}
    </>
  );
}

function NeverTouchPanel() {
  const query = useNeverTouch();
  return (
    <section className="panel" aria-labelledby="never-title">
      <header>
        <h2 id="never-title">Never touched</h2>
      </header>
      <Loaded query={query} what="the never-touch list">
        {(list) =>
          list.items.length === 0 ? (
            <Empty title="The list is empty">
              <p>Add hosts and networks that no action may touch in the configuration.</p>
            </Empty>
          ) : (
            <dl className="body defs small">
              {list.items.map((item) => (
                <div key={item.value + item.why} className="pair">
                  <dd>
                    <code>{item.value}</code>
                  </dd>
                  <dt>{item.why}</dt>
                </div>
              ))}
            </dl>
          )
        }
      </Loaded>
    </section>
  );
}

function AuditPanel() {
  const query = useAudit();
  const verify = useVerifyAudit();
  return (
    <section className="panel" aria-labelledby="audit-title">
      <header>
        <h2 id="audit-title">Audit trail</h2>
        <span role="status">
          {verify.data?.intact ? (
            <span className="ok">✓ intact, {count(verify.data.entries)} lines</span>
          ) : null}
        </span>
        <button
          type="button"
          className="button"
          disabled={verify.isPending}
          onClick={() => verify.mutate()}
        >
          Verify the chain
        </button>
      </header>
      <ErrorBox error={verify.error} />
      {verify.data?.problem ? <ProblemBox problem={verify.data.problem} /> : null}
      <Loaded query={query} what="the audit trail">
        {(page) =>
          page.items.length === 0 ? (
            <Empty title="Nothing has been done yet" />
          ) : (
            <table className="table stacked">
              <thead>
                <tr>
                  <th>When</th>
                  <th>Who</th>
                  <th>What</th>
                  <th>Subject</th>
                </tr>
              </thead>
              <tbody>
                {page.items.map((line) => (
                  <tr key={line.seq}>
                    <td style={{ whiteSpace: 'nowrap' }}>
                      <At time={line.at} />
                    </td>
                    <td>{line.actor}</td>
                    <td>{words(line.what)}</td>
                    <td className="mono">
                      <Breakable text={line.subject} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Loaded>
    </section>
  );
}
