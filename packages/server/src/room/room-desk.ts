/*
 * The rooms of incidents: what people and guests do there, each act one line of a journal that is only
 * ever appended to (ADR 35).
 */
import { setTimeout as pause } from 'node:timers/promises';
import {
  type Audience,
  draftUpdate,
  type EpochMs,
  err,
  HOUR_MS,
  type Incident,
  type IncidentId,
  type Notice,
  ok,
  type Problem,
  type Result,
  type RoomLine,
  type RoomTemplate,
  rankTemplates,
  SECOND_MS,
  type TargetTimes,
  tasksOf,
  toEpochMs,
} from '@cordon/core';
import { baseOf } from '../notify/channels/by-http.ts';
import type { SignedLinks } from '../notify/links.ts';
import type { OnCallDesk } from '../notify/ports.ts';
import type { Desk } from '../ports.ts';
import { refuse } from '../runner/desk.ts';
import type { RecordLog, StateStore } from '../store/ports.ts';
import { toStoreError } from '../store/store-error.ts';
import { EvidenceRoom } from './evidence-room.ts';
import type { EvidenceShelf } from './evidence-shelf.ts';
import { GuestDoor } from './guest-door.ts';
import { type LineKey, toLineKey } from './keys.ts';
import { toMentions } from './mentions.ts';
import type { NewEvidence, NewQuestion, PersonalAct, RoomDesk } from './ports.ts';
import { NO_MAIL, Postman } from './postman.ts';
import { QuestionDoor } from './question-door.ts';
import { type ReadRoom, readStanding, type Standing } from './read-room.ts';
import type { RoomContent } from './read-templates.ts';
import { RoomBook } from './room-book.ts';
import { TargetWatch } from './target-watch.ts';

const LOOK_EVERY_MS = SECOND_MS;
const TARGETS_EVERY_MS = 15 * SECOND_MS;

export interface RoomDeps {
  readonly store: StateStore;
  readonly log: Pick<RecordLog, 'get'>;
  /** Where the answer of the affected person becomes evidence. */
  readonly desk: Desk;
  /** Absent while nobody is configured who could be told. */
  readonly onCall: OnCallDesk | undefined;
  readonly shelf: EvidenceShelf;
  readonly content: RoomContent;
  readonly times: TargetTimes;
  readonly links: {
    readonly guest: SignedLinks<LineKey>;
    readonly question: SignedLinks<LineKey>;
  };
  readonly publicUrl: () => string;
  readonly now: () => EpochMs;
  readonly signal: AbortSignal;
  readonly report: (problem: Problem) => void;
}

/** One desk per state store. */
export class Rooms implements RoomDesk {
  readonly #deps: RoomDeps;
  readonly #book: RoomBook;
  readonly #postman: Postman;
  readonly #targets: TargetWatch;
  readonly #evidence: EvidenceRoom;
  readonly #guests: GuestDoor;
  readonly #questions: QuestionDoor;
  #targetsLookedAt = 0;

  constructor(deps: RoomDeps) {
    this.#deps = deps;
    this.#book = new RoomBook({ ...deps, onWritten: (id, lines) => this.#written(id, lines) });
    this.#postman = new Postman({
      ...deps,
      book: this.#book,
      mail: () => deps.onCall?.mail,
      questionLink: (id, question) => this.#questions.linkOf(id, question),
    });
    const parts = { ...deps, book: this.#book };
    this.#targets = new TargetWatch(parts);
    this.#evidence = new EvidenceRoom(parts);
    this.#guests = new GuestDoor(parts);
    this.#questions = new QuestionDoor(parts);
  }

  /** Mails, and watches targets, until the signal aborts. Whatever fails is reported and tried again. */
  async run(signal: AbortSignal): Promise<void> {
    const report = (error: unknown) => this.#deps.report(toStoreError(error).problem);
    await this.#postman.resume().catch(report);
    while (!signal.aborted) {
      await this.look().catch(report);
      await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** One look at what is to be mailed and, now and then, at the targets. */
  async look(): Promise<void> {
    await this.#postman.look();
    const at = this.#deps.now();
    if (at - this.#targetsLookedAt < TARGETS_EVERY_MS) return;
    this.#targetsLookedAt = at;
    await this.#targets.look();
  }

  alarms(): readonly Notice[] {
    return this.#targets.alarms();
  }

  read(incidentId: IncidentId): Promise<ReadRoom> {
    return this.#book.read(incidentId);
  }

  standing(incident: Incident): Promise<Standing> {
    const { store, times, now } = this.#deps;
    return readStanding(store, incident, { times, now: now() });
  }

  async act(incidentId: IncidentId, act: PersonalAct, by: string): Promise<Result<RoomLine>> {
    if (act.what === 'update_sent' && this.#deps.onCall?.mail === undefined) return err(NO_MAIL);
    const written = await this.#book.write(incidentId, act, by);
    if (written.ok) await this.#tellNamed(incidentId, written.value);
    return written;
  }

  templates(incident: Incident): readonly RoomTemplate[] {
    return rankTemplates(this.#deps.content.templates, incident);
  }

  async useTemplate(incidentId: IncidentId, templateId: string, by: string): Promise<Result<void>> {
    const template = this.#deps.content.templates.find(({ id }) => id === templateId);
    if (!template) return refuse('not_found', 'There is no such template.');
    const acts = tasksOf(template, this.#deps.now());
    const written = await this.#book.writeAll(incidentId, acts, by);
    return written.ok ? ok(undefined) : written;
  }

  keep(incidentId: IncidentId, evidence: NewEvidence, by: string): Promise<Result<RoomLine>> {
    return this.#evidence.keep(incidentId, evidence, by);
  }

  keepRecords: RoomDesk['keepRecords'] = (incidentId, given, by) =>
    this.#evidence.keepRecords(incidentId, given, by);

  lookAt: RoomDesk['lookAt'] = (incidentId, number, by) =>
    this.#evidence.lookAt(incidentId, number, by);

  async draft(
    incident: Incident,
    audience: Audience,
  ): Promise<Result<{ readonly subject: string; readonly text: string }>> {
    const template = this.#deps.content.updates.get(audience);
    if (!template) return refuse('not_found', 'There is no such template.');
    const [room, standing] = await Promise.all([
      this.#book.room(incident.id),
      this.standing(incident),
    ]);
    return ok(draftUpdate(template, { incident, room, ...standing }));
  }

  ask(incident: Incident, question: NewQuestion, by: string): Promise<Result<RoomLine>> {
    return this.#questions.ask(incident, question, by);
  }

  async invite(
    incidentId: IncidentId,
    { name, right, hours }: Parameters<RoomDesk['invite']>[1],
    by: string,
  ): Promise<Result<string>> {
    const { now, links, publicUrl } = this.#deps;
    const expiresAt = toEpochMs(now() + hours * HOUR_MS);
    const act = { what: 'guest_invited', name, right, expiresAt } as const;
    const written = await this.#book.write(incidentId, act, by);
    if (!written.ok) return written;
    const token = links.guest.mint(toLineKey(incidentId, written.value.number), expiresAt);
    return ok(`${baseOf(publicUrl())}/guest/${token}`);
  }

  visit: RoomDesk['visit'] = (token) => this.#guests.visit(token);
  commentAsGuest: RoomDesk['commentAsGuest'] = (token, text) => this.#guests.comment(token, text);
  openQuestion: RoomDesk['openQuestion'] = (token) => this.#questions.open(token);
  answerQuestion: RoomDesk['answerQuestion'] = (token, answer) =>
    this.#questions.answer(token, answer);

  #written(incidentId: IncidentId, lines: readonly RoomLine[]): void {
    const isMail = ({ act }: RoomLine) => act.what === 'update_sent' || act.what === 'person_asked';
    if (lines.some(isMail)) this.#postman.add(incidentId);
  }

  /** Whoever is named, given a task or a role is told by the notifier. */
  async #tellNamed(incidentId: IncidentId, line: RoomLine): Promise<void> {
    const { onCall, store } = this.#deps;
    const incident = onCall && (await store.getIncident(incidentId));
    if (!incident) return;
    for (const need of toMentions(incident, line, onCall.roster)) await onCall.tell(need);
  }
}
