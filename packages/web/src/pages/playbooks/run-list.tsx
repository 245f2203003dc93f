import type { RunView } from '@cordon/contract';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { problemOf } from '../../api.ts';
import { words } from '../../parts/format.ts';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { Empty, Loading, ProblemBox } from '../../parts/states.tsx';
import { More } from '../../parts/toggles.tsx';
import { runActs, useRuns } from './playbooks.data.ts';

/** Runs, newest first, with their questions to people. */
export function RunList() {
  const query = useRuns();
  const runs = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <section className="panel" aria-label="Runs">
      <h2>Runs</h2>
      {query.isError && !query.data ? (
        <ProblemBox problem={problemOf(query.error)} onRetry={() => void query.refetch()} />
      ) : null}
      {query.isPending ? <Loading what="the runs" /> : null}
      {query.isSuccess && runs.length === 0 ? <Empty title="No playbook has run yet" /> : null}
      <ul className="runs">
        {runs.map((run) => (
          <RunItem key={run.id} run={run} />
        ))}
      </ul>
      <More query={query} />
    </section>
  );
}

type Reply = { readonly stepId: string; readonly approved: boolean };

function RunItem({ run }: { readonly run: RunView }) {
  const [reply, setReply] = useState<Reply>();
  const latest = new Map(run.log.map((line) => [line.step_id, line]));
  const questions = [...latest.values()].filter(({ is_question }) => is_question === true);
  const isOver = ['succeeded', 'failed', 'cancelled'].includes(run.status);
  const failed = isOver ? run.log.find(({ outcome }) => outcome === 'failed') : undefined;
  return (
    <li className="run">
      <div className="run-head">
        <strong>{run.playbook_id}</strong>
        <span className="tag">{words(run.status)}</span>
        <Link to="/incidents/$id" params={{ id: run.incident_id }} className="small">
          Its incident
        </Link>
      </div>
      <p className="muted small">{run.why}</p>
      {questions.map((question) => (
        <div key={question.step_id} className="run-question">
          <p>{question.text}</p>
          <button
            type="button"
            className="button"
            onClick={() => setReply({ stepId: question.step_id, approved: true })}
          >
            Yes
          </button>{' '}
          <button
            type="button"
            className="button"
            onClick={() => setReply({ stepId: question.step_id, approved: false })}
          >
            No
          </button>
        </div>
      ))}
      <details>
        <summary className="small">{run.log.length} lines</summary>
        <ol className="run-log small">
          {run.log.map((line) => (
            <li key={`${line.at} ${line.step_id} ${line.outcome}`}>
              <span className="mono">{line.step_id}</span> {words(line.outcome)}: {line.text}
            </li>
          ))}
        </ol>
      </details>
      {failed?.step_id ? (
        <button
          type="button"
          className="button"
          onClick={() => void runActs.repeat(run.id, failed.step_id)}
        >
          Once more from {failed.step_id}
        </button>
      ) : null}
      {reply ? (
        <ReasonDialog
          title={reply.approved ? 'Answer yes' : 'Answer no'}
          verb={reply.approved ? 'Yes' : 'No'}
          onSubmit={(reason: string) =>
            runActs.answer(run.id, { step_id: reply.stepId, approved: reply.approved, reason })
          }
          onClose={() => setReply(undefined)}
        />
      ) : null}
    </li>
  );
}
