import type {
  DeliveryView,
  RoomActBody,
  RoomCauseView,
  RoomEvidenceView,
  RoomLineView,
  RoomQuestionView,
  RoomTaskView,
  RoomUpdateView,
  RoomView,
  TargetView,
} from '@cordon/contract';
import {
  type Delivery,
  type EpochMs,
  type Room,
  type RoomCause,
  type RoomEvidence,
  type RoomQuestion,
  type RoomTask,
  type RoomUpdate,
  type TargetState,
  toEpochMs,
} from '@cordon/core';
import type { PersonalAct } from '../../room/ports.ts';
import type { AuditEntry } from '../../store/ports.ts';
import { compact, toTime, toTimeMaybe } from './present.ts';

interface Begun {
  readonly number: number;
  readonly at: EpochMs;
  readonly by: string;
}

const begunOf = ({ number, at, by }: Begun) => ({ line: number, at: toTime(at), by });

const presentTexts = (
  earlier: readonly { readonly at: EpochMs; readonly by: string; readonly text: string }[],
) => earlier.map(({ at, by, text }) => ({ at: toTime(at), by, text }));

const presentTask = (task: RoomTask): RoomTaskView =>
  compact({
    ...begunOf(task),
    text: task.text,
    owner: task.owner,
    due_at: toTimeMaybe(task.dueAt),
    is_corrective: task.isCorrective,
    done: task.done && begunOf(task.done),
    earlier: presentTexts(task.earlier),
  });

const presentDelivery = ({ to, status, tries }: Delivery): DeliveryView => ({
  to,
  status,
  tries: tries.map(({ at, isTaken, said }) => ({ at: toTime(at), is_taken: isTaken, said })),
});

const presentMailed = ({ deliveries, ...begun }: RoomUpdate | RoomQuestion) => {
  const { subject, text } = 'asked' in begun ? begun.asked : begun.mailing;
  return { ...begunOf(begun), subject, text, deliveries: deliveries.map(presentDelivery) };
};

const presentUpdate = (update: RoomUpdate): RoomUpdateView => ({
  ...presentMailed(update),
  audience: update.mailing.audience,
});

const presentQuestion = (question: RoomQuestion): RoomQuestionView =>
  compact({
    ...presentMailed(question),
    account: question.asked.account,
    expires_at: toTime(question.asked.expiresAt),
    answered: question.answered && {
      ...begunOf(question.answered),
      answer: question.answered.answer,
      share: question.answered.share,
    },
  });

export const presentEvidence = (one: RoomEvidence): RoomEvidenceView =>
  compact({
    ...begunOf(one),
    name: one.added.name,
    note: one.added.note,
    sha256: one.added.sha256,
    size_bytes: one.added.sizeBytes,
    offsets: one.added.offsets && [...one.added.offsets],
    looks: one.looks.map((look) => ({ ...begunOf(look), is_intact: look.isIntact })),
  });

/** The tree, the upper before the lower. */
const presentCauses = (
  causes: readonly RoomCause[],
  under: number | undefined,
): readonly RoomCauseView[] =>
  causes.flatMap((cause) => [
    compact({ ...begunOf(cause), text: cause.text, under, evidence: [...cause.evidence] }),
    ...presentCauses(cause.causes, cause.number),
  ]);

const presentTarget = ({ target, dueAt, metAt, status }: TargetState): TargetView =>
  compact({ target, due_at: toTime(dueAt), met_at: toTimeMaybe(metAt), status });

/** What stands around a room, besides what is written in it. */
export interface RoomAround {
  readonly lines: number;
  readonly isIntact: boolean;
  readonly targets: readonly TargetState[];
  readonly people: RoomView['people'];
  readonly templates: RoomView['templates'];
  readonly canMail: boolean;
}

export const presentRoom = (room: Room, around: RoomAround): RoomView => ({
  lines: around.lines,
  is_intact: around.isIntact,
  targets: around.targets.map(presentTarget),
  tasks: room.tasks.map(presentTask),
  comments: room.comments.map((comment) => ({
    ...begunOf(comment),
    text: comment.text,
    mentions: [...comment.mentions],
    is_guest: comment.isGuest,
    earlier: presentTexts(comment.earlier),
  })),
  roles: room.roles.map((one) =>
    compact({ ...begunOf(one), role: one.role, person: one.person, department: one.department }),
  ),
  decisions: room.decisions.map((one) => ({
    ...begunOf(one),
    text: one.text,
    why: one.why,
    reversing: one.reversing,
  })),
  evidence: room.evidence.map(presentEvidence),
  updates: room.updates.map(presentUpdate),
  questions: room.questions.map(presentQuestion),
  guests: room.guests.map((guest) => ({
    ...begunOf(guest),
    name: guest.invited.name,
    right: guest.invited.right,
    expires_at: toTime(guest.invited.expiresAt),
    looks: guest.looks.map(toTime),
  })),
  factors: room.factors.map((one) => ({
    ...begunOf(one),
    text: one.text,
    evidence: [...one.evidence],
  })),
  causes: [...presentCauses(room.causes, undefined)],
  handovers: room.handovers.map((one) => ({ ...begunOf(one), to: one.to, text: one.text })),
  people: around.people,
  templates: around.templates,
  can_mail: around.canMail,
});

export const presentLine = (entry: AuditEntry): RoomLineView => ({
  line: entry.seq,
  at: toTime(entry.at),
  by: entry.actor,
  what: entry.what,
  data: entry.data,
  previous_hash: entry.previousHash,
  hash: entry.hash,
});

const toAt = (time: string): EpochMs => toEpochMs(Date.parse(time));

/** An act as the domain has it. */
export function readAct(act: RoomActBody): PersonalAct {
  switch (act.what) {
    case 'task_added': {
      const { what, text, owner, due_at, is_corrective } = act;
      const dueAt = due_at === undefined ? undefined : toAt(due_at);
      return compact({ what, text, owner, dueAt, isCorrective: is_corrective });
    }
    case 'task_changed': {
      const { what, task, text, owner, due_at } = act;
      const dueAt = due_at === undefined ? undefined : due_at === '' ? toEpochMs(0) : toAt(due_at);
      return compact({ what, task, text, owner, dueAt });
    }
    case 'role_given':
    case 'cause_added':
      return compact(act);
    default:
      return act;
  }
}
