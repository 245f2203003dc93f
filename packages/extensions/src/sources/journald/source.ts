import { defineSource } from '@cordon/kit';
import { JournaldConfig } from './config.ts';
import { followJournal } from './follow.ts';

/**
 * Entries of the systemd journal as `journalctl -o json` gives them, one record each. Goes on after a
 * restart at the entry where it stopped.
 */
export const journald = defineSource({
  id: 'journald',
  title: 'systemd journal',
  config: JournaldConfig,
  run: followJournal,
});
