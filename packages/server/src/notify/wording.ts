import type { LetterItem } from '@cordon/core';
import type { HandOver } from './channel.ts';

/*
 * A letter as plain text, for channels that have no form of their own. Everything in a letter is of
 * others: channels that have markup escape it.
 */

const MOST_SHORT = 300;

/** Said once, at the top, where a channel cannot tell by the key. */
export const repeatNote = ({ isRepeat }: HandOver): readonly string[] =>
  isRepeat ? ['You may have had this already: Cordon was restarted while it was being sent.'] : [];

/** One matter: what, facts, why this person, where. */
export const itemLines = (item: LetterItem, handOver: HandOver): readonly string[] => [
  `${item.priority}  ${item.title}`,
  ...item.lines.map((line) => `- ${line}`),
  `Why you got this: ${item.why.join(' ')}`,
  `Look: ${handOver.link(item.path)}`,
];

export const leftOutLine = ({ letter }: HandOver): readonly string[] =>
  letter.leftOut > 0 ? [`And ${letter.leftOut} more; they are on the page On-call.`] : [];

/** The whole letter. */
export function toText(handOver: HandOver): string {
  const { letter } = handOver;
  return [
    ...repeatNote(handOver),
    ...letter.items.flatMap((item) => [...itemLines(item, handOver), '']),
    ...leftOutLine(handOver),
    `Answer (I have it, or pass it on): ${handOver.answerUrl}`,
  ].join('\n');
}

/** One short text with the link, as for a phone. */
export function toShortText({ letter, answerUrl, isRepeat }: HandOver): string {
  const text = `${isRepeat ? '(again) ' : ''}${letter.subject}`;
  const shown = [...text];
  const cut = shown.length > MOST_SHORT ? `${shown.slice(0, MOST_SHORT - 1).join('')}…` : text;
  return `${cut} ${answerUrl}`;
}
