import { DAY_MS, idOf, parseSigma, type Signal, toEpochMs } from '@cordon/core';
import { describe, expect, it } from 'vitest';
import { createMemoryStateStore } from '../store/memory/memory-state-store.ts';
import { RuleBook } from './rule-book.ts';

const NOW = toEpochMs(Date.UTC(2026, 10, 24));
const LINES = [
  'title: A',
  'logsource: {category: authentication}',
  'detection: {x: {user.name: a}, condition: x}',
];
const text = (id: string, more = '') => `${LINES.join('\n')}\nid: ${id}\n${more}`;
const CORRELATION =
  'title: C\nid: c\ncorrelation: {type: event_count, rules: [a], group-by: [u], timespan: 1m, condition: {gte: 2}}\n';
const { values: rules } = parseSigma(
  [text('a'), text('b', 'status: shadow\n'), CORRELATION].join('---\n'),
  'r.yml',
);
const audit = { at: NOW, actor: 'ann', what: 'set', subject: 'a', data: {} };
const signalOf = (id: string): Signal => ({
  id: idOf('sig', [id]),
  rule: { id, title: id, techniques: [], tactics: [], falsepositives: [], behaviour: 'x' },
  severity_id: 3,
  at: NOW,
  since: NOW,
  count: 1,
  eventIds: [],
  offsets: [],
  entities: [],
  logsource: {},
  text: '',
  matched: {},
});

async function open() {
  const store = createMemoryStateStore();
  const clock = { now: NOW as number };
  const deps = { store, now: () => toEpochMs(clock.now) };
  const book = await RuleBook.open(deps);
  book.use(rules);
  return { book, store, clock, again: () => RuleBook.open(deps) };
}
const asked = (book: RuleBook) => book.use(rules).map(({ id }) => id);

describe('what is set for rules', () => {
  it('is on, or shadow where the file says so', async () => {
    const { book } = await open();
    expect(rules.map(({ id }) => [id, book.modeOf(id), book.mute(signalOf(id))])).toEqual([
      ['a', 'on', undefined],
      ['b', 'shadow', 'shadow'],
      ['c', 'on', undefined],
    ]);
  });

  it('keeps a rule that is off, or set aside, from being asked, and silences a correlation', async () => {
    const { book } = await open();
    await book.save({ ruleId: 'a', mode: 'off', suppressions: [] }, audit);
    await book.save({ ruleId: 'c', mode: 'off', suppressions: [] }, audit);
    await book.save({ ruleId: 'b', suppressions: [], quarantine: { at: NOW, reason: 'x' } }, audit);
    expect(asked(book)).toEqual(['c']);
    expect(book.mute(signalOf('c'))).toBe('off');
  });

  it('outlasts a restart, and ends when its time has come', async () => {
    const { book, clock, again } = await open();
    const suppression = {
      id: 'sup_1',
      owner: 'ann',
      reason: 'drill',
      createdAt: NOW,
      expiresAt: toEpochMs(NOW + DAY_MS),
    };
    await book.save({ ruleId: 'a', suppressions: [suppression] }, audit);
    const next = await again();
    expect(next.mute(signalOf('a'))).toBe('sup_1');
    clock.now += DAY_MS;
    expect(next.mute(signalOf('a'))).toBeUndefined();
  });

  it('is not gone by what could not be written', async () => {
    const { book, store } = await open();
    await store.close();
    await expect(
      book.save({ ruleId: 'a', mode: 'off', suppressions: [] }, audit),
    ).rejects.toThrow();
    expect(asked(book)).toContain('a');
  });
});
