import type { EpochMs } from '../shared/time.ts';

/*
 * The room of an incident is a journal: a line for everything that people (and Cordon) do in it. Lines
 * are only ever appended; what stands in a room is a fold over them (`foldRoom`). An edit is a further
 * line, and so is taking something back, so that nothing is lost and everything can be undone (ADR 35).
 */

/** What somebody is in an incident; `contact` speaks for a department. */
export type RoomRole = 'lead' | 'communications' | 'scribe' | 'contact';

/** For whom an update is written. */
export const AUDIENCES = ['technical', 'executive', 'legal', 'customer'] as const;
export type Audience = (typeof AUDIENCES)[number];

/** What a guest may do besides looking. */
export type GuestRight = 'look' | 'comment';

/** What the affected person says: it was them, or it was not. */
export type OwnAnswer = 'confirmed' | 'denied';

/** Something that is mailed to people; each gets one mail, and each hand-over is a line of its own. */
export interface Mailing {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
}

/** What a line says. Numbers name other lines of the same room. */
export type RoomAct =
  | {
      readonly what: 'task_added';
      readonly text: string;
      readonly owner?: string;
      readonly dueAt?: EpochMs;
      /** It follows from the review and is to keep the incident from happening again. */
      readonly isCorrective?: boolean;
    }
  | {
      /** What is left out stays; an empty owner and a due time of 0 take it away. */
      readonly what: 'task_changed';
      readonly task: number;
      readonly text?: string;
      readonly owner?: string;
      readonly dueAt?: EpochMs;
    }
  | { readonly what: 'task_done'; readonly task: number }
  | {
      readonly what: 'commented';
      readonly text: string;
      /** People of the roster who are told of it. */
      readonly mentions: readonly string[];
      /** The guest who wrote it. */
      readonly guest?: number;
    }
  | { readonly what: 'comment_changed'; readonly comment: number; readonly text: string }
  | {
      readonly what: 'role_given';
      readonly role: RoomRole;
      readonly person: string;
      readonly department?: string;
    }
  | {
      readonly what: 'decided';
      readonly text: string;
      readonly why: string;
      /** How it can be reversed, or that it cannot. */
      readonly reversing: string;
    }
  | {
      readonly what: 'evidence_added';
      readonly name: string;
      /** Of the bytes, 64 hexadecimal digits. */
      readonly sha256: string;
      readonly sizeBytes: number;
      readonly note: string;
      /** Of the records it is a copy of. */
      readonly offsets?: readonly number[];
    }
  | { readonly what: 'evidence_seen'; readonly evidence: number; readonly isIntact: boolean }
  | ({ readonly what: 'update_sent'; readonly audience: Audience } & Mailing)
  | ({
      readonly what: 'person_asked';
      /** The account it is about. */
      readonly account: string;
      readonly expiresAt: EpochMs;
    } & Mailing)
  | {
      readonly what: 'person_answered';
      readonly question: number;
      readonly answer: OwnAnswer;
      /** What it adds to the score of the incident, in nats: the exact share at that time. */
      readonly share: number;
    }
  | {
      readonly what: 'mail_tried';
      readonly mailing: number;
      readonly to: string;
      readonly isTaken: boolean;
      /** No further try follows. */
      readonly isLast: boolean;
      /** What the channel said. */
      readonly said: string;
    }
  | {
      readonly what: 'guest_invited';
      readonly name: string;
      readonly right: GuestRight;
      readonly expiresAt: EpochMs;
    }
  | { readonly what: 'guest_looked'; readonly guest: number }
  | { readonly what: 'factor_added'; readonly text: string; readonly evidence: readonly number[] }
  | {
      /** An answer to "why?": of the incident, or of the cause above it. */
      readonly what: 'cause_added';
      readonly text: string;
      readonly under?: number;
      readonly evidence: readonly number[];
    }
  | { readonly what: 'target_missed'; readonly target: string; readonly dueAt: EpochMs }
  | { readonly what: 'handed_over'; readonly to: string; readonly text: string }
  | { readonly what: 'taken_back'; readonly line: number };

/** One line of a room; numbers count from 1 without holes. */
export interface RoomLine<A extends RoomAct = RoomAct> {
  readonly number: number;
  readonly at: EpochMs;
  readonly by: string;
  readonly act: A;
}

/** The acts with that name. */
export type ActOf<W extends RoomAct['what']> = Extract<RoomAct, { readonly what: W }>;

/** Lines that say what happened in the world: nobody can take those back. */
const FACTS: ReadonlySet<RoomAct['what']> = new Set([
  'evidence_seen',
  'update_sent',
  'person_answered',
  'mail_tried',
  'guest_looked',
  'target_missed',
  'handed_over',
]);

export const isFact = ({ act }: RoomLine): boolean => FACTS.has(act.what);

/** The lines that count: each that no line which itself counts has taken back. */
export function standingLines(lines: readonly RoomLine[]): readonly RoomLine[] {
  const gone = new Set<number>();
  for (const { number, act } of lines.toReversed())
    if (act.what === 'taken_back' && act.line < number && !gone.has(number)) gone.add(act.line);
  return lines.filter(({ number }) => !gone.has(number));
}
