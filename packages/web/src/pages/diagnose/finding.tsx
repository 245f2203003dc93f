import type { DiagnosisView } from '@cordon/contract';
import { ActionCard } from '../../action-card.tsx';
import { Snippet } from '../../parts/copy.tsx';
import { words } from '../../parts/format.ts';
import { Loaded, ProblemBox } from '../../parts/states.tsx';
import { useAction } from './diagnose.data.ts';
import { writeTarget } from './diagnose-search.ts';

type Fault = DiagnosisView['faults'][number];

const HEADS: Readonly<Record<NonNullable<DiagnosisView['outcome']>, string>> = {
  healthy: 'It works',
  cause: 'The cause was found',
  candidates: 'One of these, the likeliest first',
  undecided: 'What would tell could not be asked',
};

/** What the walk ended with: the cause or the few that remain, the fix, the command that confirms it. */
export function Finding({ diagnosis }: { readonly diagnosis: DiagnosisView }) {
  const { outcome, faults, passed, problem, target } = diagnosis;
  return (
    <section className="stack" aria-labelledby="finding-title" aria-live="polite">
      <div className="panel">
        <header>
          <h2 id="finding-title">{outcome ? HEADS[outcome] : 'Not known yet'}</h2>
          <span className="muted small mono">{writeTarget(target)}</span>
        </header>
        <div className="body stack">
          {problem ? <ProblemBox problem={problem} /> : null}
          {faults.map((fault) => (
            <FaultView key={fault.cause} fault={fault} />
          ))}
          <Passed passed={passed} />
        </div>
      </div>
      {faults.flatMap(({ action_id }) =>
        action_id ? [<OwnAction key={action_id} id={action_id} />] : [],
      )}
    </section>
  );
}

function FaultView({ fault }: { readonly fault: Fault }) {
  return (
    <article className="stack fault">
      <div>
        <h3 className="bad">{fault.title}</h3>
        <span className="muted small">
          {words(fault.layer.replaceAll('-', ' '))} · <code>{fault.cause}</code>
        </span>
      </div>
      <ul className="why stack tight">
        {fault.evidence.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <dl className="defs">
        <dt>Fix</dt>
        <dd>{fault.fix}</dd>
        <dt>Confirm</dt>
        <dd>
          <Snippet text={fault.confirm} label="the command that confirms it" />
        </dd>
      </dl>
    </article>
  );
}

function Passed({ passed }: { readonly passed: DiagnosisView['passed'] }) {
  if (passed.length === 0) return null;
  return (
    <div>
      <h3>Known to be well</h3>
      <ul>
        {passed.map(({ layer, text }) => (
          <li key={layer + text}>
            <span className="ok" aria-hidden="true">
              ✓
            </span>{' '}
            {text}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The action of ours that is the cause, with its undo. */
function OwnAction({ id }: { readonly id: string }) {
  const action = useAction(id);
  return (
    <Loaded query={action} what="our own action">
      {(view) => <ActionCard action={view} hasLink />}
    </Loaded>
  );
}
