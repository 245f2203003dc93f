/*
 * What others may ask of the notifier. The API sees this, never the parts behind it.
 */
import type {
  EpochMs,
  Matter,
  MatterId,
  Need,
  Notice,
  Notification,
  NotificationId,
  Override,
  Person,
  Result,
  Roster,
} from '@cordon/core';

import type { Channel } from './channel.ts';

/** A link that somebody opened: what it is about, and whether there is something to answer. */
export interface OpenedLink {
  readonly notification: Notification;
  readonly person: Person;
  readonly matters: readonly Matter[];
}

/** What a person says by a link. */
export type LinkAnswer = 'acknowledge' | 'pass_on';

export interface NewOverride {
  readonly scheduleId: string;
  readonly personId: string;
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** Whom people are told by, who is on call, and their answers. */
export interface OnCallDesk {
  readonly roster: Roster;
  /** Configured channels, by id. */
  readonly channels: readonly { readonly id: string; readonly kind: string }[];
  overrides(): Promise<readonly Override[]>;
  addOverride(override: NewOverride, actor: string): Promise<Result<Override>>;
  removeOverride(id: string, actor: string): Promise<Result<Override>>;
  /** Somebody at the console has it. */
  acknowledge(id: MatterId, actor: string): Promise<Result<Matter>>;
  /** Changes nothing: mail scanners open links. */
  open(token: string): Promise<OpenedLink | undefined>;
  answer(token: string, answer: LinkAnswer): Promise<OpenedLink | undefined>;
  /** Sends a test; resolves with the id of what was sent, whose state tells how it went. */
  test(
    given: { readonly personId: string; readonly channelId?: string | undefined },
    actor: string,
  ): Promise<Result<NotificationId>>;
  /** Tells people of something that another part found; the same again tells nothing again. */
  tell(need: Need): Promise<void>;
  /** That is over, if it was ever told. */
  tellOver(key: string, why: string): Promise<void>;
  /** Mails by the first channel that can; undefined where none can. */
  readonly mail: Channel['mail'];
  /** Matters that nobody answered, as alarms. */
  alarms(): readonly Notice[];
}
