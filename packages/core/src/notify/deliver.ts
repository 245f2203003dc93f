import { type EpochMs, MINUTE_MS, SECOND_MS, toEpochMs } from '../shared/time.ts';
import type { Attempt, Notification } from './matter.ts';
import type { Contact } from './roster.ts';

/*
 * How a notification is handed over: channel after channel, the whole list again after a pause. Before
 * a channel is called that is written down (`sending`), so that after a crash the same hand-over is
 * made again under the same key and no channel that knows keys tells a person twice.
 */

/** Pauses before the second, third and fourth time through all channels. */
const PAUSES_MS: readonly number[] = [30 * SECOND_MS, 2 * MINUTE_MS, 10 * MINUTE_MS];
const MOST_ROUNDS = PAUSES_MS.length + 1;

/** The contact that is to be tried next; undefined when none would take it. */
export function nextContact({ contacts, attempts }: Notification): Contact | undefined {
  const refused = new Set(
    attempts.filter(({ isRetryable }) => isRetryable === false).map(({ channelId }) => channelId),
  );
  const left = contacts.filter(({ channelId }) => !refused.has(channelId));
  const triesOf = (contact: Contact): number =>
    attempts.filter(({ channelId }) => channelId === contact.channelId).length;
  const fewest = Math.min(...left.map(triesOf));
  return fewest >= MOST_ROUNDS ? undefined : left.find((one) => triesOf(one) === fewest);
}

/** Has every channel been tried once without one taking it? */
export const isUnreached = ({ contacts, attempts, state }: Notification): boolean =>
  state.status === 'failed' ||
  (state.status === 'planned' &&
    contacts.every(({ channelId }) => attempts.some((one) => one.channelId === channelId)));

const revise = (one: Notification, state: Notification['state']): Notification => ({
  ...one,
  state,
  revision: one.revision + 1,
});

/** It is about to be handed to that channel; `failed` when there is none. */
export function begin(one: Notification, now: EpochMs): Notification {
  const contact = nextContact(one);
  return revise(
    one,
    contact
      ? { status: 'sending', at: now, channelId: contact.channelId }
      : { status: 'failed', at: now },
  );
}

/** What the channel said. */
export function settle(one: Notification, attempt: Attempt): Notification {
  const tried = { ...one, attempts: [...one.attempts, attempt] };
  const { at, channelId } = attempt;
  if (attempt.isTaken) return revise(tried, { status: 'delivered', at, channelId });
  const next = nextContact(tried);
  if (next === undefined) return revise(tried, { status: 'failed', at });
  const round = tried.attempts.filter((other) => other.channelId === next.channelId).length;
  const pauseMs = round === 0 ? 0 : (PAUSES_MS[round - 1] ?? 0);
  // Within one time through the list the next channel is tried at once.
  const isSameRound =
    tried.attempts.filter((other) => other.channelId === channelId).length > round;
  const nextAt = toEpochMs(at + (isSameRound ? 0 : pauseMs));
  return revise(tried, { status: 'planned', nextAt });
}
