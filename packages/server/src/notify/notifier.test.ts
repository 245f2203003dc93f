import {
  HOUR_MS,
  type Incident,
  idOf,
  MINUTE_MS,
  type Notice,
  SECOND_MS,
  toEpochMs,
} from '@cordon/core';
import { describe, expect, it } from 'vitest';
import { action, run } from '../store/fixtures/facts.ts';
import { createMemoryStateStore } from '../store/memory/memory-state-store.ts';
import { StoreError } from '../store/store-error.ts';
import { House, START } from './fixtures/house.ts';

const GROUP_MS = 30 * SECOND_MS;
const closed = (kind: 'benign' | 'true_positive'): Pick<Incident, 'state'> => ({
  state: {
    status: 'closed',
    verdict: { kind, by: 'cordon', reason: 'known', at: toEpochMs(START) },
  },
});
const matterOf = async (house: House, n = 0) =>
  (await house.store.listMatters({ limit: 50 })).items.toReversed()[n];

describe('the notifier', () => {
  it('pages who is on call for a new incident, says why, and stops when they answer', async () => {
    const house = await House.build();
    await house.incident(1, 'P1');
    await house.settle();
    const [page] = house.receivers.a.to('anna');
    expect(page?.letter.subject).toBe('[P1] INC-1 Incident 1');
    expect(page?.letter.items[0]?.why).toEqual([
      'You got this because no team looks after anything in it, so SOC is told, and you are on call for First line until Mon 2026-11-30 09:00.',
      'It is P1, which always comes through.',
    ]);
    const token = page?.answerUrl.split('/').at(-1) ?? '';
    await house.notifier.open(token);
    expect(await matterOf(house)).toMatchObject({ state: { status: 'open' } });
    await house.notifier.answer(token, 'acknowledge');
    await house.notifier.answer(token, 'pass_on');
    await house.pass(2 * HOUR_MS);
    expect(house.receivers.a.taken).toHaveLength(1);
    expect(await matterOf(house)).toMatchObject({ state: { status: 'acknowledged', by: 'Anna' } });
    const [sent] = (await house.store.listNotifications({ limit: 5 })).items;
    expect(sent?.items[0]?.answer?.kind).toBe('acknowledged');
  });

  it('escalates without an answer, round after round, and ends with an alarm', async () => {
    const house = await House.build();
    await house.incident(1, 'P1');
    await house.pass(HOUR_MS);
    const order = house.receivers.a.taken.map(({ to, at }) => [to, (at - START) / MINUTE_MS]);
    expect(order).toEqual([
      ['anna', 0],
      ['ben', 5],
      ['anna', 20],
      ['ben', 25],
    ]);
    expect(house.receivers.a.taken[1]?.letter.items[0]?.why).toContain(
      'Anna did not answer within 5 min.',
    );
    expect(house.notifier.alarms()).toMatchObject([
      { kind: 'unanswered', text: 'Nobody answered: INC-1 Incident 1.' },
    ]);
    const told = (await house.store.listNotifications({ limit: 9 })).items;
    expect(told.map(({ items }) => items[0]?.answer?.kind)).toEqual(Array(4).fill('escalated'));
    const matter = await matterOf(house);
    await house.notifier.acknowledge(matter?.id ?? 'mat_', 'ben');
    await house.settle();
    expect(house.notifier.alarms()).toEqual([]);
  });

  it('never tells of what automatic closing closed, at once or while it waited', async () => {
    const house = await House.build();
    await house.incident(1, 'P1', closed('benign'));
    await house.incident(2, 'P2');
    await house.settle();
    house.at += GROUP_MS / 2;
    await house.incident(2, 'P2', closed('benign'));
    await house.pass(HOUR_MS);
    expect(house.receivers.a.taken).toEqual([]);
    const [withdrawn] = (await house.store.listNotifications({ limit: 5 })).items;
    expect(withdrawn?.state.status).toBe('withdrawn');
  });

  it('tells again when the priority rises, and not when facts change or it falls', async () => {
    const house = await House.build();
    await house.incident(1, 'P3');
    await house.pass(GROUP_MS);
    await house.incident(1, 'P3', { story: ['more'] });
    await house.incident(1, 'P4');
    await house.pass(GROUP_MS);
    expect(house.receivers.a.taken.map(({ letter }) => letter.urgency)).toEqual(['note']);
    await house.incident(1, 'P1');
    await house.settle();
    expect(house.receivers.a.taken[1]?.letter.items[0]?.why).toContain(
      'Its priority rose from P4 to P1.',
    );
  });

  it('groups what comes together, and keeps to the budget but for P1', async () => {
    const house = await House.build();
    for (const n of [1, 2, 3]) await house.incident(n, 'P2');
    await house.pass(GROUP_MS);
    expect(house.receivers.a.taken.map(({ letter }) => letter.items.length)).toEqual([3]);
    for (const n of [4, 5, 6, 7]) {
      await house.incident(n, n === 6 ? 'P1' : 'P2');
      await house.pass(MINUTE_MS);
    }
    const toAnna = house.receivers.a.to('anna').map(({ letter }) => letter);
    expect(toAnna.map(({ urgency }) => urgency)).toEqual(['page', 'page', 'note', 'page', 'note']);
    expect(toAnna[2]?.items[0]?.why.at(-1)).toBe(
      'Your budget of 2 pages in 12 h is spent, so this one does not wake you.',
    );
  });

  it('takes the next channel at once when one fails, and the next person when none is left', async () => {
    const house = await House.build();
    house.receivers.a.isDown = true;
    await house.incident(1, 'P1');
    await house.settle();
    expect(house.receivers.b.taken.map(({ to }) => to)).toEqual(['anna']);
    house.receivers.b.isDown = true;
    await house.incident(2, 'P1');
    await house.pass(SECOND_MS);
    house.receivers.a.isDown = false;
    await house.pass(MINUTE_MS);
    const second = house.receivers.a.taken.filter(({ letter }) =>
      letter.items.some(({ title }) => title.startsWith('INC-2')),
    );
    expect(second.map(({ to }) => to).toSorted()).toEqual(['anna', 'ben']);
  });

  it('raises the alarm when a note can be delivered by no channel', async () => {
    const house = await House.build();
    house.receivers.a.isDown = true;
    house.receivers.b.isDown = true;
    await house.incident(1, 'P3');
    await house.pass(HOUR_MS);
    expect(house.notifier.alarms()).toMatchObject([
      { hint: expect.stringContaining('No channel') },
    ]);
  });

  it('keeps notes for the end of quiet hours, and pages through them', async () => {
    const house = await House.build();
    house.at = Date.UTC(2026, 10, 24, 22, 0);
    await house.incident(1, 'P3');
    await house.incident(2, 'P1');
    await house.pass(MINUTE_MS);
    expect(house.receivers.a.to('anna').map(({ letter }) => letter.urgency)).toEqual(['page']);
    await house.pass(8 * HOUR_MS);
    const note = house.receivers.a.to('anna').find(({ letter }) => letter.urgency === 'note');
    expect(new Date(note?.at ?? 0).toISOString()).toBe('2026-11-25T06:00:00.000Z');
  });

  it('lets who cannot take it pass it on', async () => {
    const house = await House.build();
    await house.incident(1, 'P1');
    await house.settle();
    const token = house.receivers.a.to('anna')[0]?.answerUrl.split('/').at(-1) ?? '';
    await house.notifier.answer(token, 'pass_on');
    await house.settle();
    expect(house.receivers.a.to('ben')[0]?.letter.items[0]?.why).toContain('Anna passed it on.');
  });

  it('takes somebody who takes the incident for an answer', async () => {
    const house = await House.build();
    await house.incident(1, 'P1');
    await house.settle();
    await house.incident(1, 'P1', { state: { status: 'in_progress', assignee: 'ben' } });
    await house.pass(HOUR_MS);
    expect(house.receivers.a.taken.map(({ to }) => to)).toEqual(['anna']);
    expect(await matterOf(house)).toMatchObject({ state: { by: 'ben', via: 'act' } });
  });

  it('pauses what flaps, but for P1', async () => {
    const house = await House.build();
    for (let n = 0; n < 8; n += 1) {
      await house.incident(1, 'P3');
      await house.pass(MINUTE_MS);
      await house.incident(1, 'P3', closed('benign'));
      await house.pass(MINUTE_MS);
    }
    expect(house.receivers.a.taken).toHaveLength(4);
    await house.incident(1, 'P3');
    await house.pass(7 * HOUR_MS);
    expect(house.receivers.a.taken).toHaveLength(5);
  });

  it('sends each to the team that looks after it, and honours who stands in', async () => {
    const house = await House.build();
    const entity = { kind: 'host', id: 'web-1', role: 'target' } as const;
    await house.incident(1, 'P1', { entities: [entity] });
    const stand = { scheduleId: 'first', personId: 'ben', from: START, to: START + HOUR_MS };
    const span = { from: toEpochMs(stand.from), to: toEpochMs(stand.to) };
    const added = await house.notifier.addOverride({ ...stand, ...span }, 'anna');
    await house.incident(2, 'P1');
    await house.settle();
    expect(house.receivers.b.taken[0]?.letter.items[0]?.why[0]).toContain(
      'web looks after web-1 (web-*)',
    );
    expect(house.receivers.a.taken.map(({ to }) => to)).toEqual(['ben']);
    if (added.ok) await house.notifier.removeOverride(added.value.id, 'anna');
    await house.incident(3, 'P1');
    await house.settle();
    expect(house.receivers.a.to('anna')).toHaveLength(1);
  });

  it('asks those who may approve, of an approval and of a question', async () => {
    const house = await House.build();
    const user = {
      id: 'u',
      name: 'ben',
      role: 'responder',
      passwordHash: '',
      createdAt: toEpochMs(0),
    } as const;
    await house.store.saveUser(user, house.audit('user_created'));
    await house.incident(1, 'P2', { state: { status: 'in_progress', assignee: 'x' } });
    await house.store.saveActions({
      actions: [
        action(1, { status: 'awaiting_approval', guard: GUARD, incidentId: idOf('inc', [1]) }),
      ],
      audit: [],
    });
    const question = {
      at: toEpochMs(START),
      stepId: 'q',
      outcome: 'waiting',
      text: 'Sure?',
      output: { expires_at: 9 },
    } as const;
    await house.store.saveRun({ ...run(1, 'waiting'), log: [question] });
    await house.pass(GROUP_MS);
    const [page] = house.receivers.a.taken;
    expect(page?.to).toBe('ben');
    expect(page?.letter.items.map(({ title }) => title.slice(0, 8)).toSorted()).toEqual([
      'A playbo',
      'Approve?',
    ]);
    expect(page?.letter.items[0]?.why[0]).toContain(
      'you may decide it, and Anna, on call, may not',
    );
  });

  it('tells operators of alarms that stay, and is quiet about those that go', async () => {
    const house = await House.build();
    const silence: Notice = {
      kind: 'silence',
      sourceId: 'fw',
      since: START,
      text: 'fw is silent.',
      hint: 'Look.',
    };
    house.notices = [silence];
    await house.settle();
    house.at += 61 * SECOND_MS;
    await house.pass(MINUTE_MS);
    expect(house.receivers.a.taken.map(({ letter }) => letter.subject)).toEqual([
      '[P2] fw is silent.',
    ]);
    house.notices = [];
    for (let n = 0; n < 4; n += 1) await house.pass(MINUTE_MS);
    expect(await matterOf(house)).toMatchObject({
      state: { status: 'over', why: 'it is well again' },
    });
  });

  it('looks at all that stands where the change feed has let go of what happened', async () => {
    const house = await House.build();
    await house.incident(1, 'P1');
    const newest = await house.store.lastChange();
    const cut = new Proxy(house.store, {
      get: (target, name, receiver) =>
        name === 'changesSince'
          ? async () => [{ seq: newest + 5, topic: 'setting', id: 'x' }]
          : Reflect.get(target, name, receiver),
    });
    await house.open({ store: cut }).look();
    await house.settle();
    expect(house.receivers.a.taken).toHaveLength(1);
  });

  it('goes on with the others when one thing cannot be told of, and waits when the store fails', async () => {
    const house = await House.build();
    await house.incident(1, 'P1');
    await house.incident(2, 'P1');
    let failure: Error = new TypeError('a mistake');
    const broken = new Proxy(house.store, {
      get: (target, name, receiver) =>
        name === 'getIncident'
          ? async (id: string) => {
              if (id === idOf('inc', [1])) throw failure;
              return target.getIncident(id as never);
            }
          : Reflect.get(target, name, receiver),
    });
    failure = new StoreError({ code: 'disk_full', detail: 'Full.', retryable: true });
    await expect(house.open({ store: broken }).look()).rejects.toThrow('Full.');
    failure = new TypeError('a mistake');
    await house.settle(house.open({ store: broken }));
    expect(house.receivers.a.taken.map(({ letter }) => letter.subject)).toEqual([
      '[P1] INC-2 Incident 2',
    ]);
    expect(house.problems).toMatchObject([
      { code: 'bug', detail: expect.stringContaining('a mistake') },
    ]);
  });

  it('sends a test by the channel that is named, whatever the budget', async () => {
    const house = await House.build();
    await house.notifier.test({ personId: 'anna', channelId: 'b' }, 'ben');
    await house.settle();
    expect(house.receivers.b.taken.map(({ to, letter }) => [to, letter.subject])).toEqual([
      ['anna', '[P4] A test from Cordon'],
    ]);
    expect(await house.notifier.test({ personId: 'nobody' }, 'ben')).toMatchObject({ ok: false });
  });

  it('takes what was there before its first start for history, and misses nothing of later ones', async () => {
    const store = createMemoryStateStore();
    const before = House.prepare({ store });
    await before.incident(1, 'P1');
    const house = await House.build({ store });
    await house.settle();
    expect(house.receivers.a.taken).toEqual([]);
    await house.incident(2, 'P1');
    const later = House.prepare({ store });
    await later.settle();
    expect(later.receivers.a.taken.map(({ letter }) => letter.subject)).toEqual([
      '[P1] INC-2 Incident 2',
    ]);
  });
});

const GUARD = {
  allowed: true,
  needsApproval: true,
  checks: [],
  blast: { requests: 0, successfulLogons: 0, users: [], text: 'It would have hit nobody.' },
};
