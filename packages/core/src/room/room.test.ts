import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toEpochMs } from '../shared/time.ts';
import type { RoomAct, RoomLine } from './line.ts';
import { standingLines } from './line.ts';
import { MAX_ROOM_LINES, objectionTo } from './objection.ts';
import { foldRoom } from './room.ts';

const write = (...acts: readonly (RoomAct | readonly [string, RoomAct])[]): readonly RoomLine[] =>
  acts.map((one, index) => {
    const [by, act] = 'what' in one ? (['ann', one] as const) : one;
    return { number: index + 1, at: toEpochMs(1_000 * (index + 1)), by, act };
  });

const task = (text: string): RoomAct => ({ what: 'task_added', text });
const comment = (text: string): RoomAct => ({ what: 'commented', text, mentions: [] });

describe('a room', () => {
  it('keeps every wording of what was changed', () => {
    const { tasks, comments } = foldRoom(
      write(
        { what: 'task_added', text: 'Call the bank', owner: 'ann', dueAt: toEpochMs(0) },
        ['ben', { what: 'task_changed', task: 1, owner: 'ben', dueAt: toEpochMs(60_000) }],
        comment('Who has the logs?'),
        { what: 'comment_changed', comment: 3, text: 'Who has the proxy logs?' },
        { what: 'task_done', task: 1 },
      ),
    );
    expect(tasks[0]).toMatchObject({ text: 'Call the bank', owner: 'ben', dueAt: 60_000 });
    expect(tasks[0]?.earlier).toEqual([{ at: 1_000, by: 'ann', text: 'Call the bank, owner ann' }]);
    expect(tasks[0]?.done).toEqual({ number: 5, at: 5_000, by: 'ann' });
    expect(comments[0]?.text).toBe('Who has the proxy logs?');
    expect(comments[0]?.earlier.map(({ text }) => text)).toEqual(['Who has the logs?']);
  });

  it('takes an owner and a due time away', () => {
    const { tasks } = foldRoom(
      write(
        { what: 'task_added', text: 'x', owner: 'ann', dueAt: toEpochMs(9) },
        { what: 'task_changed', task: 1, owner: '', dueAt: toEpochMs(0) },
      ),
    );
    expect(tasks[0]).not.toHaveProperty('owner');
    expect(tasks[0]).not.toHaveProperty('dueAt');
  });

  it('tells by recipient what became of a mail', () => {
    const tried = (to: string, isTaken: boolean, isLast: boolean): RoomAct => ({
      what: 'mail_tried',
      mailing: 1,
      to,
      isTaken,
      isLast,
      said: 'x',
    });
    const { updates } = foldRoom(
      write(
        { what: 'update_sent', audience: 'legal', to: ['a', 'b', 'c'], subject: 's', text: 't' },
        tried('a', false, false),
        tried('a', true, true),
        tried('b', false, true),
      ),
    );
    expect(updates[0]?.deliveries.map(({ status }) => status)).toEqual([
      'delivered',
      'failed',
      'waiting',
    ]);
    expect(updates[0]?.deliveries[0]?.tries).toHaveLength(2);
  });

  it('makes a tree of whys', () => {
    const why = (text: string, under?: number): RoomAct => ({
      what: 'cause_added',
      text,
      evidence: [],
      ...(under === undefined ? {} : { under }),
    });
    const { causes } = foldRoom(write(why('No MFA'), why('Old VPN', 1), why('No budget', 2)));
    expect(causes[0]?.causes[0]?.causes[0]?.text).toBe('No budget');
  });

  it('undoes whatever was done, and undoes that', () => {
    const lines = write(
      task('a'),
      { what: 'task_done', task: 1 },
      { what: 'taken_back', line: 2 },
      { what: 'taken_back', line: 3 },
    );
    expect(foldRoom(lines.slice(0, 3)).tasks[0]?.done).toBeUndefined();
    expect(foldRoom(lines).tasks[0]?.done?.number).toBe(2);
  });

  it('is as before after any act was taken back, whatever came before it', () => {
    const act = fc.oneof(
      fc.string().map(task),
      fc.string().map(comment),
      fc.nat(12).map((n): RoomAct => ({ what: 'task_done', task: n })),
      fc.nat(12).map((n): RoomAct => ({ what: 'taken_back', line: n })),
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 12 }), act, (acts, last) => {
        const before = write(...acts);
        const undone = write(...acts, last, { what: 'taken_back', line: acts.length + 1 });
        expect(standingLines(undone).slice(0, -1)).toEqual(standingLines(before));
      }),
    );
  });
});

describe('what a room refuses', () => {
  const lines = write(
    task('a'),
    comment('b'),
    { what: 'taken_back', line: 1 },
    { what: 'target_missed', target: 'contain', dueAt: toEpochMs(1) },
    { what: 'guest_invited', name: 'Eve', right: 'comment', expiresAt: toEpochMs(9) },
  );
  it.each<{ readonly name: string; readonly by?: string; readonly act: RoomAct }>([
    { name: 'a task that was taken back', act: { what: 'task_done', task: 1 } },
    { name: 'a line that is no task', act: { what: 'task_done', task: 2 } },
    { name: 'a line that is not there', act: { what: 'taken_back', line: 99 } },
    { name: 'to take back a fact', act: { what: 'taken_back', line: 4 } },
    { name: 'to take back twice', act: { what: 'taken_back', line: 1 } },
    {
      name: 'the comment of another',
      by: 'ben',
      act: { what: 'comment_changed', comment: 2, text: 'c' },
    },
    {
      name: 'a cause without what it rests on',
      act: { what: 'cause_added', text: 'c', evidence: [2] },
    },
  ])('$name', ({ act, by }) => {
    expect(objectionTo(act, by ?? 'ann', lines)?.code).toBe('room_act_unusable');
  });

  it('more lines than a room holds', () => {
    const full = Array.from({ length: MAX_ROOM_LINES }, () => task('a'));
    expect(objectionTo(comment('b'), 'ann', write(...full))?.code).toBe('room_full');
  });

  it('not what came of a mail that stands in a full room', () => {
    const mailing: RoomAct = {
      what: 'update_sent',
      audience: 'legal',
      to: ['a'],
      subject: 's',
      text: 't',
    };
    const full = write(mailing, ...Array.from({ length: MAX_ROOM_LINES }, () => task('a')));
    const tried: RoomAct = {
      what: 'mail_tried',
      mailing: 1,
      to: 'a',
      isTaken: true,
      isLast: true,
      said: '',
    };
    expect(objectionTo(tried, 'cordon', full)).toBeUndefined();
  });

  it('nothing of what it takes', () => {
    expect(objectionTo({ what: 'taken_back', line: 3 }, 'ann', lines)).toBeUndefined();
    expect(objectionTo({ what: 'guest_looked', guest: 5 }, 'Eve', lines)).toBeUndefined();
  });
});
