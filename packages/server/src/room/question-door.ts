import {
  type EpochMs,
  err,
  HOUR_MS,
  type Incident,
  type IncidentId,
  type OwnAnswer,
  ownAnswerKind,
  type Result,
  type RoomLine,
  type RoomQuestion,
  toEpochMs,
} from '@cordon/core';
import { baseOf } from '../notify/channels/by-http.ts';
import type { SignedLinks } from '../notify/links.ts';
import type { OnCallDesk } from '../notify/ports.ts';
import type { Desk } from '../ports.ts';
import { createTurnstile } from '../runner/desk.ts';
import type { StateStore } from '../store/ports.ts';
import { type LineKey, readLineKey, toLineKey } from './keys.ts';
import { toQuestionMail } from './letters.ts';
import type { Asked, NewQuestion } from './ports.ts';
import { NO_MAIL } from './postman.ts';
import type { RoomBook } from './room-book.ts';

/** How long the link of a question holds. */
const LINK_MS = 48 * HOUR_MS;

export interface QuestionDeps {
  readonly book: RoomBook;
  readonly store: Pick<StateStore, 'getIncident'>;
  readonly desk: Desk;
  readonly onCall: OnCallDesk | undefined;
  readonly links: { readonly question: SignedLinks<LineKey> };
  readonly publicUrl: () => string;
  readonly now: () => EpochMs;
}

/** "Was it you?": asked by mail, answered once by a link, and then evidence. */
export class QuestionDoor {
  readonly #deps: QuestionDeps;
  readonly #turn = createTurnstile();

  constructor(deps: QuestionDeps) {
    this.#deps = deps;
  }

  async ask(incident: Incident, question: NewQuestion, by: string): Promise<Result<RoomLine>> {
    const { book, now, onCall } = this.#deps;
    if (onCall?.mail === undefined) return err(NO_MAIL);
    const { account, to } = question;
    if (!incident.entities.some(({ kind, id }) => kind === 'user' && id === account))
      return err({
        code: 'room_act_unusable',
        detail: `INC-${incident.number} is not about the account ${account}.`,
        hint: 'Take one of the accounts of the incident.',
        retryable: false,
      });
    const expiresAt = toEpochMs(now() + LINK_MS);
    const mail = toQuestionMail(incident, question);
    return book.write(
      incident.id,
      { what: 'person_asked', account, to: [to], ...mail, expiresAt },
      by,
    );
  }

  linkOf(incidentId: IncidentId, { number, asked }: RoomQuestion): string {
    const { links, publicUrl } = this.#deps;
    const token = links.question.mint(toLineKey(incidentId, number), asked.expiresAt);
    return `${baseOf(publicUrl())}/was-it-you/${token}`;
  }

  async open(token: string): Promise<Asked | undefined> {
    const { links, book, store, now } = this.#deps;
    const key = links.question.read(token, now());
    if (key === undefined) return undefined;
    const { incidentId, number } = readLineKey(key);
    const [incident, room] = await Promise.all([
      store.getIncident(incidentId),
      book.room(incidentId),
    ]);
    const question = room.questions.find((one) => one.number === number);
    return incident && question ? { incident, question } : undefined;
  }

  /** Written as evidence first: a crash in between lets the person answer again, to the same effect. */
  answer(token: string, answer: OwnAnswer): Promise<Asked | undefined> {
    return this.#turn(async () => {
      const found = await this.open(token);
      if (!found || found.question.answered) return found;
      const { incident, question } = found;
      const by = `the holder of ${question.asked.account}`;
      const share = await this.#share(incident, question.asked.account, answer);
      await this.#deps.book.write(
        incident.id,
        { what: 'person_answered', question: question.number, answer, share },
        by,
      );
      return this.open(token);
    });
  }

  /** What the answer adds to the score of the incident now; nothing where its alerts are not held any more. */
  async #share(incident: Incident, account: string, answer: OwnAnswer): Promise<number> {
    const acted = await this.#deps.desk.act(
      {
        kind: 'take_own_answer',
        incidentId: incident.id,
        account,
        isConfirmed: answer === 'confirmed',
      },
      `the holder of ${account}`,
    );
    if (!acted.ok) return 0;
    const kind = ownAnswerKind(account);
    return (acted.value.incident?.score.contributions ?? [])
      .filter(({ evidence }) => evidence.kind === kind)
      .reduce((sum, { contribution }) => sum + contribution, 0);
  }
}
