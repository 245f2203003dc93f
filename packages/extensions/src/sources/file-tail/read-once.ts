import { defineSource } from '@cordon/kit';
import { FileConfig } from './config.ts';
import { followFiles } from './follow.ts';

const RETRY_MS = 2_000;

/** Files that are read once, to their end; a restart goes on where it stopped. */
export const file = defineSource({
  id: 'file',
  title: 'Read log files once',
  config: FileConfig,
  run: (context) => followFiles({ context, pollMs: RETRY_MS, isOnce: true }),
});
