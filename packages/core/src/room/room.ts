import type { EpochMs } from '../shared/time.ts';
import { type ActOf, type RoomAct, type RoomLine, standingLines } from './line.ts';

/** What came of something, with the line that began it. */
interface Begun {
  readonly number: number;
  readonly at: EpochMs;
  readonly by: string;
}

/** A wording before the last one. */
export interface EarlierText {
  readonly at: EpochMs;
  readonly by: string;
  readonly text: string;
}

export interface RoomTask extends Begun {
  readonly text: string;
  readonly owner?: string;
  readonly dueAt?: EpochMs;
  readonly isCorrective: boolean;
  readonly done?: Begun;
  /** Earlier wordings, owners and due times, as lines tell them. */
  readonly earlier: readonly EarlierText[];
}

export interface RoomComment extends Begun {
  readonly text: string;
  readonly mentions: readonly string[];
  readonly isGuest: boolean;
  readonly earlier: readonly EarlierText[];
}

/** Something mailed, with what became of it by recipient. */
export interface Delivery {
  readonly to: string;
  readonly tries: readonly {
    readonly at: EpochMs;
    readonly isTaken: boolean;
    readonly said: string;
  }[];
  readonly status: 'waiting' | 'delivered' | 'failed';
}

export interface RoomUpdate extends Begun {
  readonly mailing: ActOf<'update_sent'>;
  readonly deliveries: readonly Delivery[];
}

export interface RoomQuestion extends Begun {
  readonly asked: ActOf<'person_asked'>;
  readonly deliveries: readonly Delivery[];
  readonly answered?: Begun & Pick<ActOf<'person_answered'>, 'answer' | 'share'>;
}

export interface RoomEvidence extends Begun {
  readonly added: ActOf<'evidence_added'>;
  /** Everybody who looked at it since, oldest first. */
  readonly looks: readonly (Begun & { readonly isIntact: boolean })[];
}

export interface RoomGuest extends Begun {
  readonly invited: ActOf<'guest_invited'>;
  readonly looks: readonly EpochMs[];
}

/** One answer to "why?", with the answers below it. */
export interface RoomCause extends Begun {
  readonly text: string;
  readonly evidence: readonly number[];
  readonly causes: readonly RoomCause[];
}

/** What stands in a room now. */
export interface Room {
  readonly tasks: readonly RoomTask[];
  readonly comments: readonly RoomComment[];
  readonly roles: readonly (Begun & ActOf<'role_given'>)[];
  readonly decisions: readonly (Begun & ActOf<'decided'>)[];
  readonly evidence: readonly RoomEvidence[];
  readonly updates: readonly RoomUpdate[];
  readonly questions: readonly RoomQuestion[];
  readonly guests: readonly RoomGuest[];
  readonly factors: readonly (Begun & ActOf<'factor_added'>)[];
  readonly causes: readonly RoomCause[];
  readonly handovers: readonly (Begun & ActOf<'handed_over'>)[];
}

type Lines = readonly RoomLine[];

const begunOf = ({ number, at, by }: RoomLine): Begun => ({ number, at, by });

/** The lines of one kind. */
export const linesOf = <W extends RoomAct['what']>(
  lines: Lines,
  what: W,
): readonly RoomLine<ActOf<W>>[] =>
  lines.filter((line): line is RoomLine<ActOf<W>> => line.act.what === what);

const withBegun = <A extends RoomAct>(line: RoomLine<A>): Begun & A => ({
  ...begunOf(line),
  ...line.act,
});

/** Everything that stands in a room; the same lines give the same room. */
export function foldRoom(all: Lines): Room {
  const lines = standingLines(all);
  return {
    tasks: linesOf(lines, 'task_added').map((line) => toTask(line, lines)),
    comments: linesOf(lines, 'commented').map((line) => toComment(line, lines)),
    roles: linesOf(lines, 'role_given').map(withBegun),
    decisions: linesOf(lines, 'decided').map(withBegun),
    evidence: linesOf(lines, 'evidence_added').map((line) => toEvidence(line, lines)),
    updates: linesOf(lines, 'update_sent').map((line) => ({
      ...begunOf(line),
      mailing: line.act,
      deliveries: deliveriesOf(line, lines),
    })),
    questions: linesOf(lines, 'person_asked').map((line) => toQuestion(line, lines)),
    guests: linesOf(lines, 'guest_invited').map((line) => ({
      ...begunOf(line),
      invited: line.act,
      looks: linesOf(lines, 'guest_looked')
        .filter(({ act }) => act.guest === line.number)
        .map(({ at }) => at),
    })),
    factors: linesOf(lines, 'factor_added').map(withBegun),
    causes: toCauses(lines, undefined),
    handovers: linesOf(lines, 'handed_over').map(withBegun),
  };
}

function toTask(line: RoomLine<ActOf<'task_added'>>, lines: Lines): RoomTask {
  const earlier: EarlierText[] = [];
  let { text, owner = '', dueAt = 0 } = line.act;
  let last = begunOf(line);
  for (const change of linesOf(lines, 'task_changed')) {
    if (change.act.task !== line.number) continue;
    earlier.push({ at: last.at, by: last.by, text: tellTask({ text, owner, dueAt }) });
    text = change.act.text ?? text;
    owner = change.act.owner ?? owner;
    dueAt = change.act.dueAt ?? dueAt;
    last = begunOf(change);
  }
  const done = linesOf(lines, 'task_done').findLast(({ act }) => act.task === line.number);
  return {
    ...begunOf(line),
    text,
    ...(owner === '' ? {} : { owner }),
    ...(dueAt === 0 ? {} : { dueAt: dueAt as EpochMs }),
    isCorrective: line.act.isCorrective === true,
    ...(done ? { done: begunOf(done) } : {}),
    earlier,
  };
}

const tellTask = (task: {
  readonly text: string;
  readonly owner: string;
  readonly dueAt: number;
}): string =>
  [
    task.text,
    ...(task.owner === '' ? [] : [`owner ${task.owner}`]),
    ...(task.dueAt === 0 ? [] : [`due ${new Date(task.dueAt).toISOString()}`]),
  ].join(', ');

function toComment(line: RoomLine<ActOf<'commented'>>, lines: Lines): RoomComment {
  const wordings = [
    { ...begunOf(line), text: line.act.text },
    ...linesOf(lines, 'comment_changed')
      .filter(({ act }) => act.comment === line.number)
      .map((change) => ({ ...begunOf(change), text: change.act.text })),
  ];
  return {
    ...begunOf(line),
    text: wordings.at(-1)?.text ?? '',
    mentions: line.act.mentions,
    isGuest: line.act.guest !== undefined,
    earlier: wordings.slice(0, -1).map(({ at, by, text }) => ({ at, by, text })),
  };
}

const toEvidence = (line: RoomLine<ActOf<'evidence_added'>>, lines: Lines): RoomEvidence => ({
  ...begunOf(line),
  added: line.act,
  looks: linesOf(lines, 'evidence_seen')
    .filter(({ act }) => act.evidence === line.number)
    .map((look) => ({ ...begunOf(look), isIntact: look.act.isIntact })),
});

function toQuestion(line: RoomLine<ActOf<'person_asked'>>, lines: Lines): RoomQuestion {
  const answer = linesOf(lines, 'person_answered').find(({ act }) => act.question === line.number);
  return {
    ...begunOf(line),
    asked: line.act,
    deliveries: deliveriesOf(line, lines),
    ...(answer
      ? {
          answered: { ...begunOf(answer), answer: answer.act.answer, share: answer.act.share },
        }
      : {}),
  };
}

function deliveriesOf(
  { number, act }: RoomLine<ActOf<'update_sent' | 'person_asked'>>,
  lines: Lines,
): readonly Delivery[] {
  const tries = linesOf(lines, 'mail_tried').filter((line) => line.act.mailing === number);
  return act.to.map((to): Delivery => {
    const own = tries.filter((line) => line.act.to === to);
    const last = own.at(-1)?.act;
    const status = last?.isTaken ? 'delivered' : last?.isLast ? 'failed' : 'waiting';
    return {
      to,
      tries: own.map(({ at, act: { isTaken, said } }) => ({ at, isTaken, said })),
      status,
    };
  });
}

const toCauses = (lines: Lines, under: number | undefined): readonly RoomCause[] =>
  linesOf(lines, 'cause_added')
    .filter(({ act }) => act.under === under)
    .map((line) => ({
      ...begunOf(line),
      text: line.act.text,
      evidence: line.act.evidence,
      causes: toCauses(lines, line.number),
    }));
