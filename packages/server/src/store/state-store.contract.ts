import type { ActionRecord } from '@cordon/core';
import { DAY_MS, idOf, toEpochMs } from '@cordon/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Credential, UserAccount } from './accounts.ts';
import { action, alert, batch, incident, line, NOW, run, signal } from './fixtures/facts.ts';
import type { PageQuery } from './lists.ts';
import type { StateStore } from './ports.ts';

/** What every state store keeps to. `open` gives a fresh, empty one. */
export function checkStateStore(name: string, open: () => Promise<StateStore>): void {
  describe(`state store: ${name}`, () => {
    let store: StateStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    it('begins empty', async () => {
      expect(await store.loadPipelineState()).toEqual({
        committedOffset: 0,
        alerts: [],
        incidents: [],
        lastIncidentNumber: 0,
      });
      expect(await store.listIncidents({ limit: 10 })).toEqual({ items: [] });
      expect(await store.lastChange()).toBe(0);
      expect(await store.nextActionAt()).toBeUndefined();
      expect(await store.verifyAudit()).toEqual({ entries: 0 });
    });

    it('commits a batch and loads where it stopped', async () => {
      const old = NOW - 8 * DAY_MS;
      const verdict = { kind: 'benign', by: 'ann', reason: '', at: toEpochMs(NOW) } as const;
      const inOpen = alert(
        3,
        { status: 'in_incident', incidentId: idOf('inc', [1]), why: '' },
        old,
      );
      await store.commitBatch(
        batch(5, {
          snapshot: '{"a":[1]}',
          alerts: [alert(1), alert(2, { status: 'closed', verdict }, old), inOpen],
          incidents: [
            incident(1, { lastAt: toEpochMs(old) }),
            incident(2, { state: { status: 'closed', verdict }, lastAt: toEpochMs(old) }),
          ],
        }),
      );
      await store.commitBatch(batch(9));
      expect(await store.loadPipelineState()).toEqual({
        committedOffset: 9,
        snapshot: { offset: 5, text: '{"a":[1]}' },
        alerts: [alert(1), inOpen],
        incidents: [incident(1, { lastAt: toEpochMs(old) })],
        lastIncidentNumber: 2,
      });
      await expect(store.commitBatch(batch(8))).rejects.toMatchObject({
        problem: { code: 'stale_revision' },
      });
    });

    it('dates an incident by when it was first written, and lists those of a span', async () => {
      const at = (minute: number) => toEpochMs(NOW + minute * 60_000);
      await store.commitBatch(batch(1, { incidents: [incident(1)], writtenAt: at(1) }));
      await store.commitBatch(
        batch(2, {
          incidents: [incident(1, { revision: 2 }), incident(2), incident(3)],
          writtenAt: at(2),
        }),
      );
      await store.commitBatch(batch(3, { incidents: [incident(5)] }));
      const audit = { at: at(4), actor: 'ann', what: 'x', subject: 's', data: {} };
      await store.saveDecisions({ alerts: [], incidents: [incident(4)], audit });
      const ask = async (from: number, to: number, page: PageQuery = { limit: 9 }) =>
        store.listOpened({ ...page, opened: { from: at(from), to: at(to) } });
      expect((await ask(0, 9)).items.map((one) => [one.incident.number, one.openedAt])).toEqual([
        [4, at(4)],
        [3, at(2)],
        [2, at(2)],
        [1, at(1)],
      ]);
      expect((await ask(1, 2)).items).toEqual([
        { incident: incident(1, { revision: 2 }), openedAt: at(1) },
      ]);
      const first = await ask(0, 9, { limit: 3 });
      const rest = await ask(0, 9, { limit: 3, cursor: first.nextCursor ?? '' });
      expect(rest.items.map((one) => one.incident.number)).toEqual([1]);
      expect(rest.nextCursor).toBeUndefined();
    });

    it('lists the alerts that were seen last in a span', async () => {
      const open = { status: 'open', why: 'x' } as const;
      await store.commitBatch(
        batch(1, {
          alerts: [alert(1, open, NOW), alert(2, open, NOW + 5), alert(3, open, NOW + 9)],
        }),
      );
      const seen = { from: toEpochMs(NOW + 5), to: toEpochMs(NOW + 9) };
      expect((await store.listAlerts({ limit: 9, seen })).items).toEqual([alert(2, open, NOW + 5)]);
    });

    it('keeps a snapshot that is newer than the one there is', async () => {
      for (const [offset, text] of [
        [3, 'first'],
        [5, 'newer'],
        [4, 'older'],
        [5, 'as old'],
      ] as const)
        await store.keepSnapshot({ offset, text });
      expect((await store.loadPipelineState()).snapshot).toEqual({ offset: 5, text: 'newer' });
    });

    it('keeps what was learnt with the act that taught it, beside any snapshot', async () => {
      const audit = { at: toEpochMs(NOW), actor: 'ann', what: 'x', subject: 's', data: {} };
      const change = { alerts: [], incidents: [], audit };
      await store.saveDecisions({ ...change, learnt: '{"n":1}' });
      await store.saveDecisions({ ...change, learnt: '{"n":2}' });
      await store.saveDecisions(change);
      await store.commitBatch(batch(5, { snapshot: '{"a":[1]}' }));
      expect(await store.loadPipelineState()).toMatchObject({
        learnt: '{"n":2}',
        snapshot: { offset: 5, text: '{"a":[1]}' },
      });
    });

    it('adds tallies up and keeps dead letters', async () => {
      const tally = { sourceId: 's', outcome: 'parsed', reason: 'p', count: 2 } as const;
      await store.commitBatch(batch(3, { tallies: [tally, tally] }));
      await store.addTallies([{ ...tally, count: 5 }]);
      expect(await store.listTallies()).toEqual([{ ...tally, count: 9 }]);
      const letter = (offset: number, sourceId: string) =>
        ({
          offset,
          sourceId,
          at: toEpochMs(NOW),
          stage: 'detect',
          problem: { code: 'bug', detail: 'x', retryable: false },
        }) as const;
      await store.commitBatch(batch(4, { deadLetters: [letter(1, 's'), letter(2, 't')] }));
      expect((await store.listDeadLetters({ limit: 10 })).items.map((item) => item.offset)).toEqual(
        [2, 1],
      );
      expect((await store.listDeadLetters({ limit: 10, sourceId: 's' })).items).toEqual([
        letter(1, 's'),
      ]);
      const ofRecords = await store.listDeadLetters({ limit: 10, offsets: [0, 2] });
      expect(ofRecords.items).toEqual([letter(2, 't')]);
      const late = { ...letter(2, 't'), stage: 'store' } as const;
      await store.addDeadLetters([late]);
      await store.addDeadLetters([late]);
      expect((await store.listDeadLetters({ limit: 10 })).items).toHaveLength(3);
    });

    it('groups letters by source and shape, and moves what was run again exactly once', async () => {
      const letter = (offset: number, shape: string) =>
        ({
          offset,
          sourceId: 's',
          at: toEpochMs(NOW),
          stage: 'normalise',
          problem: { code: 'record_unknown_form', detail: 'x', retryable: false },
          shape,
        }) as const;
      const given = [letter(1, 'b'), letter(2, 'a'), letter(3, 'a')];
      const end = { sourceId: 's', outcome: 'unparsed', reason: 'record_unknown_form' } as const;
      await store.commitBatch(batch(4, { deadLetters: given, tallies: [{ ...end, count: 3 }] }));
      expect(await store.listLetterGroups(10)).toEqual([
        { sourceId: 's', shape: 'a', count: 2, newest: letter(3, 'a'), firstOffset: 2 },
        { sourceId: 's', shape: 'b', count: 1, newest: letter(1, 'b'), firstOffset: 1 },
      ]);
      const only = await store.listDeadLetters({ limit: 10, shape: 'a' });
      expect(only.items.map(({ offset }) => offset)).toEqual([3, 2]);
      const { committedOffset: _, ...nothing } = batch(4);
      const parsed = { sourceId: 's', outcome: 'parsed', reason: 'p' } as const;
      const retry = {
        ...nothing,
        settled: given,
        tallies: [
          { ...end, count: -3 },
          { ...parsed, count: 3 },
        ],
        snapshot: '{"now":2}',
        audit: { at: toEpochMs(NOW), actor: 'ann', what: 'retried', subject: 's', data: {} },
      };
      await store.commitRetry(retry);
      await expect(store.commitRetry(retry)).rejects.toMatchObject({
        problem: { code: 'stale_revision' },
      });
      expect(await store.listTallies()).toEqual([{ ...parsed, count: 3 }]);
      expect((await store.listDeadLetters({ limit: 10 })).items).toEqual([]);
      expect((await store.listAudit({ limit: 10 })).items).toHaveLength(1);
      expect((await store.loadPipelineState()).snapshot).toEqual({ offset: 4, text: '{"now":2}' });
    });

    it('queues a run once: the one that is there keeps its log', async () => {
      await store.saveRun(run(1));
      await store.commitBatch(
        batch(1, { runs: [{ ...run(1), status: 'queued', log: [] }, run(2)] }),
      );
      expect(await store.getRun(run(1).id)).toEqual(run(1));
      expect(await store.getRun(run(2).id)).toEqual(run(2));
    });

    it('finds signals by alert and by record, and counts', async () => {
      const end = (n: number, outcome: 'promoted' | 'folded') => ({
        signalId: idOf('sig', [n]),
        alertId: idOf('alr', [1]),
        outcome,
      });
      await store.commitBatch(
        batch(1, {
          signals: [signal(1), signal(2)],
          outcomes: [end(1, 'promoted'), end(2, 'folded')],
          alerts: [alert(1)],
          incidents: [incident(1)],
        }),
      );
      await store.commitBatch(batch(1, { signals: [signal(1)], outcomes: [end(1, 'promoted')] }));
      expect((await store.listSignals(idOf('alr', [1]), { limit: 10 })).items).toEqual([
        signal(2),
        signal(1),
      ]);
      expect(await store.signalsOf(101)).toEqual([signal(1)]);
      expect(await store.counts()).toEqual({
        alerts: { open: 1, in_incident: 0, closed: 0 },
        incidents: { new: 1, in_progress: 0, on_hold: 0, resolved: 0, closed: 0 },
        signals: { promoted: 1, folded: 1 },
      });
    });

    it('pages with cursors that stay good while things are added or changed', async () => {
      await store.commitBatch(batch(1, { incidents: [1, 2, 3, 4, 5].map((n) => incident(n)) }));
      const first = await store.listIncidents({ limit: 2 });
      expect(first.items.map((item) => item.number)).toEqual([5, 4]);
      await store.commitBatch(batch(2, { incidents: [incident(6), incident(4, { revision: 2 })] }));
      const second = await store.listIncidents({
        limit: 2,
        ...(first.nextCursor ? { cursor: first.nextCursor } : {}),
      });
      expect(second.items.map((item) => item.number)).toEqual([3, 2]);
      const third = await store.listIncidents({
        limit: 2,
        ...(second.nextCursor ? { cursor: second.nextCursor } : {}),
      });
      expect(third).toEqual({ items: [incident(1)] });
      await expect(store.listIncidents({ limit: 2, cursor: "x' OR 1" })).rejects.toMatchObject({
        problem: { code: 'bad_cursor' },
      });
    });

    it('filters incidents by status, priority and text as it stands', async () => {
      const p1 = incident(2, {
        title: 'Brute FORCE',
        priority: { ...incident(2).priority, level: 'P1' },
      });
      await store.commitBatch(batch(1, { incidents: [incident(1), p1] }));
      const find = async (query: object) =>
        (await store.listIncidents({ limit: 10, ...query })).items.map((item) => item.number);
      expect(await find({ text: 'force' })).toEqual([2]);
      expect(await find({ text: 'INC-1' })).toEqual([1]);
      expect(await find({ text: '100% SURE_' })).toEqual([2, 1]);
      expect(await find({ text: '100_' })).toEqual([]);
      expect(await find({ priority: ['P1'] })).toEqual([2]);
      expect(await find({ status: ['new'], priority: ['P2', 'P3'] })).toEqual([1]);
      expect(await find({ status: [] })).toEqual([]);
      expect(await store.getIncident(idOf('inc', [2]))).toEqual(p1);
      expect(await store.getIncident(idOf('inc', [9]))).toBeUndefined();
    });

    it('refuses a stale action with everything that came with it', async () => {
      await store.saveActions({ actions: [action(1)], audit: [line('planned')] });
      const stale = store.saveActions({
        actions: [action(2), action(1)],
        run: run(1),
        audit: [line('lost')],
      });
      await expect(stale).rejects.toMatchObject({ problem: { code: 'stale_revision' } });
      expect(await store.getAction(idOf('act', [2]))).toBeUndefined();
      expect(await store.getRun(idOf('run', [1]))).toBeUndefined();
      expect((await store.listAudit({ limit: 10 })).items.map((entry) => entry.what)).toEqual([
        'planned',
      ]);
      await store.saveActions({
        actions: [action(1, { revision: 2, status: 'held' })],
        run: run(1),
        audit: [],
      });
      expect(
        (await store.listActions({ limit: 10, status: ['held'], effectKey: 'k' })).items,
      ).toEqual([action(1, { revision: 2, status: 'held' })]);
      expect((await store.listRuns({ limit: 10, status: ['running'] })).items).toEqual([run(1)]);
    });

    it('knows which actions are due', async () => {
      const at = (n: number, nextAt: number) => action(n, { nextAt: toEpochMs(nextAt) });
      await store.saveActions({ actions: [at(1, 30), at(2, 10), at(3, 20), action(4)], audit: [] });
      expect((await store.dueActions(toEpochMs(20), 10)).map((due) => due.nextAt)).toEqual([
        10, 20,
      ]);
      expect(await store.dueActions(toEpochMs(99), 1)).toEqual([at(2, 10)]);
      expect(await store.nextActionAt()).toBe(10);
    });

    it('counts the changing actions that were meant to be carried out since', async () => {
      const intent = (n: number, at: number, more: Partial<ActionRecord> = {}) =>
        action(n, { journal: [{ at: toEpochMs(at), phase: 'intent', text: '' }], ...more });
      await store.saveActions({
        actions: [
          intent(1, 10),
          intent(2, 20),
          intent(6, 20, { incidentId: 'inc_b' }),
          intent(3, 30, { verb: 'endpoint.host.isolate' }),
          intent(4, 30, { class: 'notify' }),
          action(5),
        ],
        audit: [],
      });
      const since = async (at: number) =>
        (await store.countIntents(toEpochMs(at)))
          .map(({ verb, incidentId, count }) => `${verb} ${incidentId ?? ''} ${count}`)
          .sort();
      const { incidentId = '' } = action(1);
      const blocked = (count: number) => `net.ip.block ${incidentId} ${count}`;
      const rest = [`endpoint.host.isolate ${incidentId} 1`, 'net.ip.block inc_b 1'];
      expect(await since(9)).toEqual([...rest, blocked(2)].sort());
      expect(await since(10)).toEqual([...rest, blocked(1)].sort());
      expect(await since(30)).toEqual([]);
    });

    it('keeps people and their credentials', async () => {
      const user: UserAccount = {
        id: 'u1',
        name: 'ann',
        role: 'administrator',
        passwordHash: 'h',
        createdAt: toEpochMs(NOW),
      };
      await store.saveUser(user, line('account_made'));
      await store.saveUser({ ...user, role: 'viewer' }, line('account_changed'));
      expect(await store.findUser({ name: 'ann' })).toEqual({ ...user, role: 'viewer' });
      expect(await store.listUsers()).toHaveLength(1);
      const credential: Credential = {
        id: 'c1',
        kind: 'session',
        secretHash: 'abc',
        subject: 'u1',
        label: '',
        createdAt: toEpochMs(NOW),
      };
      await store.saveCredential(credential);
      expect(await store.findCredential('abc')).toEqual(credential);
      expect(await store.listCredentials('api_token')).toEqual([]);
      await store.deleteCredential('c1', line('logged_out'));
      expect(await store.findCredential('abc')).toBeUndefined();
      expect(await store.verifyAudit()).toEqual({ entries: 3 });
    });

    it('keeps settings and tells the changes in order', async () => {
      await store.setSetting('k', { deep: [1, null] }, line('set'));
      await store.setSetting('k', false);
      expect(await store.getSetting('k')).toBe(false);
      await store.saveDecisions({
        alerts: [alert(1)],
        incidents: [incident(1)],
        audit: line('closed'),
      });
      const changes = await store.changesSince(0, 10);
      expect(changes.map((change) => change.topic)).toEqual([
        'setting',
        'setting',
        'alert',
        'incident',
      ]);
      expect(await store.changesSince(changes[2]?.seq ?? 0, 10)).toEqual(changes.slice(3));
      expect(await store.lastChange()).toBe(changes[3]?.seq);
    });

    it('chains the audit trail, also under calls at once', async () => {
      await Promise.all(Array.from({ length: 20 }, (_, n) => store.audit(line(`did_${n}`))));
      expect(await store.verifyAudit()).toEqual({ entries: 20 });
      const { items, nextCursor } = await store.listAudit({ limit: 5 });
      expect(items.map((entry) => entry.seq)).toEqual([20, 19, 18, 17, 16]);
      expect(nextCursor).toBeDefined();
    });

    it('rejects every call after close', async () => {
      await store.close();
      await expect(store.counts()).rejects.toMatchObject({ problem: { code: 'store_closed' } });
      await expect(store.audit(line('late'))).rejects.toMatchObject({
        problem: { code: 'store_closed' },
      });
    });
  });
}
