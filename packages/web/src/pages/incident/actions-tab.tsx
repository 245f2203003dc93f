import type { ActionView, RunView } from '@cordon/contract';
import { ActionCard } from '../../action-card.tsx';
import { words } from '../../parts/format.ts';
import { At } from '../../parts/marks.tsx';
import { Empty } from '../../parts/states.tsx';

const RUN_TONES: Readonly<Record<string, string>> = {
  running: 'on',
  waiting: 'warn',
  succeeded: 'ok',
  failed: 'bad',
};

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
          <p>
            A playbook plans actions when its trigger fits; nothing is done blindly. A playbook can
            also be run by hand: press <kbd>r</kbd>.
          </p>
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
            <span className={`pill ${RUN_TONES[run.status] ?? ''}`}>{words(run.status)}</span>
          </header>
          <div className="body stack tight">
            <p className="muted">{run.why}</p>
            <ol className="journal">
              {run.log.map((line) => (
                <li key={line.at + line.step_id + line.outcome}>
                  <At time={line.at} />
                  <span className="muted">{words(line.outcome)}</span>
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
