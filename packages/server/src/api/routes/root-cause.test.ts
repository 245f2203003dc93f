import { toEpochMs } from '@cordon/core';
import { expect, test } from 'vitest';
import { toIncident } from '../../runner/fixtures/incident.ts';
import { batch } from '../../store/fixtures/facts.ts';
import { createHarness, START } from '../fixtures/api-harness.ts';

const incident = toIncident('203.0.113.7', 'now', START);
const clue = { service: 'db-1', kind: 'errors' as const, nats: 3, text: 'errors of db-1' };
const found = {
  incidentId: incident.id,
  onset: toEpochMs(START),
  foundAt: toEpochMs(START + 240_000),
  causes: [{ service: 'db-1', probability: 0.8, clues: [clue] }],
  unseen: 0.1,
};

async function ask(options: Parameters<typeof createHarness>[0], id: string) {
  await using api = await createHarness(options);
  await api.deps.store.commitBatch(batch(1, { incidents: [incident] }));
  const cookie = await api.cookieOf('viewer');
  const url = `/api/v1/incidents/${id}/root-cause`;
  const answer = await api.ask({ url, headers: { cookie } });
  return { status: answer.statusCode, body: answer.json() };
}

test('tells where a fault began and what speaks for it', async () => {
  const { body } = await ask({ rootCause: found }, incident.id);
  expect(body).toMatchObject({
    status: 'found',
    unseen: 0.1,
    causes: [
      { service: 'db-1', probability: 0.8, clues: [{ kind: 'errors', text: 'errors of db-1' }] },
    ],
  });
});

test('says when nothing was searched yet, and when there is no such incident', async () => {
  const { body } = await ask({}, incident.id);
  expect(body).toEqual({ status: 'not_searched', causes: [] });
  expect((await ask({}, 'inc_none')).status).toBe(404);
});
