import type { PlaybookView } from '@cordon/contract';
import { type Playbook, type Problem, parsePlaybook } from '@cordon/core';
import { useId, useMemo, useState } from 'react';
import { useMayAdminister } from '../../session.ts';
import { DryRunPanel } from './dry-run-panel.tsx';
import { SavePlaybook } from './save-playbook.tsx';
import { StepTree } from './step-tree.tsx';
import { VersionList } from './version-list.tsx';

/**
 * The text of a playbook and, in step with it, its picture and what is wrong with it. A draft is tried
 * on what was, and put in force by an administrator, with the reason.
 */
export function PlaybookEditor({ playbook }: { readonly playbook: PlaybookView }) {
  const id = useId();
  const mayAdminister = useMayAdminister();
  const [text, setText] = useState(playbook.text);
  const parsed = useMemo(
    () => parsePlaybook(text, `${playbook.id}/playbook.yml`),
    [text, playbook.id],
  );
  const [shown, setShown] = useState<Playbook | undefined>(parsed.playbook);
  if (parsed.playbook && parsed.playbook !== shown) setShown(parsed.playbook);
  return (
    <section className="panel playbook-editor" aria-label={playbook.title}>
      <div className="panel-head">
        <h2>{playbook.title}</h2>
        <span className="muted small mono">
          {playbook.id} v{playbook.version}
        </span>
      </div>
      {playbook.description ? <p>{playbook.description}</p> : null}
      <div className="playbook-sides">
        <div>
          {shown ? <StepTree playbook={shown} /> : null}
          {parsed.playbook ? null : (
            <p className="muted small">The picture shows the last text that could be read.</p>
          )}
        </div>
        <div>
          <label htmlFor={id}>Text</label>
          <textarea
            id={id}
            className="input mono playbook-text"
            spellCheck={false}
            value={text}
            aria-describedby={`${id}-problems`}
            onChange={(event) => setText(event.target.value)}
          />
          <div id={`${id}-problems`} aria-live="polite">
            <Problems problems={parsed.problems} />
          </div>
          {text === playbook.text ? null : (
            <div className="row">
              {mayAdminister && parsed.playbook?.id === playbook.id ? (
                <SavePlaybook playbook={playbook} text={text} />
              ) : null}
              <button type="button" className="button" onClick={() => setText(playbook.text)}>
                Back to what is in force
              </button>
            </div>
          )}
          <VersionList playbook={playbook} text={text} onTake={setText} />
        </div>
      </div>
      {parsed.playbook ? <DryRunPanel text={text} playbook={parsed.playbook} /> : null}
    </section>
  );
}

function Problems({ problems }: { readonly problems: readonly Problem[] }) {
  if (problems.length === 0) return <p className="small">Nothing is wrong.</p>;
  return (
    <ul className="playbook-problems">
      {problems.map((problem) => (
        <li key={`${problem.at?.line}:${problem.at?.column}:${problem.detail}`}>
          {problem.at?.line ? (
            <span className="mono small">
              {problem.at.line}:{problem.at.column}{' '}
            </span>
          ) : null}
          {problem.detail}
        </li>
      ))}
    </ul>
  );
}
