import { API_PREFIX, type OperationId, routes } from '@cordon/contract';
import {
  type ActionRecord,
  type Alert,
  entityKey,
  type Incident,
  idOf,
  ok,
  parsePlaybook,
  type Signal,
  toEpochMs,
} from '@cordon/core';
import { Compile } from 'typebox/compile';
import { expect, test } from 'vitest';
import { createNarrator } from '../narrate/narrator.ts';
import { createHarness, type Harness, START } from './fixtures/api-harness.ts';

const rule = {
  id: 'ssh-bruteforce',
  title: 'Many failed log-ins',
  techniques: ['T1110'],
  tactics: ['credential-access'],
  falsepositives: [],
  behaviour: 'bruteforce',
};
const entity = { kind: 'ip', id: '203.0.113.7', role: 'source' } as const;
const score = {
  priorLogit: -3,
  contributions: [
    {
      evidence: {
        id: idOf('evd', ['1']),
        at: START,
        subject: [entity],
        kind: 'rule:ssh-bruteforce',
        llr: 2,
        group: 'g',
        text: 'It fits.',
        offsets: [0],
      },
      contribution: 2,
    },
    {
      evidence: {
        id: idOf('evd', ['2']),
        at: START,
        subject: [entity],
        kind: 'prevalence',
        llr: -4,
        group: 'h',
        text: 'It is common.',
        offsets: [0],
      },
      contribution: -4,
    },
  ],
  logit: -5,
  p: 0.0067,
};
const incidentId = idOf('inc', ['1']);
const alertId = idOf('alr', ['1']);
const actionId = idOf('act', ['1']);

const signal: Signal = {
  id: idOf('sig', ['1']),
  rule,
  severity_id: 4,
  at: START,
  since: START,
  count: 5,
  eventIds: [],
  offsets: [0],
  entities: [entity],
  logsource: {},
  text: '<b>Five</b> failed log-ins.',
  matched: { User: 'root' },
};
const alert: Alert = {
  id: alertId,
  dedupKey: 'k',
  rule,
  severity_id: 4,
  firstAt: START,
  lastAt: START,
  signalCount: 1,
  eventCount: 5,
  signalIds: [signal.id],
  eventIds: [],
  offsets: [0],
  entities: [entity],
  logsource: {},
  text: signal.text,
  matched: signal.matched,
  score,
  state: { status: 'in_incident', incidentId, why: 'the same address' },
};
const incident: Incident = {
  id: incidentId,
  number: 42,
  title: 'Brute force',
  story: ['It began.'],
  severity_id: 4,
  behaviours: ['bruteforce'],
  tactics: [],
  techniques: ['T1110'],
  firstAt: START,
  lastAt: START,
  alertIds: [alertId],
  entities: [entity],
  graph: {
    nodes: [{ entity, firstAt: START, lastAt: START, alertIds: [alertId] }],
    edges: [
      { from: entityKey(entity), to: entityKey(entity), label: 'tried', at: START, count: 5 },
    ],
  },
  score,
  priority: {
    level: 'P2',
    likelihood: 0.5,
    impact: 0.5,
    urgency: 0.5,
    score: 50,
    why: 'P2 because.',
    factors: [{ axis: 'impact', text: 'a server', value: 0.5 }],
  },
  origin: {
    kind: 'found',
    text: 'From outside.',
    hypotheses: [
      {
        entity,
        at: START,
        p: 0.9,
        entryVector: 'exposed_service',
        supporting: ['a'],
        contradicting: [],
        offsets: [0],
      },
    ],
  },
  state: { status: 'new' },
  revision: 1,
};
const action: ActionRecord = {
  id: actionId,
  incidentId,
  stepId: 'block',
  verb: 'net.ip.block',
  connectorId: 'nftables',
  class: 'contain',
  params: { ip: '203.0.113.7' },
  target: entity,
  effectKey: 'e',
  mode: 'approve',
  reason: 'why',
  guard: {
    allowed: true,
    needsApproval: true,
    checks: [{ name: 'never_touch', outcome: 'pass', text: 'ok' }],
    blast: { requests: 0, successfulLogons: 0, users: [], text: 'nobody' },
  },
  approval: { planHash: 'hash', expiresAt: toEpochMs(START + 60_000) },
  ttlMs: 3_600_000,
  status: 'awaiting_approval',
  attempts: 0,
  createdAt: START,
  journal: [{ at: START, phase: 'propose', text: 'Proposed.' }],
  revision: 1,
};

async function seed(api: Harness): Promise<void> {
  const { store, log } = api.deps;
  await log.append([
    { sourceId: 'web', receivedAt: START, bytes: Buffer.from('bad \xff line', 'latin1') },
  ]);
  api.pipeline.committedOffset = 1;
  await store.commitBatch({
    committedOffset: 1,
    tallies: [{ sourceId: 'web', outcome: 'parsed', reason: 'sshd', count: 1 }],
    deadLetters: [
      {
        offset: 0,
        sourceId: 'web',
        at: START,
        stage: 'normalise',
        problem: { code: 'bug', detail: 'It broke.', at: { file: 'x', line: 1 }, retryable: false },
      },
    ],
    signals: [signal],
    outcomes: [{ signalId: signal.id, alertId, outcome: 'promoted' }],
    alerts: [alert],
    incidents: [incident],
    runs: [],
  });
  await store.addTallies([{ sourceId: 'web', outcome: 'refused', reason: 'queue_full', count: 3 }]);
  await store.saveActions({ actions: [action], audit: [] });
}

let backtestId = '';
let diagnosisId = '';
let notificationId = '';

const pathOf = (operation: OperationId): string =>
  `${API_PREFIX}${routes[operation].path}`
    .replace('/incidents/:id', `/incidents/${incidentId}`)
    .replace('/alerts/:id', `/alerts/${alertId}`)
    .replace('/actions/:id', `/actions/${actionId}`)
    .replace('/entities/:kind/:id', '/entities/host/srv-1')
    .replace('/rules/:id', '/rules/root-login')
    .replace('/playbooks/:id', '/playbooks/block')
    .replace('/reports/:kind', '/reports/week')
    .replace('/backtests/:id', `/backtests/${backtestId}`)
    .replace('/diagnoses/:id', `/diagnoses/${diagnosisId}`)
    .replace('/notifications/:id', `/notifications/${notificationId}`)
    .replace(/\/hunt\/top$/, '/hunt/top?field=user.name')
    .replace(':offset', '0')
    .replace('/intel/search', '/intel/search?value=198.51.100.9')
    .replace(/\/room\/draft$/, '/room/draft?audience=executive')
    .replace(/\/v1\/search$/, '/v1/search?text=line');

const reads = (Object.keys(routes) as OperationId[]).filter(
  (operation) => routes[operation].method === 'GET',
);

const PLAYBOOK = `playbook: block\nsteps:\n  - { stop: succeeded, text: Nothing }\n`;

const narrator = createNarrator({
  model: 'small',
  ask: async () => ok(`{"choices":[{"message":{"content":"It began [${alertId}]. So what?"}}]}`),
  now: () => START,
});

test('every read answers what the contract promises', async () => {
  const { playbook } = parsePlaybook(PLAYBOOK, 'block/playbook.yml');
  await using api = await createHarness({
    narrator,
    playbooks: playbook ? [playbook] : [],
    settings: { dataDir: '/nowhere' },
  });
  await seed(api);
  const cookie = await api.cookieOf('administrator');
  const payload = { id: 'web', title: 'Web' };
  await api.ask({ method: 'POST', url: '/api/v1/sources/push', headers: { cookie }, payload });
  await api.ask({
    method: 'POST',
    url: '/api/v1/tokens',
    headers: { cookie },
    payload: { label: 'x', role: 'viewer' },
  });
  const backtest = await api.ask({
    method: 'POST',
    url: '/api/v1/backtests',
    headers: { cookie },
    payload: { rule_id: 'root-login', days: 1 },
  });
  backtestId = backtest.json().id;
  const diagnosis = await api.ask({
    method: 'POST',
    url: '/api/v1/diagnoses',
    headers: { cookie },
    payload: { target: '127.0.0.1:9' },
  });
  diagnosisId = diagnosis.json().id;
  const sent = await api.ask({
    method: 'POST',
    url: '/api/v1/on-call/test',
    headers: { cookie },
    payload: { person_id: 'anna' },
  });
  notificationId = sent.json().id;
  for (const operation of reads) {
    const answer = await api.ask({ url: pathOf(operation), headers: { cookie } });
    expect([operation, answer.statusCode]).toEqual([operation, 200]);
    expect([operation, Compile(routes[operation].response).Errors(answer.json())]).toEqual([
      operation,
      [],
    ]);
  }
});

test('an incident comes with everything that explains it, the largest evidence first', async () => {
  await using api = await createHarness();
  await seed(api);
  const cookie = await api.cookieOf('viewer');
  const body = (await api.ask({ url: pathOf('getIncident'), headers: { cookie } })).json();
  expect(body).toMatchObject({
    name: 'INC-42',
    status: 'new',
    severity: 'high',
    action_counts: { total: 1, awaiting_approval: 1, held: 0, failed: 0 },
  });
  expect(
    body.score.contributions.map(({ contribution }: { contribution: number }) => contribution),
  ).toEqual([-4, 2]);
  expect(body.alerts[0].text).toBe('<b>Five</b> failed log-ins.');
  expect(body.timeline).toEqual([
    { at: '2026-11-24T06:00:00.000Z', kind: 'alert', text: 'Five failed log-ins.', offsets: [] },
  ]);
});

test('a record is shown with its bytes, its signals and why it came to nothing', async () => {
  await using api = await createHarness();
  await seed(api);
  const cookie = await api.cookieOf('viewer');
  const record = (await api.ask({ url: '/api/v1/records/0', headers: { cookie } })).json();
  expect(Buffer.from(record.bytes_base64, 'base64').toString('latin1')).toBe('bad \xff line');
  expect(record).toMatchObject({ is_lossy: true, signals: [{ id: signal.id }] });
  expect((await api.ask({ url: '/api/v1/records/99', headers: { cookie } })).json().code).toBe(
    'not_found',
  );
  const [letter] = (await api.ask({ url: '/api/v1/dead-letters', headers: { cookie } })).json()
    .items;
  expect(letter).toMatchObject({ offset: 0, problem: { code: 'bug', at: { file: 'x', line: 1 } } });
});

test('the books balance, and say by how much when they do not', async () => {
  await using api = await createHarness();
  await seed(api);
  const cookie = await api.cookieOf('viewer');
  const books = async () =>
    (await api.ask({ url: '/api/v1/sources', headers: { cookie } })).json().conservation;
  expect(await books()).toMatchObject({
    received: 4,
    accepted: 1,
    parsed: 1,
    refused: 3,
    pending: 0,
    difference: 0,
    holds: true,
  });
  await api.deps.log.append([{ sourceId: 'web', receivedAt: START, bytes: Buffer.from('x') }]);
  expect(await books()).toMatchObject({ accepted: 2, pending: 1, difference: 0, holds: true });
  api.pipeline.committedOffset = 2;
  expect(await books()).toMatchObject({ accepted: 2, pending: 0, difference: 1, holds: false });
});

test('people act under their own name, and a plan is approved only as it was shown', async () => {
  await using api = await createHarness();
  await seed(api);
  const cookie = await api.cookieOf('responder');
  const act = (url: string, payload: object) =>
    api.ask({ method: 'POST', url: `${API_PREFIX}${url}`, headers: { cookie }, payload });
  const assigned = await act(`/incidents/${incidentId}/assign`, { assignee: 'alice' });
  expect(assigned.json()).toMatchObject({ status: 'in_progress', assignee: 'alice' });
  expect(api.commands).toEqual([
    { command: { kind: 'assign_incident', incidentId, assignee: 'alice' }, actor: 'responder' },
  ]);
  await act(`/incidents/${incidentId}/unassign`, {});
  expect(api.commands.at(-1)).toEqual({
    command: { kind: 'unassign_incident', incidentId },
    actor: 'responder',
  });
  expect(
    (await act(`/actions/${actionId}/approve`, { plan_hash: 'other', reason: 'ok' })).statusCode,
  ).toBe(400);
  expect(
    (await act(`/actions/${actionId}/approve`, { plan_hash: 'hash', reason: 'ok' })).json().id,
  ).toBe(actionId);
  expect((await act(`/actions/${actionId}/approve`, { plan_hash: 'hash' })).statusCode).toBe(400);
  expect(
    (await act('/incidents/inc_none/close', { verdict: 'benign', reason: 'x' })).statusCode,
  ).toBe(404);
  expect(
    (await act('/incidents/nonsense/close', { verdict: 'benign', reason: 'x' })).statusCode,
  ).toBe(404);
});

test('pages go on where the last one ended, and a bad limit is refused', async () => {
  await using api = await createHarness();
  const cookie = await api.cookieOf('administrator');
  const page = async (query: string) =>
    (await api.ask({ url: `/api/v1/audit?${query}`, headers: { cookie } })).json();
  await api.ask({
    method: 'POST',
    url: '/api/v1/sources/push',
    headers: { cookie },
    payload: { id: 'web', title: 'Web' },
  });
  const first = await page('limit=2');
  const second = await page(`limit=2&cursor=${encodeURIComponent(first.next_cursor)}`);
  expect([first.items.length, second.items.length, second.next_cursor]).toEqual([2, 1, undefined]);
  expect(first.items[0].seq).toBeGreaterThan(second.items[0].seq);
  expect(await page('limit=0')).toMatchObject({ status: 400, errors: [{ pointer: '/limit' }] });
  expect(await page('limit=ten')).toMatchObject({ status: 400 });
});

test('the OpenAPI page names every schema and every operation once', async () => {
  await using api = await createHarness();
  const cookie = await api.cookieOf('viewer');
  const document = (await api.ask({ url: '/api/v1/openapi.json', headers: { cookie } })).json();
  expect(document.openapi).toBe('3.1.0');
  const operations = Object.values(document.paths).flatMap((path) =>
    Object.values(path as object),
  ) as { operationId: string; responses: object }[];
  expect(operations.map(({ operationId }) => operationId).sort()).toEqual(
    [...Object.keys(routes), 'ingest', 'keepEvidence', 'lookAtEvidence', 'stream'].sort(),
  );
  for (const { responses } of operations) expect(responses).toHaveProperty('default');
  const { schemas } = document.components;
  expect(Object.keys(schemas)).toEqual(
    expect.arrayContaining(['IncidentDetail', 'IncidentSummary', 'HttpProblem', 'ActionView']),
  );
  const referred = [
    ...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g),
  ].map(([, name]) => name);
  for (const name of referred) expect(schemas).toHaveProperty(name ?? '');
});
