import { DAY_MS, type EntityRef, type EpochMs, type GuardDecision, toEpochMs } from '@cordon/core';
import type { EventQuery } from '../store/event-query.ts';
import type { EventStore } from '../store/ports.ts';

const AUTHENTICATION = 3002;
const SUCCESS = 1;
const MOST_LOGONS = 500;
const MOST_USERS = 20;

type EventReader = Pick<EventStore, 'count' | 'find'>;

function toFilter(target: EntityRef): Pick<EventQuery, 'ip' | 'host' | 'user'> | undefined {
  if (target.kind === 'ip') return { ip: target.id };
  if (target.kind === 'host') return { host: target.id };
  return target.kind === 'user' ? { user: target.id } : undefined;
}

/** Whom an action on this target would have hit in the last 24 hours, by the stored events. */
export async function measureBlast(
  events: EventReader | undefined,
  target: EntityRef,
  now: EpochMs,
): Promise<GuardDecision['blast'] | { readonly unknown: string }> {
  const filter = toFilter(target);
  if (!events || !filter)
    return {
      unknown: `Whom this would hit is not known: there are no events about a ${target.kind}.`,
    };
  const window = { ...filter, fromAt: toEpochMs(now - DAY_MS), toAt: now };
  try {
    const requests = await events.count(window);
    const logons = await events.find({
      ...window,
      classUid: AUTHENTICATION,
      statusId: SUCCESS,
      limit: MOST_LOGONS,
    });
    const names = logons
      .map((event) => event.user?.name ?? event.actor?.user?.name)
      .filter((name) => name !== undefined);
    const users = [...new Set(names)].slice(0, MOST_USERS);
    const who = users.length > 0 ? ` (${users.slice(0, 5).join(', ')})` : '';
    const text = `In the last 24 hours ${target.id} made ${requests} events, ${logons.length} successful logons by ${users.length} accounts${who}.`;
    return { requests, successfulLogons: logons.length, users, text };
  } catch {
    return { unknown: 'Whom this would hit is not known: the event store could not be read.' };
  }
}
