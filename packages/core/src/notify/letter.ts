import type { MatterId } from '../shared/id.ts';
import type { Matter, Notification } from './matter.ts';
import type { Urgency } from './roster.ts';

/** One matter as a person reads it. */
export interface LetterItem {
  readonly matterId: MatterId;
  readonly title: string;
  readonly priority: string;
  readonly lines: readonly string[];
  readonly why: readonly string[];
  /** Its page in the console, without the host. */
  readonly path: string;
}

/** What a person is sent, before a channel gives it its form. Plain text throughout. */
export interface Letter {
  readonly urgency: Urgency;
  readonly subject: string;
  readonly items: readonly LetterItem[];
  /** Matters that are not told one by one. */
  readonly leftOut: number;
}

const MOST_ITEMS = 10;
const MOST_LINES = 6;
const MOST_CHARS = 400;

/** Text of others on one line of its own, not endless. Line breaks in a title would be headers elsewhere. */
export function tidy(text: string, most: number = MOST_CHARS): string {
  const flat = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  const shown = [...flat];
  return shown.length > most ? `${shown.slice(0, most - 1).join('')}…` : flat;
}

/** The matters that still need telling, the most urgent first. */
export function toLetter(notification: Notification, matters: readonly Matter[]): Letter {
  const open = notification.items.filter(({ answer }) => answer === undefined);
  const items = open
    .flatMap(({ matterId, why }): readonly LetterItem[] => {
      const matter = matters.find(({ id }) => id === matterId);
      return matter ? [toItem(matter, why)] : [];
    })
    .toSorted((a, b) => (a.priority < b.priority ? -1 : a.priority > b.priority ? 1 : 0));
  const shown = items.slice(0, MOST_ITEMS);
  return {
    urgency: notification.urgency,
    subject: subjectOf(notification.urgency, items),
    items: shown,
    leftOut: items.length - shown.length,
  };
}

const toItem = ({ id, need }: Matter, why: readonly string[]): LetterItem => ({
  matterId: id,
  title: tidy(need.title, 160),
  priority: need.priority,
  lines: need.lines.slice(0, MOST_LINES).map((line) => tidy(line)),
  why: why.map((line) => tidy(line)),
  path: need.path,
});

function subjectOf(urgency: Urgency, items: readonly LetterItem[]): string {
  const [first] = items;
  if (first === undefined) return 'Cordon: nothing is left to be told';
  if (urgency === 'digest')
    return `Cordon: ${items.length} ${items.length === 1 ? 'thing waits' : 'things wait'} for you`;
  const more = items.length > 1 ? ` and ${items.length - 1} more` : '';
  return `[${first.priority}] ${first.title}${more}`;
}
