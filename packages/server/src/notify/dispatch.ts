import {
  begin,
  type EpochMs,
  err,
  type Matter,
  missed,
  type Notification,
  type Problem,
  type Result,
  SECOND_MS,
  settle,
  toEpochMs,
  toLetter,
} from '@cordon/core';
import type { StateStore } from '../store/ports.ts';
import type { Channel, HandOver } from './channel.ts';
import { baseOf } from './channels/by-http.ts';
import type { AnswerLinks } from './links.ts';

/** Moments between a change of the world and its note in the books. */
export type NotifyCrashPoint = 'begun' | 'sent_unsaved' | 'settled';

export interface DispatchDeps {
  readonly store: StateStore;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly links: AnswerLinks;
  /** Where people reach this server. */
  readonly publicUrl: () => string;
  readonly linkMs: number;
  readonly now: () => EpochMs;
  /** The end of the process: what is under way then is sent again, under the same key, after the next start. */
  readonly signal: AbortSignal;
  /** Puts a change of the books in a row with all others. */
  readonly turn: <T>(work: () => Promise<T>) => Promise<T>;
  /** For tests: never resolves where the process is to die. */
  readonly crashPoint?: (name: NotifyCrashPoint) => Promise<void> | undefined;
}

const MOST_AT_ONCE = 8;
const ANSWER_MS = 15 * SECOND_MS;

type Sending = Notification & { readonly state: { readonly status: 'sending' } };
const isSending = (one: Notification): one is Sending => one.state.status === 'sending';

/** Hands notifications over to channels: written down before, and what came of it after. */
export class Dispatcher {
  readonly #deps: DispatchDeps;
  readonly #under = new Map<string, Promise<void>>();

  constructor(deps: DispatchDeps) {
    this.#deps = deps;
  }

  /**
   * Starts what is due and is not under way, the loudest first; resolves with the hand-overs that
   * are under way, none of which rejects.
   */
  async start(onDone: () => void, onFailed: (error: unknown) => void): Promise<void> {
    const { store, now } = this.#deps;
    const due = await store.dueNotifications(now(), MOST_AT_ONCE * 2);
    for (const { id } of due.filter((one) => !this.#under.has(one.id)).toSorted(byLoudness)) {
      if (this.#under.size >= MOST_AT_ONCE) return;
      const work = this.#handOver(id)
        .catch(onFailed)
        .finally(() => {
          this.#under.delete(id);
          onDone();
        });
      this.#under.set(id, work);
    }
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (this.#under.size > 0) await Promise.all(this.#under.values());
  }

  async #handOver(id: Notification['id']): Promise<void> {
    const { turn, crashPoint } = this.#deps;
    const begun = await turn(() => this.#begin(id));
    if (!begun) return;
    await crashPoint?.('begun');
    const said = await this.#send(begun);
    if (!said.ok && this.#deps.signal.aborted) return;
    await crashPoint?.('sent_unsaved');
    await turn(() => this.#settle(begun.one, said));
    await crashPoint?.('settled');
  }

  /** What is found as being sent was cut short by the end of the process: the same is sent again. */
  async #begin(id: Notification['id']): Promise<Begun | undefined> {
    const { store, now } = this.#deps;
    const found = await store.getNotification(id);
    if (!found || (found.state.status !== 'planned' && !isSending(found))) return undefined;
    const matters = await this.#mattersOf(found);
    if (isSending(found)) return { one: found, matters, isRepeat: true };
    if (found.state.status === 'planned' && found.state.nextAt > now()) return undefined;
    const one = begin(found, now());
    const lost = isSending(one) ? [] : await this.#findMissed(one, matters);
    await store.saveNotify({ matters: lost, notifications: [one] });
    return isSending(one) ? { one, matters, isRepeat: false } : undefined;
  }

  async #mattersOf({ items }: Notification): Promise<readonly Matter[]> {
    const found = await Promise.all(
      items.map(({ matterId }) => this.#deps.store.getMatter(matterId)),
    );
    return found.flatMap((matter) => matter ?? []);
  }

  async #send({ one, matters, isRepeat }: Begun): Promise<Result<string>> {
    const { channels, links, linkMs, publicUrl, now, signal } = this.#deps;
    const channel = channels.get(one.state.channelId);
    if (!channel) return err(notConfigured(one.state.channelId));
    const contact = one.contacts.find(({ channelId }) => channelId === channel.id);
    const base = baseOf(publicUrl());
    const expiresAt = toEpochMs(one.plannedAt + linkMs);
    const handOver: HandOver = {
      key: one.id,
      ...(contact?.to === undefined ? {} : { to: contact.to }),
      letter: toLetter(one, matters),
      link: (path) => `${base}${path}`,
      answerUrl: `${base}/answer/${links.mint(one.id, expiresAt)}`,
      isRepeat: isRepeat && !channel.knowsKeys,
      at: now(),
    };
    return channel
      .send(handOver, AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]))
      .catch((error: unknown) =>
        err({
          code: 'channel_unreachable',
          detail: `Channel ${channel.id} failed: ${error instanceof Error ? error.message : String(error)}.`,
          retryable: true,
        }),
      );
  }

  /** People may have answered while it was under way: what is stored now is what goes on. */
  async #settle(begun: Sending, said: Result<string>): Promise<void> {
    const { store, now } = this.#deps;
    const stored = await store.getNotification(begun.id);
    if (!stored || !isSending(stored)) return;
    const one = settle(stored, {
      at: now(),
      channelId: begun.state.channelId,
      isTaken: said.ok,
      text: said.ok ? said.value : said.problem.detail,
      ...(said.ok ? {} : { isRetryable: said.problem.retryable }),
    });
    const matters = said.ok ? [] : await this.#findMissed(one, await this.#mattersOf(one));
    await store.saveNotify({ matters, notifications: [one] });
  }

  /** Matters that go on at once, since nobody was reached. */
  async #findMissed(one: Notification, matters: readonly Matter[]): Promise<readonly Matter[]> {
    const { store, now } = this.#deps;
    const found = await Promise.all(
      matters.map(async (matter) => {
        const own = await store.notificationsOf(matter.id);
        const current = own.map((other) => (other.id === one.id ? one : other));
        return missed(matter, current, now());
      }),
    );
    return found.flatMap((matter) => matter ?? []);
  }
}

interface Begun {
  readonly one: Sending;
  readonly matters: readonly Matter[];
  readonly isRepeat: boolean;
}

const LOUDNESS = { page: 0, note: 1, digest: 2 } as const;
const byLoudness = (one: Notification, other: Notification): number =>
  LOUDNESS[one.urgency] - LOUDNESS[other.urgency];

const notConfigured = (channelId: string): Problem => ({
  code: 'channel_refused',
  detail: `Channel ${channelId} is not configured any more.`,
  retryable: false,
});
