import type { Run, RunLogEntry } from './run.ts';

const OVER: readonly Run['status'][] = ['succeeded', 'failed', 'cancelled'];

/** Does the line ask a question that somebody may still answer? Only a question says until when it may be. */
export const isOpenQuestion = ({ log, status }: Run, line: RunLogEntry): boolean =>
  line.outcome === 'waiting' &&
  typeof line.output === 'object' &&
  line.output !== null &&
  'expires_at' in line.output &&
  !OVER.includes(status) &&
  log.findLast(({ stepId }) => stepId === line.stepId) === line;
