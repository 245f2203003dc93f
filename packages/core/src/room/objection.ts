import type { Problem } from '../shared/problem.ts';
import { isFact, type RoomAct, type RoomLine, standingLines } from './line.ts';

/** Lines a room may have; looks and tries of mails count too. */
export const MAX_ROOM_LINES = 5_000;
/** What comes of lines that stand already, a few times each: unwritten, it would be done again without end. */
const OUTCOMES: readonly RoomAct['what'][] = ['mail_tried', 'person_answered'];
/** How deep "why?" may be asked. */
const MAX_WHYS = 10;

const refuse = (detail: string): Problem => ({
  code: 'room_act_unusable',
  detail,
  retryable: false,
});

/** The lines an act speaks of, each with what that line must be. */
function namedIn(act: RoomAct): readonly (readonly [number, RoomAct['what']])[] {
  switch (act.what) {
    case 'task_changed':
    case 'task_done':
      return [[act.task, 'task_added']];
    case 'comment_changed':
      return [[act.comment, 'commented']];
    case 'evidence_seen':
      return [[act.evidence, 'evidence_added']];
    case 'person_answered':
      return [[act.question, 'person_asked']];
    case 'guest_looked':
      return [[act.guest, 'guest_invited']];
    case 'commented':
      return act.guest === undefined ? [] : [[act.guest, 'guest_invited']];
    case 'factor_added':
      return act.evidence.map((number) => [number, 'evidence_added'] as const);
    case 'cause_added':
      return [
        ...act.evidence.map((number) => [number, 'evidence_added'] as const),
        ...(act.under === undefined ? [] : [[act.under, 'cause_added'] as const]),
      ];
    case 'task_added':
    case 'role_given':
    case 'decided':
    case 'evidence_added':
    case 'update_sent':
    case 'person_asked':
    case 'mail_tried':
    case 'guest_invited':
    case 'target_missed':
    case 'handed_over':
    case 'taken_back':
      return [];
  }
}

/** Why an act cannot be a line of the room; undefined when it can. */
export function objectionTo(
  act: RoomAct,
  by: string,
  lines: readonly RoomLine[],
): Problem | undefined {
  if (lines.length >= MAX_ROOM_LINES && !OUTCOMES.includes(act.what))
    return {
      code: 'room_full',
      detail: `The room has ${MAX_ROOM_LINES} lines; no more can be written.`,
      hint: 'What is to be told further belongs into a new incident, or into the review elsewhere.',
      retryable: false,
    };
  if (act.what === 'taken_back') return objectionToTakingBack(act.line, lines);
  const standing = new Map(standingLines(lines).map((line) => [line.number, line]));
  for (const [number, what] of namedIn(act))
    if (standing.get(number)?.act.what !== what)
      return refuse(`Line ${number} of the room is not what this speaks of, or was taken back.`);
  return objectionToDoing(act, by, standing);
}

function objectionToTakingBack(number: number, lines: readonly RoomLine[]): Problem | undefined {
  const line = lines[number - 1];
  if (line === undefined) return refuse(`The room has no line ${number}.`);
  if (isFact(line)) return refuse('What has happened cannot be taken back, only commented on.');
  const isGone = !standingLines(lines).includes(line);
  return isGone ? refuse(`Line ${number} was taken back already.`) : undefined;
}

function objectionToDoing(
  act: RoomAct,
  by: string,
  standing: ReadonlyMap<number, RoomLine>,
): Problem | undefined {
  const lines = [...standing.values()];
  if (act.what === 'comment_changed' && standing.get(act.comment)?.by !== by)
    return refuse('A comment is changed by the one who wrote it.');
  if (
    act.what === 'task_done' &&
    lines.some((line) => line.act.what === 'task_done' && line.act.task === act.task)
  )
    return refuse('The task is done already.');
  if (
    act.what === 'person_answered' &&
    lines.some((line) => line.act.what === 'person_answered' && line.act.question === act.question)
  )
    return refuse('The question is answered already.');
  if (act.what === 'cause_added' && depthOf(act.under, standing) >= MAX_WHYS)
    return refuse(`Why is asked at most ${MAX_WHYS} times below each other.`);
  return undefined;
}

function depthOf(number: number | undefined, standing: ReadonlyMap<number, RoomLine>): number {
  let depth = 0;
  for (let at = number; at !== undefined && depth <= MAX_WHYS; depth += 1) {
    const act = standing.get(at)?.act;
    at = act?.what === 'cause_added' ? act.under : undefined;
  }
  return depth;
}
