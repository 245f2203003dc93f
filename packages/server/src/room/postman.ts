import {
  DAY_MS,
  type Delivery,
  type EpochMs,
  err,
  type IncidentId,
  MINUTE_MS,
  type Problem,
  type Result,
  type RoomQuestion,
  type RoomUpdate,
  SECOND_MS,
  toEpochMs,
} from '@cordon/core';
import type { PlainMail } from '../notify/channel.ts';
import type { OnCallDesk } from '../notify/ports.ts';
import type { StateStore } from '../store/ports.ts';
import { toLineKey } from './keys.ts';
import type { RoomBook } from './room-book.ts';

/** Pauses after a first, second and third try; the fourth is the last. */
const PAUSES_MS = [30 * SECOND_MS, 2 * MINUTE_MS, 10 * MINUTE_MS];
const MAX_TRIES = PAUSES_MS.length + 1;
const ANSWER_MS = 15 * SECOND_MS;
/** What is older is not tried any more after a start. */
const LOOK_BACK_MS = DAY_MS;
const CORDON = 'cordon';

export interface PostmanDeps {
  readonly store: Pick<StateStore, 'roomsSince'>;
  readonly book: RoomBook;
  readonly mail: () => OnCallDesk['mail'];
  /** The page on which the affected person answers. */
  readonly questionLink: (incidentId: IncidentId, question: RoomQuestion) => string;
  readonly now: () => EpochMs;
  readonly signal: AbortSignal;
}

/**
 * Mails what rooms have to mail. The line of the mail stands before it is handed over and each try is a
 * line after it: a crash in between sends it again under the same Message-ID. Lost is worse than double.
 */
export class Postman {
  readonly #deps: PostmanDeps;
  readonly #waiting = new Set<IncidentId>();

  constructor(deps: PostmanDeps) {
    this.#deps = deps;
  }

  /** Takes up what a process before left. */
  async resume(): Promise<void> {
    const since = toEpochMs(this.#deps.now() - LOOK_BACK_MS);
    for (const id of await this.#deps.store.roomsSince(since)) this.#waiting.add(id);
  }

  /** There is something to mail. */
  add(incidentId: IncidentId): void {
    this.#waiting.add(incidentId);
  }

  /** Hands over everything whose time has come. */
  async look(): Promise<void> {
    for (const id of [...this.#waiting]) {
      if (this.#deps.signal.aborted) return;
      if (!(await this.#deliver(id))) this.#waiting.delete(id);
    }
  }

  /** True while something is left to be tried. */
  async #deliver(incidentId: IncidentId): Promise<boolean> {
    const room = await this.#deps.book.room(incidentId);
    let isLeft = false;
    for (const mailing of [...room.updates, ...room.questions])
      for (const delivery of mailing.deliveries.filter(({ status }) => status === 'waiting'))
        isLeft = (await this.#try(incidentId, mailing, delivery)) || isLeft;
    return isLeft;
  }

  async #try(
    incidentId: IncidentId,
    mailing: RoomUpdate | RoomQuestion,
    { to, tries }: Delivery,
  ): Promise<boolean> {
    const { now, book, signal } = this.#deps;
    const last = tries.at(-1);
    if (last && last.at + (PAUSES_MS[tries.length - 1] ?? 0) > now()) return true;
    const mail = this.#toMail(incidentId, mailing, to);
    const said = await this.#send(mail);
    if (!said.ok && signal.aborted) return true;
    const isLast = said.ok || !said.problem.retryable || tries.length + 1 >= MAX_TRIES;
    await book.write(
      incidentId,
      {
        what: 'mail_tried',
        mailing: mailing.number,
        to,
        isTaken: said.ok,
        isLast,
        said: said.ok ? said.value : said.problem.detail,
      },
      CORDON,
    );
    return !isLast;
  }

  async #send(mail: PlainMail): Promise<Result<string>> {
    const send = this.#deps.mail();
    if (send === undefined) return err(NO_MAIL);
    return send(mail, AbortSignal.any([this.#deps.signal, AbortSignal.timeout(ANSWER_MS)]));
  }

  #toMail(incidentId: IncidentId, mailing: RoomUpdate | RoomQuestion, to: string): PlainMail {
    const own = 'asked' in mailing ? mailing.asked : mailing.mailing;
    const text =
      'asked' in mailing
        ? `${own.text}\n\nAnswer here (nobody but you has this link):\n${this.#deps.questionLink(incidentId, mailing)}\n`
        : own.text;
    const key = `${toLineKey(incidentId, mailing.number)}~${own.to.indexOf(to)}`;
    return { key, to, subject: own.subject, text, at: mailing.at };
  }
}

/** Nobody can be mailed. */
export const NO_MAIL: Problem = {
  code: 'room_no_mail',
  detail: 'No channel is configured that can send mail.',
  hint: 'Set up a channel of kind email under `notify` (docs/on-call.md).',
  retryable: false,
};
