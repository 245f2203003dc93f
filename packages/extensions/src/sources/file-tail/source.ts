import { defineSource } from '@cordon/kit';
import { FileTailConfig } from './config.ts';
import { followFiles } from './follow.ts';

/** Lines of growing files: rotation by rename and by copy-and-truncate, and restarts, lose nothing. */
export const fileTail = defineSource({
  id: 'file-tail',
  title: 'Follow log files',
  config: FileTailConfig,
  run: (context) => followFiles({ context, pollMs: context.config.pollMs, isOnce: false }),
});
