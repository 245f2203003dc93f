import { type Incident, tidy, toUtc } from '@cordon/core';
import type { NewQuestion } from './ports.ts';

/** What the affected person is mailed: when, what is asked and why; nothing of the incident besides. */
export function toQuestionMail(
  incident: Incident,
  { account, note }: NewQuestion,
): { readonly subject: string; readonly text: string } {
  const name = tidy(account, 100);
  return {
    subject: `Was it you? Your account ${name}`,
    text: [
      `Your account ${name} was used between ${toUtc(incident.firstAt)} and ${toUtc(incident.lastAt)} in a way that we are looking into.`,
      ...(note === '' ? [] : [note]),
      'Were you the one who used it then? Please say so, whatever the answer is: if it was not you, we protect your account.',
      'We do not ask for a password, and the page behind the link asks for none.',
    ].join('\n\n'),
  };
}
