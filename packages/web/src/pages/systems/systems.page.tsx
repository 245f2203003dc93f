import type { CheckState, CheckView, SystemView } from '@cordon/contract';
import { Link } from '@tanstack/react-router';
import { counted } from '../../parts/format.ts';
import { Ago, Breakable } from '../../parts/marks.tsx';
import { Empty, ErrorBox, Loaded } from '../../parts/states.tsx';
import { useMayAct } from '../../session.ts';
import { LatencyLine, say } from './latency-line.tsx';
import './systems.css';
import { useAskCheck, useSystems } from './systems.data.ts';

/** What is watched, the worst first: how it stands, what was seen, how long it took, why it fails. */
export function SystemsPage() {
  const systems = useSystems();
  return (
    <div className="page systems">
      <div className="page-head">
        <h1>Systems</h1>
        <span className="muted small">what is asked again and again, and how it stands</span>
      </div>
      <Loaded query={systems} what="the systems">
        {({ items }) =>
          items.length === 0 ? (
            <section className="panel">
              <Empty title="Nothing is watched yet">
                <span>
                  Name what should answer under <code>checks</code> in cordon.yml, such as{' '}
                  <code>target: https://shop.example/health</code>. A check that fails is diagnosed
                  and becomes an incident.
                </span>
              </Empty>
            </section>
          ) : (
            items.map((system) => <SystemPanel key={system.asset} system={system} />)
          )
        }
      </Loaded>
    </div>
  );
}

const STATES: Readonly<Record<CheckState, { readonly text: string; readonly tone: string }>> = {
  ok: { text: 'well', tone: 'ok' },
  warn: { text: 'warns', tone: 'warn' },
  fail: { text: 'fails', tone: 'bad' },
  unknown: { text: 'not known', tone: '' },
};

function StateMark({ state }: { readonly state: CheckState }) {
  return <span className={`pill ${STATES[state].tone}`}>{STATES[state].text}</span>;
}

function SystemPanel({ system }: { readonly system: SystemView }) {
  const { asset, state, checks } = system;
  const ask = useAskCheck();
  const mayAct = useMayAct();
  return (
    <section className="panel" aria-label={asset}>
      <header>
        <h2>
          <Breakable text={asset} />
        </h2>
        <span className="muted small">{counted(checks.length, 'check')}</span>
        <StateMark state={state} />
      </header>
      <ErrorBox error={ask.error} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="scroll-x" tabIndex={0} aria-label={`Checks of ${asset}`}>
        <table className="table stacked">
          <thead>
            <tr>
              <th>Check</th>
              <th>State</th>
              <th>Seen</th>
              <th>Answer time</th>
              <th className="num">
                <span className="sr">Acts</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {checks.map((check) => (
              <CheckRow
                key={check.id}
                check={check}
                mayAct={mayAct}
                isBusy={ask.isPending && ask.variables === check.id}
                onAsk={() => ask.mutate(check.id)}
              />
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

interface RowProps {
  readonly check: CheckView;
  readonly mayAct: boolean;
  readonly isBusy: boolean;
  readonly onAsk: () => void;
}

function CheckRow({ check, mayAct, isBusy, onAsk }: RowProps) {
  const last = check.readings.at(-1);
  return (
    <tr>
      <td>
        <div className="strong">{check.id}</div>
        <div className="muted small mono">
          <Breakable text={check.target} />
        </div>
        <div className="muted small">
          {check.kind}, every {check.every_s} s
        </div>
      </td>
      <td data-label="State">
        <StateMark state={check.state} />
        {check.since ? (
          <div className="muted small">
            <Ago time={check.since} />
          </div>
        ) : null}
        {check.is_flapping ? <div className="muted small">comes and goes</div> : null}
      </td>
      <td data-label="Seen">
        <div>{last?.text ?? 'Not asked yet.'}</div>
        <Why check={check} />
      </td>
      <td data-label="Answer time">
        <LatencyLine readings={check.readings} />
        {last?.ms === undefined ? null : <div className="muted small">{say(last.ms)}</div>}
      </td>
      <td className="num">
        {mayAct ? (
          <div className="acts">
            <button type="button" className="button" disabled={isBusy} onClick={onAsk}>
              {isBusy ? 'Asking…' : 'Ask now'}
            </button>
            {check.can_be_diagnosed ? (
              <Link className="button" to="/diagnose" search={{ to: check.target }}>
                Diagnose
              </Link>
            ) : null}
          </div>
        ) : null}
      </td>
    </tr>
  );
}

/** Why it fails, as far as the doctor got, or what it waits for. */
function Why({ check }: { readonly check: CheckView }) {
  const { diagnosis, blocked_by: blockedBy, state } = check;
  if (blockedBy !== undefined)
    return <div className="small">It waits for {blockedBy}, which fails itself.</div>;
  if (state !== 'fail' || diagnosis === undefined) return null;
  const [first, ...others] = diagnosis.causes;
  const text =
    diagnosis.status === 'running' ? 'The doctor is looking' : (first ?? 'No cause found');
  return (
    <div className="small">
      <Link to="/diagnose" search={{ to: check.target, id: diagnosis.id }}>
        {text}
      </Link>
      {others.length > 0 ? (
        <span className="muted">, or {counted(others.length, 'other')}</span>
      ) : null}
    </div>
  );
}
