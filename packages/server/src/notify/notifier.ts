/*
 * Tells people. Follows the change feed of the store from where it stopped, decides by the pure rules
 * of core, writes down what is to be sent (the outbox) with how far it read, and hands that over to
 * channels. All of it can die anywhere and goes on from the books (ADR 26).
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  err,
  type Matter,
  type MatterId,
  type Need,
  type Notice,
  type Override,
  ok,
  type Problem,
  type Result,
  SECOND_MS,
} from '@cordon/core';
import { createTurnstile } from '../runner/desk.ts';
import type { NewAuditEntry } from '../store/ports.ts';
import { toStoreError } from '../store/store-error.ts';
import { type BookDeps, NotifyBook } from './book.ts';
import { type DispatchDeps, Dispatcher } from './dispatch.ts';
import { Follower } from './follow.ts';
import { needOfTest } from './needs.ts';
import type { LinkAnswer, NewOverride, OnCallDesk, OpenedLink } from './ports.ts';
import { setAside } from './set-aside.ts';

const LOOK_EVERY_MS = SECOND_MS;
const ALARMS_EVERY_MS = 5 * SECOND_MS;
const MOST_DUE = 200;
const MOST_ALARMS = 100;
const MOST_OVERRIDES = 1_000;

export interface NotifierDeps extends BookDeps, Omit<DispatchDeps, 'turn'> {
  readonly notices: () => readonly Notice[];
  readonly report: (problem: Problem) => void;
}

/** One notifier per state store. */
export class Notifier implements OnCallDesk {
  readonly #deps: NotifierDeps;
  readonly #turn = createTurnstile();
  readonly #book: NotifyBook;
  readonly #follower: Follower;
  readonly #dispatcher: Dispatcher;
  #alarms: readonly Notice[] = [];
  #alarmsLookedAt = 0;

  constructor(deps: NotifierDeps) {
    this.#deps = deps;
    this.#book = new NotifyBook(deps);
    this.#follower = new Follower({ ...deps, book: this.#book });
    this.#dispatcher = new Dispatcher({ ...deps, turn: this.#turn });
  }

  get roster() {
    return this.#deps.roster;
  }

  get channels() {
    return [...this.#deps.channels.values()].map(({ id, kind }) => ({ id, kind }));
  }

  /** Looks every second until the signal aborts. Whatever fails is reported and tried again. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.look().catch((error: unknown) => this.#report(error));
      await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
    await this.#dispatcher.settled();
    for (const channel of this.#deps.channels.values()) await channel.close?.();
  }

  /** One look at everything: what changed, what is due, what is to be sent. Sending goes on beside. */
  async look(): Promise<void> {
    const { store, now } = this.#deps;
    while (await this.#turn(() => this.#follower.follow()));
    await this.#turn(() => this.#watchAlarms());
    for (const { id } of await store.dueMatters(now(), MOST_DUE))
      await this.#turn(() => setAside(id, () => this.#escalate(id), this.#deps.report));
    await this.#startSending();
    await this.#readAlarms();
  }

  /** Resolves when nothing is being sent. */
  sent(): Promise<void> {
    return this.#dispatcher.settled();
  }

  #startSending(): Promise<void> {
    return this.#dispatcher.start(
      () => void this.#startSending().catch((error: unknown) => this.#report(error)),
      (error) => this.#report(error),
    );
  }

  async #watchAlarms(): Promise<void> {
    const at = this.#deps.now();
    if (at - this.#alarmsLookedAt < ALARMS_EVERY_MS) return;
    this.#alarmsLookedAt = at;
    await this.#follower.watchAlarms();
  }

  async #escalate(id: MatterId): Promise<void> {
    const matter = await this.#deps.store.getMatter(id);
    if (matter) await this.#book.escalate(matter);
  }

  async #readAlarms(): Promise<void> {
    const query = { limit: MOST_ALARMS, status: ['unanswered' as const] };
    const { items } = await this.#deps.store.listMatters(query);
    this.#alarms = items.flatMap(toNotice);
  }

  alarms(): readonly Notice[] {
    return this.#alarms;
  }

  overrides(): Promise<readonly Override[]> {
    return this.#book.overrides();
  }

  addOverride(given: NewOverride, actor: string): Promise<Result<Override>> {
    return this.#turn(async () => {
      const { roster, now } = this.#deps;
      const problem = objectionTo(given, { roster, now: now() });
      if (problem) return err(problem);
      const override = { id: `ovr_${randomBytes(8).toString('hex')}`, ...given, by: actor };
      const kept = (await this.#book.overrides()).slice(1 - MOST_OVERRIDES);
      const audit = this.#audit(actor, 'on_call_override_added', override.scheduleId);
      const data = { person: given.personId, from: given.from, to: given.to };
      await this.#book.saveOverrides([...kept, override], { ...audit, data });
      return ok(override);
    });
  }

  removeOverride(id: string, actor: string): Promise<Result<Override>> {
    return this.#turn(async () => {
      const all = await this.#book.overrides();
      const found = all.find((one) => one.id === id);
      if (!found) return err(notThere('override'));
      const audit = this.#audit(actor, 'on_call_override_removed', found.scheduleId);
      const data = { person: found.personId, from: found.from, to: found.to };
      await this.#book.saveOverrides(
        all.filter((one) => one.id !== id),
        { ...audit, data },
      );
      return ok(found);
    });
  }

  acknowledge(id: MatterId, actor: string): Promise<Result<Matter>> {
    return this.#turn(async () => {
      const matter = await this.#deps.store.getMatter(id);
      if (!matter) return err(notThere('matter'));
      if (isAnswerable(matter))
        await this.#book.acknowledge(
          matter,
          { by: actor, via: 'console' },
          this.#audit(actor, 'matter_acknowledged', matter.need.incidentId ?? id),
        );
      return ok((await this.#deps.store.getMatter(id)) ?? matter);
    });
  }

  async open(token: string): Promise<OpenedLink | undefined> {
    const { links, store, roster, now } = this.#deps;
    const id = links.read(token, now());
    const notification = id && (await store.getNotification(id));
    const person = notification && roster.people.get(notification.personId);
    if (!notification || !person) return undefined;
    const matters = await Promise.all(
      notification.items.map(({ matterId }) => store.getMatter(matterId)),
    );
    return { notification, person, matters: matters.flatMap((matter) => matter ?? []) };
  }

  answer(token: string, answer: LinkAnswer): Promise<OpenedLink | undefined> {
    return this.#turn(async () => {
      const opened = await this.open(token);
      if (!opened) return undefined;
      const { person, matters } = opened;
      for (const matter of matters.filter(isAnswerable)) {
        const subject = matter.need.incidentId ?? matter.id;
        const what = answer === 'acknowledge' ? 'matter_acknowledged' : 'matter_passed_on';
        const audit = this.#audit(person.name, what, subject);
        if (answer === 'acknowledge')
          await this.#book.acknowledge(
            matter,
            { by: person.name, via: 'link', personId: person.id },
            audit,
          );
        else if (matter.state.status === 'open') await this.#book.passOn(matter, person.id, audit);
      }
      return this.open(token);
    });
  }

  test: OnCallDesk['test'] = ({ personId, channelId }, actor) =>
    this.#turn(async () => {
      if (!this.roster.people.has(personId)) return err(notThere('person'));
      const need = needOfTest({ personId, channelId, by: actor, now: this.#deps.now() });
      const audit = this.#audit(actor, 'notification_tested', personId);
      const [planned] = await this.#book.raise(need, audit);
      return planned ? ok(planned.id) : err(notThere('person'));
    });

  tell(need: Need): Promise<void> {
    return this.#turn(() => this.#book.take({ kind: 'need', need }));
  }

  tellOver(key: string, why: string): Promise<void> {
    return this.#turn(() => this.#book.over(key, why));
  }

  get mail(): OnCallDesk['mail'] {
    const channel = [...this.#deps.channels.values()].find(({ mail }) => mail !== undefined);
    return channel?.mail?.bind(channel);
  }

  #audit(actor: string, what: string, subject: string): NewAuditEntry {
    return { at: this.#deps.now(), actor, what, subject, data: {} };
  }

  #report(error: unknown): void {
    this.#deps.report(toStoreError(error).problem);
  }
}

const isAnswerable = ({ state }: Matter): boolean =>
  state.status !== 'over' && state.status !== 'acknowledged';

const toNotice = ({ need, state }: Matter): readonly Notice[] =>
  state.status === 'unanswered'
    ? [
        {
          kind: 'unanswered',
          since: state.at,
          text: `Nobody answered: ${need.title}.`,
          hint: `${state.why} Take it on the page On-call.`,
        },
      ]
    : [];

function objectionTo(
  { scheduleId, personId, from, to }: NewOverride,
  { roster, now }: { readonly roster: OnCallDesk['roster']; readonly now: number },
): Problem | undefined {
  const refuse = (detail: string): Problem => ({
    code: 'override_unusable',
    detail,
    retryable: false,
  });
  if (!roster.schedules.has(scheduleId)) return refuse('There is no such schedule.');
  if (!roster.people.has(personId)) return refuse('There is no such person.');
  if (from >= to) return refuse('It ends before it begins.');
  return to <= now ? refuse('It is over already.') : undefined;
}

const notThere = (what: string): Problem => ({
  code: 'not_found',
  detail: `There is no such ${what}.`,
  retryable: false,
});
