import {
  err,
  HOUR_MS,
  type Incident,
  type IncidentId,
  idOf,
  type Matter,
  MINUTE_MS,
  matterIdOf,
  type Need,
  ok,
  type Problem,
  type RoomAct,
  toEpochMs,
} from '@cordon/core';
import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import type { PlainMail } from '../notify/channel.ts';
import { incident, NOW } from '../store/fixtures/facts.ts';
import { createMemoryStateStore } from '../store/memory/memory-state-store.ts';
import { RoomYml, toTargets } from './config.ts';
import { Postman } from './postman.ts';
import { RoomBook } from './room-book.ts';
import { TargetWatch } from './target-watch.ts';

const ID: IncidentId = idOf('inc', [1]);
const TO = ['a@example.org', 'b@example.org'];
const UPDATE: RoomAct = { what: 'update_sent', audience: 'legal', to: TO, subject: 's', text: 't' };

/** A room over a memory store, a clock that the test moves, and a mail server that it can break. */
function build() {
  const store = createMemoryStateStore();
  const world = { at: NOW, problem: undefined as Problem | undefined };
  const now = () => toEpochMs(world.at);
  const book = new RoomBook({ store, now, onWritten: () => undefined });
  const sent: PlainMail[] = [];
  const { signal } = new AbortController();
  const openPostman = () =>
    new Postman({
      store,
      book,
      mail: () => async (mail) => {
        if (world.problem) return err(world.problem);
        sent.push(mail);
        return ok('250 OK');
      },
      questionLink: () => 'https://cordon.example/was-it-you/x',
      now,
      signal,
    });
  const statuses = async () =>
    (await book.read(ID)).room.updates[0]?.deliveries.map(({ status }) => status);
  return { store, world, now, book, sent, openPostman, statuses };
}

describe('the mails of a room', () => {
  it('go out once each, also when the process before died with them', async () => {
    const { book, sent, openPostman, statuses } = build();
    await book.write(ID, UPDATE, 'ann');
    const postman = openPostman();
    await postman.resume();
    await postman.look();
    expect(sent.map(({ to }) => to)).toEqual(TO);
    expect(new Set(sent.map(({ key }) => key)).size).toBe(2);
    expect(await statuses()).toEqual(['delivered', 'delivered']);
    const next = openPostman();
    await next.resume();
    await next.look();
    expect(sent).toHaveLength(2);
  });

  it('are tried again after pauses, and given up with the reason', async () => {
    const { book, world, openPostman, statuses } = build();
    world.problem = { code: 'channel_unreachable', detail: 'Down.', retryable: true };
    await book.write(ID, UPDATE, 'ann');
    const postman = openPostman();
    postman.add(ID);
    const tries = async () => (await book.read(ID)).room.updates[0]?.deliveries[0]?.tries.length;
    await postman.look();
    await postman.look();
    expect(await tries()).toBe(1);
    for (const pauseMs of [30_000, 120_000, 600_000]) {
      world.at += pauseMs;
      await postman.look();
    }
    expect(await tries()).toBe(4);
    expect(await statuses()).toEqual(['failed', 'failed']);
  });

  it('that are refused for good are not tried again', async () => {
    const { book, world, openPostman, statuses } = build();
    world.problem = { code: 'channel_refused', detail: 'No such box.', retryable: false };
    await book.write(ID, UPDATE, 'ann');
    const postman = openPostman();
    postman.add(ID);
    await postman.look();
    expect(await statuses()).toEqual(['failed', 'failed']);
  });
});

const raiseMatter = (need: Need): Matter => ({
  id: matterIdOf(need.key),
  need,
  team: { id: 't', why: '' },
  state: { status: 'told' },
  wave: 0,
  openings: [],
  openedAt: toEpochMs(NOW),
  revision: 0,
});

describe('the watch over targets', () => {
  async function watch() {
    const { store, world, now, book } = build();
    const told: Need[] = [];
    const over: string[] = [];
    const open = () =>
      new TargetWatch({
        store,
        book,
        now,
        times: toTargets(Value.Default(RoomYml, {}) as RoomYml),
        onCall: {
          tell: async (need) => void told.push(need),
          tellOver: async (key) => void over.push(key),
        },
      });
    const save = async (made: Incident, actor = 'cordon') => {
      const audit = { at: now(), actor, what: 'x', subject: made.id, data: {} };
      await store.saveDecisions({ alerts: [], incidents: [made], audit });
    };
    const made = incident(1);
    await save(made);
    const missed = async () =>
      (await book.read(made.id)).lines.map(({ act }) => ('target' in act ? act.target : act.what));
    return { store, world, told, over, open, save, made, missed };
  }

  it('writes down, tells and alarms once what was missed, also after a start', async () => {
    const { world, told, open, missed } = await watch();
    const first = open();
    await first.look();
    expect(first.alarms()).toEqual([]);
    world.at += 31 * MINUTE_MS;
    await first.look();
    await first.look();
    expect(await missed()).toEqual(['acknowledge']);
    expect(told.map(({ kind, priority }) => [kind, priority])).toEqual([['target', 'P2']]);
    const next = open();
    await next.look();
    expect(await missed()).toEqual(['acknowledge']);
    expect(next.alarms().map(({ kind }) => kind)).toEqual(['target']);
  });

  it('ends what a process before told of an incident that is closed now', async () => {
    const { store, over, open } = await watch();
    const need: Need = {
      key: 'target:contain:inc_old',
      kind: 'target',
      priority: 'P2',
      title: 'x',
      lines: [],
      path: '/',
      ruleIds: [],
      subjects: [],
      incidentId: idOf('inc', ['old']),
    };
    const matter = raiseMatter(need);
    await store.saveNotify({ matters: [matter], notifications: [] });
    await open().look();
    expect(over).toEqual([need.key]);
  });

  it('says of none that it is over because many newer ones are open', async () => {
    const { world, over, open, save } = await watch();
    const watching = open();
    world.at += 31 * MINUTE_MS;
    await watching.look();
    for (let n = 2; n <= 501; n += 1) await save(incident(n));
    await watching.look();
    await open().look();
    expect(over).toEqual([]);
    expect(watching.alarms()).toHaveLength(1);
  });

  it('says that it is over when it was done late, and when the incident closed', async () => {
    const { store, world, over, open, save, made } = await watch();
    const watching = open();
    world.at += 5 * HOUR_MS;
    await watching.look();
    expect(watching.alarms()).toHaveLength(2);
    await store.saveUser(
      { id: 'u', name: 'ann', role: 'responder', passwordHash: '', createdAt: toEpochMs(NOW) },
      { at: toEpochMs(world.at), actor: 'x', what: 'user_created', subject: 'u', data: {} },
    );
    await save({ ...made, state: { status: 'in_progress', assignee: 'ann' } }, 'ann');
    await watching.look();
    expect(over).toEqual([`target:acknowledge:${made.id}`]);
    const verdict = { kind: 'benign', by: 'ann', reason: '', at: toEpochMs(world.at) } as const;
    await save({ ...made, state: { status: 'closed', verdict } }, 'ann');
    await watching.look();
    expect(over).toHaveLength(2);
    expect(watching.alarms()).toEqual([]);
  });
});
