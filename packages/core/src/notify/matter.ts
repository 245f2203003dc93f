import { type IncidentId, idOf, type MatterId, type NotificationId } from '../shared/id.ts';
import type { EpochMs } from '../shared/time.ts';
import type { PriorityLevel } from '../triage/priority.ts';
import type { Contact, Urgency } from './roster.ts';

/**
 * What people are told of. `test` is somebody's own "send me a test"; `mention` names one person in the
 * room of an incident; `target`: something was not done in its time.
 */
export type MatterKind =
  | 'incident'
  | 'approval'
  | 'question'
  | 'action'
  | 'alarm'
  | 'target'
  | 'mention'
  | 'test';

/** Something people must be told of, as it is now; its key stays the same while it is the same thing. */
export interface Need {
  readonly key: string;
  readonly kind: MatterKind;
  readonly priority: PriorityLevel;
  /** One line, `INC-42 Ransomware on fs-01`. */
  readonly title: string;
  /** Facts in sentences. */
  readonly lines: readonly string[];
  /** The page of the console, `/incidents/inc_…`. */
  readonly path: string;
  readonly incidentId?: IncidentId;
  /** Rules behind it. */
  readonly ruleIds: readonly string[];
  /** Machines, accounts and addresses in it: what teams look after. */
  readonly subjects: readonly string[];
  /** The team it is for, whatever its subjects are. */
  readonly teamId?: string;
  /** People who may decide it; told instead of others on call who may not. */
  readonly deciders?: readonly string[];
  /** The account that has taken the thing itself. */
  readonly holder?: string;
  /** The only person it is for, by the only channel where one is named. */
  readonly only?: { readonly personId: string; readonly channelId?: string };
}

/**
 * `open`: somebody must answer; `step` is the one that was told last, -1 before the first.
 * `told`: nobody has to answer. `unanswered`: the chain came to its end, an alarm stands.
 */
export type MatterState =
  | {
      readonly status: 'open';
      readonly step: number;
      readonly round: number;
      readonly nextAt: EpochMs;
    }
  | { readonly status: 'told' }
  | { readonly status: 'unanswered'; readonly at: EpochMs; readonly why: string }
  | {
      readonly status: 'acknowledged';
      readonly at: EpochMs;
      readonly by: string;
      readonly via: AnswerVia;
    }
  | {
      readonly status: 'over';
      readonly at: EpochMs;
      readonly why: string;
      /** Who had it before it ended. */
      readonly by?: string;
    };

/** How somebody answered: the link of a notification, the console, or by acting on the thing itself. */
export type AnswerVia = 'link' | 'console' | 'act';

/** Something people were, are or will be told of, with how far that is. */
export interface Matter {
  readonly id: MatterId;
  readonly need: Need;
  readonly team: { readonly id: string; readonly why: string };
  readonly state: MatterState;
  /** Grows when it must be told anew: it rose, or came back. */
  readonly wave: number;
  /** When it began to stand, each time; the last few. */
  readonly openings: readonly EpochMs[];
  /** When telling of it last began. */
  readonly toldAt?: EpochMs;
  readonly openedAt: EpochMs;
  readonly revision: number;
}

/** How one person answered, or did not. */
export interface ItemAnswer {
  readonly kind: 'acknowledged' | 'escalated' | 'expired';
  readonly at: EpochMs;
}

/** One matter in a notification. */
export interface NotificationItem {
  readonly matterId: MatterId;
  readonly priority: PriorityLevel;
  /** Somebody's own test: counts against no budget. */
  readonly isTest?: boolean;
  /** Why this person gets it, in sentences. */
  readonly why: readonly string[];
  readonly answer?: ItemAnswer;
}

/** One try to hand it to a channel. */
export interface Attempt {
  readonly at: EpochMs;
  readonly channelId: string;
  readonly isTaken: boolean;
  /** What the channel said. */
  readonly text: string;
  /** May the channel take it another time? */
  readonly isRetryable?: boolean;
}

/**
 * `sending`: it is about to be handed to the channel; found after a crash, it is handed over again
 * under the same key. `delivered`: the channel has taken it. `failed`: no channel would.
 */
export type NotificationState =
  | { readonly status: 'planned'; readonly nextAt: EpochMs }
  | { readonly status: 'sending'; readonly at: EpochMs; readonly channelId: string }
  | { readonly status: 'delivered'; readonly at: EpochMs; readonly channelId: string }
  | { readonly status: 'failed'; readonly at: EpochMs }
  | { readonly status: 'withdrawn'; readonly at: EpochMs };

/** What one person is sent, about one or more matters, with everything that became of it. */
export interface Notification {
  readonly id: NotificationId;
  readonly personId: string;
  readonly urgency: Urgency;
  readonly items: readonly NotificationItem[];
  readonly contacts: readonly Contact[];
  readonly state: NotificationState;
  readonly attempts: readonly Attempt[];
  readonly plannedAt: EpochMs;
  readonly revision: number;
}

/** What a decision changed; saved in one transaction. */
export interface NotifyChange {
  readonly matters: readonly Matter[];
  readonly notifications: readonly Notification[];
}

export const NOTHING_CHANGED: NotifyChange = { matters: [], notifications: [] };

/** The id of the matter with that key. */
export const matterIdOf = (key: string): MatterId => idOf('mat', [key]);

/** When the matter is to be looked at though nothing happened. */
export const matterDueAt = ({ state }: Matter): EpochMs | undefined =>
  state.status === 'open' ? state.nextAt : undefined;

/** When the notification is to be handed over. */
export const notificationDueAt = ({ state }: Notification): EpochMs | undefined =>
  state.status === 'planned' ? state.nextAt : state.status === 'sending' ? state.at : undefined;

/** Is it for one person's eyes, so that nobody has to answer and nothing escalates? */
export const isPersonal = ({ kind }: Need): boolean => kind === 'test' || kind === 'mention';

/** Does it still have to be told or answered? */
export const isStanding = ({ state }: Matter): boolean => state.status !== 'over';
