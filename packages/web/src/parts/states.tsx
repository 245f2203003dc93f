import type { ProblemView } from '@cordon/contract';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { problemOf } from '../api.ts';

/** What went wrong, what to do, and the code to look up. */
export function ProblemBox({
  problem,
  onRetry,
}: {
  readonly problem: Pick<ProblemView, 'code' | 'detail' | 'hint'>;
  readonly onRetry?: (() => void) | undefined;
}) {
  return (
    <div className="problem" role="alert">
      <div className="title">
        <span className="bad" aria-hidden="true">
          ✕
        </span>
        <span className="grow">{problem.detail}</span>
      </div>
      {problem.hint ? <p>{problem.hint}</p> : null}
      <div className="row">
        <code className="grow muted">{problem.code}</code>
        {onRetry ? (
          <button type="button" className="button" onClick={onRetry}>
            Try again
          </button>
        ) : null}
      </div>
    </div>
  );
}

export function ErrorBox({ error }: { readonly error: unknown }) {
  return error ? <ProblemBox problem={problemOf(error)} /> : null;
}

export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ReactNode;
}) {
  return (
    <div className="empty">
      <strong>{title}</strong>
      {children}
    </div>
  );
}

export function Loading({ what }: { readonly what: string }) {
  return (
    <div className="stack" role="status" style={{ padding: '18px 14px' }}>
      <span className="sr">Loading {what}</span>
      {[72, 90, 60, 80].map((width) => (
        <div key={width} className="skeleton" style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}

/** A query in its three states. */
export function Loaded<T>({
  query,
  what,
  children,
}: {
  readonly query: UseQueryResult<T>;
  readonly what: string;
  readonly children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) {
    return <ProblemBox problem={problemOf(query.error)} onRetry={() => void query.refetch()} />;
  }
  return <Loading what={what} />;
}
