/*
 * What others may ask of the rooms of incidents. The API sees this, never the parts behind it.
 */
import type {
  Audience,
  Incident,
  IncidentId,
  Notice,
  OwnAnswer,
  Result,
  Room,
  RoomAct,
  RoomGuest,
  RoomLine,
  RoomQuestion,
  RoomTemplate,
} from '@cordon/core';
import type { ReadRoom, Standing } from './read-room.ts';

/** Acts that people write themselves; the rest comes from what they ask for. */
export type PersonalAct = Extract<
  RoomAct,
  {
    readonly what:
      | 'task_added'
      | 'task_changed'
      | 'task_done'
      | 'commented'
      | 'comment_changed'
      | 'role_given'
      | 'decided'
      | 'update_sent'
      | 'factor_added'
      | 'cause_added'
      | 'handed_over'
      | 'taken_back';
  }
>;

/** Something to be kept as evidence. */
export interface NewEvidence {
  readonly name: string;
  readonly note: string;
  readonly bytes: Uint8Array;
  readonly offsets?: readonly number[];
}

export interface NewQuestion {
  readonly account: string;
  readonly to: string;
  /** What the person is told besides. */
  readonly note: string;
}

export interface NewGuest {
  readonly name: string;
  readonly right: 'look' | 'comment';
  readonly hours: number;
}

/** What somebody sees who came by a link of a guest. */
export interface GuestVisit {
  readonly guest: RoomGuest;
  readonly incident: Incident;
  readonly room: Room;
}

/** What the affected person sees. */
export interface Asked {
  readonly question: RoomQuestion;
  readonly incident: Incident;
}

/** The rooms of incidents. Every act is one line; `by` is the account's name. */
export interface RoomDesk {
  read(incidentId: IncidentId): Promise<ReadRoom>;
  standing(incident: Incident): Promise<Standing>;
  act(incidentId: IncidentId, act: PersonalAct, by: string): Promise<Result<RoomLine>>;
  /** Templates of tasks, those that fit first. */
  templates(incident: Incident): readonly RoomTemplate[];
  useTemplate(incidentId: IncidentId, templateId: string, by: string): Promise<Result<void>>;
  keep(incidentId: IncidentId, evidence: NewEvidence, by: string): Promise<Result<RoomLine>>;
  /** Copies records, so that their retention does not end them. */
  keepRecords(
    incidentId: IncidentId,
    given: { readonly offsets: readonly number[]; readonly note: string },
    by: string,
  ): Promise<Result<RoomLine>>;
  /** The bytes of an evidence; that somebody looked is a line. */
  lookAt(
    incidentId: IncidentId,
    number: number,
    by: string,
  ): Promise<Result<{ readonly name: string; readonly bytes: Buffer }>>;
  draft(
    incident: Incident,
    audience: Audience,
  ): Promise<Result<{ readonly subject: string; readonly text: string }>>;
  ask(incident: Incident, question: NewQuestion, by: string): Promise<Result<RoomLine>>;
  /** Resolves with the link, which is shown this once. */
  invite(incidentId: IncidentId, guest: NewGuest, by: string): Promise<Result<string>>;
  /** Looks by the link of a guest, which is a line; undefined when the link is over. */
  visit(token: string): Promise<GuestVisit | undefined>;
  commentAsGuest(token: string, text: string): Promise<GuestVisit | undefined>;
  /** Changes nothing: mail scanners open links. */
  openQuestion(token: string): Promise<Asked | undefined>;
  /** Takes the first answer; a second changes nothing. */
  answerQuestion(token: string, answer: OwnAnswer): Promise<Asked | undefined>;
  /** Targets that were missed and are not met, as alarms. */
  alarms(): readonly Notice[];
}
