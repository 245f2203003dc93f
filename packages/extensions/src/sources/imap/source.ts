import { defineSource } from '@cordon/kit';
import { ImapConfig } from './config.ts';
import { followMailbox } from './follow.ts';

/** Mails of a mailbox for abuse and phishing reports, each one record: what it says, links and attachments to. */
export const imap = defineSource({
  id: 'imap',
  title: 'IMAP mailbox',
  config: ImapConfig,
  run: followMailbox,
});
