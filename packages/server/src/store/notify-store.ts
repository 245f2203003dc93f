/*
 * What people are told of, as it is kept: matters with their escalation, and notifications, which are
 * the outbox. Both are written with the place in the change feed that led to them, in one transaction.
 */
import type {
  EpochMs,
  IncidentId,
  Matter,
  MatterId,
  Notification,
  NotificationId,
} from '@cordon/core';
import type { NewAuditEntry } from './audit-chain.ts';
import type { Page, PageQuery } from './lists.ts';
import { refusal } from './store-error.ts';

export interface MatterQuery extends PageQuery {
  readonly status?: readonly Matter['state']['status'][];
  readonly kind?: readonly Matter['need']['kind'][];
  readonly incidentId?: IncidentId;
}

/** Everything one decision of the notifier led to. */
export interface NotifyCommit {
  readonly matters: readonly Matter[];
  readonly notifications: readonly Notification[];
  /** Changes up to this one are dealt with. */
  readonly cursor?: number;
  readonly audit?: readonly NewAuditEntry[];
}

/** The books of the notifier. */
export interface NotifyStore {
  /**
   * All or nothing. A matter or notification that is not exactly one revision on from what is stored
   * is refused with `stale_revision`; a new one has revision 0.
   */
  saveNotify(commit: NotifyCommit): Promise<void>;
  /** How far the change feed is dealt with; undefined before the first time. */
  notifyCursor(): Promise<number | undefined>;
  getMatter(id: MatterId): Promise<Matter | undefined>;
  /** Newest first. */
  listMatters(query: MatterQuery): Promise<Page<Matter>>;
  getNotification(id: NotificationId): Promise<Notification | undefined>;
  /** Everything anybody was sent about the matter, oldest first. */
  notificationsOf(matterId: MatterId): Promise<readonly Notification[]>;
  /** Newest first. */
  listNotifications(
    query: PageQuery & { readonly personId?: string; readonly since?: EpochMs },
  ): Promise<Page<Notification>>;
  /** Those not yet handed over, and those planned after that time; oldest first. */
  sentSince(at: EpochMs): Promise<readonly Notification[]>;
  dueMatters(now: EpochMs, limit: number): Promise<readonly Matter[]>;
  dueNotifications(now: EpochMs, limit: number): Promise<readonly Notification[]>;
  /** The earliest time at which something is due. */
  nextNotifyAt(): Promise<EpochMs | undefined>;
}

/** Refuses what is not exactly one revision on. */
export function checkNotifyRevision(
  thing: { readonly id: string; readonly revision: number },
  stored: number | undefined,
): void {
  if (thing.revision === (stored ?? -1) + 1) return;
  throw refusal(
    'stale_revision',
    `${thing.id} is stored with revision ${stored ?? 'none'}; the change carries revision ${thing.revision}.`,
  );
}
