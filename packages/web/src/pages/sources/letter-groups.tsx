import type { LetterGroupView, RetryResult } from '@cordon/contract';
import { useState } from 'react';
import { count, counted } from '../../parts/format.ts';
import { Ago } from '../../parts/marks.tsx';
import { Empty, ErrorBox, Loaded, ProblemBox } from '../../parts/states.tsx';
import { RecordLinks } from '../../record-drawer.tsx';
import { useMayAct, useMe } from '../../session.ts';
import { RecordMapping } from './record-mapping.tsx';
import { useContent, useLetterGroups, useReload, useRetry, useTrace } from './sources.data.ts';

type Retry = ReturnType<typeof useRetry>;

/** What no parser took or a stage failed on, by the form of the record; run again after a fix. */
export function LetterGroups() {
  const query = useLetterGroups();
  const retry = useRetry();
  const mayAct = useMayAct();
  const groups = query.data?.items ?? [];
  return (
    <section className="panel" aria-labelledby="letters-title">
      <header>
        <h2 id="letters-title">Set aside</h2>
        <span className="muted small">
          records no parser took or a stage failed on, by their form
        </span>
        {mayAct && groups.length > 0 ? (
          <button
            type="button"
            className="button"
            disabled={retry.isPending}
            onClick={() => retry.mutate({})}
          >
            {retry.isPending ? 'Trying again…' : 'Try all again'}
          </button>
        ) : null}
      </header>
      <ContentLine />
      <Outcome retry={retry} />
      <Loaded query={query} what="what was set aside">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="Nothing was set aside" />
          ) : (
            <ul className="letters">
              {items.map((group) => (
                <Group
                  key={group.source_id + group.shape}
                  group={group}
                  retry={mayAct ? retry : undefined}
                />
              ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  );
}

function Outcome({ retry }: { readonly retry: Retry }) {
  if (retry.error) return <ErrorBox error={retry.error} />;
  if (!retry.data) return null;
  return (
    <p className="body small" role="status">
      {sayRetried(retry.data)}
    </p>
  );
}

function sayRetried({ asked, parsed, skipped, unread, gone }: RetryResult): string {
  const parts = [
    `${count(parsed)} are parsed now`,
    ...(skipped > 0 ? [`${count(skipped)} skipped`] : []),
    `${count(unread)} as before`,
    ...(gone > 0 ? [`${count(gone)} past their retention`] : []),
  ];
  return `${counted(asked, 'record')} tried again: ${parts.join(', ')}. The books moved with them.`;
}

/** The content that is in force, and the button that reads it anew. */
function ContentLine() {
  const content = useContent().data;
  const reload = useReload();
  const isAdministrator = useMe().data?.role === 'administrator';
  if (!content) return null;
  return (
    <div className="body stack tight">
      <div className="row wrap small">
        <span className="muted grow">
          {counted(content.parsers, 'parser')} and {counted(content.rules, 'rule')} in force, read{' '}
          <Ago time={content.loaded_at} />
        </span>
        {isAdministrator ? (
          <button
            type="button"
            className="button"
            disabled={reload.isPending}
            onClick={() => reload.mutate()}
          >
            {reload.isPending ? 'Reading…' : 'Read parsers and rules anew'}
          </button>
        ) : null}
      </div>
      <ErrorBox error={reload.error} />
      {content.problems.map((problem) => (
        <ProblemBox
          key={problem.code + problem.detail + problem.at?.file}
          problem={{
            ...problem,
            detail: problem.at ? `${placeOf(problem.at)}: ${problem.detail}` : problem.detail,
          }}
        />
      ))}
    </div>
  );
}

const placeOf = (at: { readonly file: string; readonly line?: number; readonly column?: number }) =>
  [at.file, at.line, at.column].filter((part) => part !== undefined).join(':');

function Group({
  group,
  retry,
}: {
  readonly group: LetterGroupView;
  readonly retry: Retry | undefined;
}) {
  const { source_id, shape, newest } = group;
  const [isOpen, setOpen] = useState(false);
  const trace = useTrace(newest.offset, isOpen);
  return (
    <li>
      <div className="row">
        <span className="count">{count(group.count)}</span>
        <div className="grow stack tight">
          <code className="shape">{shape}</code>
          <div className="small">
            {newest.problem.detail} <code className="muted">{newest.problem.code}</code>
          </div>
          {newest.problem.hint ? <div className="muted small">→ {newest.problem.hint}</div> : null}
          <div className="muted small">
            {source_id}, newest <Ago time={newest.at} /> <RecordLinks offsets={[newest.offset]} />
          </div>
          {newest.text ? <pre className="muted small">{newest.text}</pre> : null}
        </div>
        <div className="stack tight">
          <button
            type="button"
            className="button"
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            Why?
          </button>
          {retry ? (
            <button
              type="button"
              className="button"
              disabled={retry.isPending}
              onClick={() => retry.mutate({ source_id, shape })}
            >
              Try again
            </button>
          ) : null}
        </div>
      </div>
      {isOpen ? (
        <Loaded query={trace} what="how it is read">
          {(one) => <RecordMapping trace={one} />}
        </Loaded>
      ) : null}
    </li>
  );
}
