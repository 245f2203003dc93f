import { createDecider, type Event, idOf, toEpochMs } from '@cordon/core';
import { expect, it } from 'vitest';
import { batch } from '../store/fixtures/facts.ts';
import { createMemoryStateStore } from '../store/memory/memory-state-store.ts';
import { packSnapshot } from '../thinking/packed-snapshot.ts';
import { readEntity } from './read-entity.ts';

const AT = toEpochMs(Date.UTC(2026, 0, 1));
const question = { kind: 'user', id: 'alice', at: AT } as const;
const logon: Event = {
  id: idOf('evt', ['read-entity']),
  time: AT,
  class_uid: 3002,
  activity_id: 1,
  severity_id: 1,
  status_id: 1,
  device: { hostname: 'srv-1' },
  src_endpoint: { ip: '10.0.0.5' },
  user: { name: 'alice' },
  observables: [],
  provenance: {
    offset: 0,
    sourceId: 'x',
    parserId: 'x',
    logsource: { categories: [] },
    fields: {},
  },
};

it('tells what the last snapshot knew, and that there is none', async () => {
  const store = createMemoryStateStore();
  expect(await readEntity(store, question)).toBeUndefined();
  const decider = createDecider();
  decider.observe(logon);
  const snapshot = await packSnapshot({ decider: decider.snapshot() });
  await store.commitBatch(batch(1, { snapshot }));
  expect(await readEntity(store, question)).toMatchObject({
    ref: { kind: 'user', id: 'alice' },
    firstAt: AT,
    reach: { accounts: ['alice'], machines: ['srv-1'] },
  });
});
