import { idOf, toEpochMs } from '@cordon/core';
import { expect, test } from 'vitest';
import { action, alert, batch, incident } from '../../store/fixtures/facts.ts';
import { createHarness, type Harness, START } from '../fixtures/api-harness.ts';

const MINUTE_MS = 60_000;
const at = (minutes: number) => toEpochMs(START + minutes * MINUTE_MS);
const get = async (api: Harness, url: string) =>
  (
    await api.ask({
      url: `/api/v1/reports/${url}`,
      headers: { cookie: await api.cookieOf('viewer') },
    })
  ).json();

async function fillBooks(api: Harness): Promise<void> {
  const { store } = api.deps;
  const verdict = { kind: 'false_positive', by: 'responder', reason: 'x', at: at(30) } as const;
  await store.commitBatch(
    batch(1, {
      incidents: [
        incident(1, { firstAt: at(0), behaviours: ['phishing'] }),
        incident(2, { firstAt: at(0) }),
      ],
      alerts: [alert(1, { status: 'in_incident', incidentId: idOf('inc', [1]), why: '' }, at(1))],
      writtenAt: at(1),
    }),
  );
  await store.saveActions({
    actions: [
      action(1, {
        incidentId: idOf('inc', [1]),
        createdAt: at(1),
        status: 'held',
        journal: [
          { at: at(2), phase: 'receipt', text: '' },
          { at: at(3), phase: 'hold', text: '' },
        ],
      }),
    ],
    audit: [],
  });
  const line = { actor: 'responder', subject: idOf('inc', [1]), data: {} };
  await store.audit({ ...line, at: at(5), what: 'logged_in' });
  await store.audit({ ...line, at: at(6), what: 'incident_assigned' });
  await store.audit({ ...line, at: at(7), what: 'action_held', actor: 'cordon' });
  await store.saveDecisions({
    alerts: [],
    incidents: [incident(1, { firstAt: at(0), state: { status: 'closed', verdict } })],
    audit: { ...line, at: at(30), what: 'incident_closed' },
  });
}

test('a week is told from the books, with the rows behind each figure', async () => {
  await using api = await createHarness();
  await api.cookieOf('responder');
  await fillBooks(api);
  api.advance(60 * MINUTE_MS);
  const report = await get(api, 'week');
  expect(report).toMatchObject({
    kind: 'week',
    from: '2026-11-23T00:00:00.000Z',
    to: '2026-11-30T00:00:00.000Z',
    is_over: false,
    is_cut: false,
    incidents: { opened: 2, open: 1, merged: 0 },
    alerts: 1,
    response: { detect: { n: 2 }, acknowledge: { n: 1 }, contain: { n: 1 }, resolve: { n: 1 } },
    automation: { automatic: 1, held: 1, false_automation: { k: 1, n: 1 } },
    workload: { people: [{ person: 'responder', acts: 2, incidents: 1 }] },
    rules: [{ rule_id: 'r', wrong: { k: 1, n: 1 } }],
  });
  expect(report.rows.incidents.map((row: { name: string }) => row.name)).toEqual([
    'INC-2',
    'INC-1',
  ]);
  expect(report.rows.incidents[1]).toMatchObject({
    detect_s: 60,
    acknowledge_s: 300,
    contain_s: 120,
    resolve_s: 1_740,
    verdict: 'false_positive',
  });
  expect(report.rows.acts.map((row: { what: string }) => row.what)).toEqual([
    'incident_closed',
    'incident_assigned',
  ]);
  const before = await get(api, 'week?back=1');
  expect(before).toMatchObject({
    is_over: true,
    incidents: { opened: 0 },
    cost: { spent_minutes: 0 },
  });
});

test('what is assumed is set by an administrator, shown with the report, and on the audit trail', async () => {
  await using api = await createHarness();
  const put = async (role: 'responder' | 'administrator', payload: object) =>
    api.ask({
      method: 'PUT',
      url: '/api/v1/report-assumptions',
      headers: { cookie: await api.cookieOf(role) },
      payload,
    });
  const { cost } = await get(api, 'month');
  expect(cost.assumptions).toMatchObject({ minutes_per_alert: 10, currency: 'EUR' });
  const wanted = { ...cost.assumptions, hourly_cost: 90, currency: 'CHF' };
  expect((await put('responder', wanted)).statusCode).toBe(403);
  expect((await put('administrator', { ...wanted, currency: 'francs' })).statusCode).toBe(400);
  expect((await put('administrator', wanted)).json()).toEqual(wanted);
  expect((await get(api, 'month')).cost.assumptions).toEqual(wanted);
  const { items } = await api.deps.store.listAudit({ limit: 5 });
  expect(items.find(({ what }) => what === 'report_assumptions_set')?.data).toMatchObject({
    hourlyCost: 90,
  });
});
