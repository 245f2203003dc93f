import { ApiError, type ChangeView, createClient, type HttpProblem } from '@cordon/contract';
import { QueryClient } from '@tanstack/react-query';

/** The typed client; the session cookie goes along. */
export const api = createClient({ baseUrl: '', fetch: (...args) => fetch(...args) });

/** The cache of everything read; a failed read is tried again only where the problem says that helps. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => count < 2 && problemOf(error).retryable,
    },
  },
});

/** The problem behind any error, so that every page can show detail, hint and code. */
export function problemOf(error: unknown): HttpProblem {
  if (error instanceof ApiError) return error.problem;
  return {
    type: 'urn:cordon:problem:bug',
    title: 'The console made a mistake.',
    status: 0,
    code: 'bug',
    detail: error instanceof Error ? error.message : String(error),
    hint: 'Reload the page; if it stays, report it.',
    retryable: false,
  };
}

/** Which cached answers a change makes stale. The queue is not among them: it offers a pill instead. */
export const STALE_BY_TOPIC: Readonly<Record<ChangeView['topic'], readonly string[]>> = {
  alert: ['overview', 'incident', 'alerts', 'alert'],
  incident: ['overview', 'incident'],
  action: ['overview', 'incident', 'actions'],
  run: ['overview', 'incident'],
  source: ['overview', 'sources', 'dead-letters', 'source-sample'],
  setting: ['overview', 'kill-switch', 'on-call'],
  rule: ['rules', 'rule'],
  notification: ['matters', 'on-call'],
  room: ['room'],
};
