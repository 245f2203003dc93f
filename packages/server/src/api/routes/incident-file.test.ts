import { afterEach, beforeEach, expect, it } from 'vitest';
import { toClosed, toIncident } from '../../runner/fixtures/incident.ts';
import { batch } from '../../store/fixtures/facts.ts';
import { createHarness, type Harness, START } from '../fixtures/api-harness.ts';

let harness: Harness;
let cookie: string;
const now = toIncident('203.0.113.7', 'now', START);
const before = toClosed(
  { ...toIncident('203.0.113.7', 'before', START - 1), number: 2 },
  'true_positive',
);

beforeEach(async () => {
  harness = await createHarness();
  cookie = await harness.cookieOf('viewer');
  await harness.deps.store.commitBatch(batch(1, { incidents: [now, before] }));
});
afterEach(() => harness[Symbol.asyncDispose]());

const get = async (path: string) => {
  const url = `/api/v1/incidents/${path}`;
  const response = await harness.ask({ method: 'GET', url, headers: { cookie } });
  return { status: response.statusCode, body: response.json() };
};

it('tells what resembles an incident, and how that ended', async () => {
  const { status, body } = await get(`${now.id}/similar`);
  expect(status).toBe(200);
  expect(body.items).toMatchObject([
    {
      name: 'INC-2',
      status: 'closed',
      verdict: { kind: 'true_positive', by: 'anna' },
      likeness: 1,
      common: ['behaviour: bruteforce', 'involved: ip 203.0.113.7'],
      worked: [],
    },
  ]);
});

it.each(['stix', 'attack-flow'])('gives an incident out as %s', async (format) => {
  const { status, body } = await get(`${now.id}/${format}`);
  expect(status).toBe(200);
  expect(body).toMatchObject({ type: 'bundle', id: expect.stringMatching(/^bundle--/) });
  expect(body.objects.length).toBeGreaterThan(2);
});

it.each(['stix', 'attack-flow', 'steps', 'similar'])(
  'knows no %s of what there is not',
  async (part) => {
    expect((await get(`inc_none/${part}`)).status).toBe(404);
  },
);
