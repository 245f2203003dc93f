import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idOf } from '../shared/id.ts';
import { MINUTE_MS, toEpochMs } from '../shared/time.ts';
import { begin, nextContact, settle } from './deliver.ts';
import { foldFatigue } from './fatigue.ts';
import { tidy, toLetter } from './letter.ts';
import type { Matter, Notification } from './matter.ts';

const matter = (n: number, more: Partial<Matter> = {}): Matter => ({
  id: idOf('mat', [n]),
  need: {
    key: `${n}`,
    kind: 'incident',
    priority: 'P2',
    title: `M${n}`,
    lines: [],
    path: '/',
    ruleIds: ['r'],
    subjects: [],
  },
  team: { id: 't', why: '' },
  state: { status: 'over', why: 'x', at: toEpochMs(0) },
  wave: 0,
  openings: [],
  openedAt: toEpochMs(0),
  revision: 0,
  ...more,
});
const notification = (n: number, more: Partial<Notification> = {}): Notification => ({
  id: idOf('ntf', [n]),
  personId: 'ann',
  urgency: 'page',
  items: [{ matterId: idOf('mat', [n]), priority: 'P2', why: [] }],
  contacts: [{ channelId: 'a' }, { channelId: 'b' }],
  state: { status: 'planned', nextAt: toEpochMs(0) },
  attempts: [],
  plannedAt: toEpochMs(0),
  revision: 0,
  ...more,
});

/** Plays it against channels that say so, until it ends. */
function play(says: (channelId: string, nth: number) => 'yes' | 'later' | 'never') {
  let one = notification(1);
  const tries: string[] = [];
  while (one.state.status === 'planned') {
    const now = one.state.nextAt;
    one = begin(one, now);
    if (one.state.status !== 'sending') break;
    const { channelId } = one.state;
    const said = says(channelId, tries.length);
    tries.push(`${channelId}@${now / 1_000}`);
    one = settle(one, {
      at: now,
      channelId,
      isTaken: said === 'yes',
      text: '',
      isRetryable: said === 'later',
    });
  }
  return { one, tries };
}

describe('handing over', () => {
  it.each([
    ['the first that takes it', () => 'yes', ['a@0'], 'delivered'],
    [
      'the next at once, when one will not',
      (id) => (id === 'b' ? 'yes' : 'later'),
      ['a@0', 'b@0'],
      'delivered',
    ],
    [
      'all again after a pause',
      (_, nth) => (nth < 3 ? 'later' : 'yes'),
      ['a@0', 'b@0', 'a@30', 'b@30'],
      'delivered',
    ],
    [
      'never again one that never will',
      (id, nth) => (id === 'a' ? 'never' : nth < 2 ? 'later' : 'yes'),
      ['a@0', 'b@0', 'b@30'],
      'delivered',
    ],
    [
      'no more than four times each',
      () => 'later',
      ['a@0', 'b@0', 'a@30', 'b@30', 'a@150', 'b@150', 'a@750', 'b@750'],
      'failed',
    ],
    ['nobody who never will', () => 'never', ['a@0', 'b@0'], 'failed'],
  ] satisfies [string, (id: string, nth: number) => 'yes' | 'later' | 'never', string[], string][])(
    'tries %s',
    (...[, says, tries, end]) => {
      const played = play(says);
      expect(played.tries).toEqual(tries);
      expect(played.one.state.status).toBe(end);
    },
  );

  it('always ends, and is delivered when any channel would take it at any time within the tries', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('yes' as const, 'later' as const, 'never' as const), {
          maxLength: 8,
        }),
        (answers) => {
          const { one, tries } = play((_, nth) => answers[nth] ?? 'later');
          const isTaken = answers.slice(0, tries.length).includes('yes');
          expect(one.state.status).toBe(isTaken ? 'delivered' : 'failed');
          expect(nextContact(one) === undefined || isTaken).toBe(true);
        },
      ),
    );
  });
});

it('a letter tells the most urgent first, ten at most, and nothing that was answered', () => {
  const matters = Array.from({ length: 13 }, (_, n) =>
    matter(n, { need: { ...matter(n).need, priority: n === 12 ? 'P1' : 'P3' } }),
  );
  const items = matters.map(({ id, need }, n) => ({
    matterId: id,
    priority: need.priority,
    why: [],
    ...(n === 0 ? { answer: { kind: 'expired', at: toEpochMs(0) } as const } : {}),
  }));
  const letter = toLetter(notification(1, { items }), matters);
  expect(letter).toMatchObject({ subject: '[P1] M12 and 11 more', leftOut: 2 });
  expect(letter.items).toHaveLength(10);
  expect(tidy('a\r\nBcc: x\u202e\u0007b', 9)).toBe('a Bcc: x…');
});

it('the report counts pages by person, and names the rule that nobody acts on with what tuning would hide', () => {
  const sent = (n: number, minutes: number): Notification =>
    notification(n, {
      state: { status: 'delivered', at: toEpochMs(minutes * MINUTE_MS), channelId: 'a' },
    });
  const acted = { status: 'acknowledged', at: toEpochMs(0), by: 'ann', via: 'link' } as const;
  const matters = [
    matter(1),
    matter(2),
    matter(3),
    matter(4),
    matter(5, { state: acted, need: { ...matter(5).need, ruleIds: ['other'] } }),
  ];
  const answered = { kind: 'acknowledged', at: toEpochMs(7 * MINUTE_MS) } as const;
  const fifth = sent(5, 4);
  const notifications = [
    sent(1, 0),
    sent(2, 1),
    sent(3, 60 * 24),
    sent(4, 60 * 48),
    { ...fifth, items: fifth.items.map((item) => ({ ...item, answer: answered })) },
    notification(6, { urgency: 'note' }),
  ];
  const report = foldFatigue({
    matters,
    notifications,
    windowMs: 720 * MINUTE_MS,
    conclude: ({ id }) => (id === idOf('mat', [4]) ? 'genuine' : 'harmless'),
  });
  expect(report).toMatchObject({
    pages: 5,
    actedShare: 0.2,
    people: [
      { personId: 'ann', pages: 5, most: 3, acknowledged: 1, medianAnswerMs: 3 * MINUTE_MS },
    ],
    rules: [
      {
        ruleId: 'r',
        matters: 4,
        pages: 4,
        acted: 0,
        harmless: 3,
        tuning: { kind: 'demote', spared: 4, hidden: 1 },
      },
      { ruleId: 'other', matters: 1 },
    ],
  });
});
