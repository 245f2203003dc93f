import { type Event, idOf, toEpochMs } from '@cordon/core';
import { expect, test } from 'vitest';
import { createHarness, START } from '../fixtures/api-harness.ts';

const HOUR_MS = 3_600_000;
const at = (hours: number) => toEpochMs(START + hours * HOUR_MS);
const eventAt = (hours: number, more: Partial<Event> & { readonly lease_dur?: number }): Event => ({
  id: idOf('evt', ['entity', hours]),
  time: at(hours),
  class_uid: 3002,
  activity_id: 1,
  severity_id: 1,
  status_id: 1,
  observables: [],
  provenance: {
    offset: hours,
    sourceId: 'x',
    parserId: 'x',
    logsource: { categories: [] },
    fields: {},
  },
  ...more,
});
const observed = [
  eventAt(0, {
    class_uid: 4004,
    activity_id: 5,
    src_endpoint: { ip: '10.0.0.5', hostname: 'LAPTOP-7.corp.example' },
    lease_dur: 4 * 3_600,
  }),
  eventAt(1, {
    device: { hostname: 'srv-1' },
    src_endpoint: { ip: '10.0.0.5' },
    user: { name: 'CORP\\alice' },
  }),
];

async function ask(path: string) {
  await using api = await createHarness({ observed });
  const headers = { cookie: await api.cookieOf('viewer') };
  const answer = await api.ask({ url: `/api/v1/entities/${path}`, headers });
  return { status: answer.statusCode, body: answer.json() };
}
const isoAt = (hours: number) => new Date(at(hours)).toISOString();

test('tells whose an address was, what went from there, and what can be reached', async () => {
  const { body } = await ask(`ip/10.0.0.5?at=${isoAt(2)}`);
  expect(body).toEqual({
    kind: 'host',
    id: 'laptop-7',
    at: isoAt(2),
    confidence: 0.95,
    by: 'dhcp',
    first_seen: isoAt(1),
    last_seen: isoAt(1),
    names: [
      {
        name: '10.0.0.5',
        holder: 'laptop-7',
        from: isoAt(0),
        until: isoAt(4),
        by: 'dhcp',
        confidence: 0.95,
      },
    ],
    links: [
      {
        from: { kind: 'host', id: 'laptop-7' },
        relation: 'came_onto',
        to: { kind: 'host', id: 'srv-1' },
        first_seen: isoAt(1),
        last_seen: isoAt(1),
      },
    ],
    reach: { accounts: [], machines: ['srv-1'] },
  });
});

test('says that it is an address and no more once the lease is over', async () => {
  const { body } = await ask(`ip/10.0.0.5?at=${isoAt(5)}`);
  expect(body).toMatchObject({ kind: 'ip', id: '10.0.0.5', by: 'form', links: [] });
});

test('takes an account however it is written', async () => {
  const { body } = await ask(`user/${encodeURIComponent('CORP\\Alice')}`);
  expect(body).toMatchObject({ kind: 'user', id: 'alice', reach: { machines: ['srv-1'] } });
});

test.each([
  ['a kind that there is not', 'ghost/x', 400],
  ['a time that is none', 'host/x?at=yesterday', 400],
])('refuses %s', async (_name, path, status) => {
  expect((await ask(path)).status).toBe(status);
});
