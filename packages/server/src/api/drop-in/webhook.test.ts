import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createHarness, type Harness, START } from '../fixtures/api-harness.ts';
import { BASE_HEADERS, createToken, githubWebhook, signGithub } from './fixtures/senders.ts';
import { findFault, type SignedWebhook } from './signature.ts';

const OLD = `whsec_${Buffer.from('the old secret').toString('base64')}`;
const NEW = `whsec_${Buffer.from('the new secret').toString('base64')}`;
const standard = { ...githubWebhook, id: 'std', scheme: 'standard', secrets: [NEW, OLD] } as const;
const gitlab = { ...githubWebhook, id: 'gitlab', scheme: 'gitlab' } as const;
const hmac = { ...githubWebhook, id: 'plain', scheme: 'hmac' } as const;
const webhooks: readonly SignedWebhook[] = [githubWebhook, standard, gitlab, hmac];

const post = (
  api: Harness,
  path: string,
  { payload, headers = {} }: { payload: string; headers?: Record<string, string> },
) =>
  api.app.inject({
    method: 'POST',
    url: `/hooks/${path}`,
    headers: { ...BASE_HEADERS, 'content-type': 'application/json', ...headers },
    payload,
  });
const texts = (api: Harness) => api.pushed.map(({ bytes }) => Buffer.from(bytes).toString());

function signStandard(
  payload: string,
  { secret = NEW, at = START as number, id = 'msg_1' } = {},
): Record<string, string> {
  const timestamp = String(Math.floor(at / 1000));
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const mac = createHmac('sha256', key).update(`${id}.${timestamp}.${payload}`).digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,AAAA v1,${mac}`,
  };
}

it('takes what GitHub signed, with the event that only a header names', async () => {
  await using api = await createHarness({ settings: { webhooks } });
  const payload = '{"action":"opened","id":12345678901234567890}';
  const headers = { ...signGithub(payload), 'x-github-event': 'issues' };
  const answer = await post(api, 'github', { payload, headers });
  expect([answer.statusCode, answer.json()]).toEqual([202, { accepted: 1 }]);
  expect(texts(api)).toEqual([`{"webhook":{"event":"issues"},"body":${payload}}`]);
  const form = `payload=${encodeURIComponent(payload)}`;
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  await post(api, 'github', { payload: form, headers: { ...signGithub(form), ...type } });
  expect(texts(api)[1]).toBe(payload);
});

it.each([
  { name: 'without a signature', headers: {} },
  { name: 'with another secret', headers: signGithub('{}', 'another secret') },
  { name: 'with the signature of another body', headers: signGithub('{"a":1}') },
  { name: 'with an empty signature', headers: { 'x-hub-signature-256': '' } },
  { name: 'with a token instead', headers: { authorization: 'Bearer cdn_src_x' } },
])('refuses a webhook $name and counts it', async ({ headers }) => {
  await using api = await createHarness({ settings: { webhooks } });
  const answer = await post(api, 'github', { payload: '{}', headers });
  expect([answer.statusCode, answer.json().code]).toEqual([401, 'wrong_signature']);
  expect(api.pushed).toEqual([]);
  const metrics = await api.deps.telemetry.registry.metrics();
  expect(metrics).toMatch(/cordon_ingest_refused_total\{reason="(no|wrong)_signature"\} 1/);
});

it('takes Standard Webhooks under the old and the new secret, each by the name of its delivery', async () => {
  await using api = await createHarness({ settings: { webhooks } });
  const payload = '{"type":"user.created"}';
  for (const [id, secret] of [
    ['msg_1', NEW],
    ['msg_2', OLD],
    ['msg_1', NEW],
  ] as const) {
    const headers = signStandard(payload, { id, secret });
    expect((await post(api, 'std', { payload, headers })).statusCode).toBe(202);
  }
  expect(texts(api)).toEqual([
    `{"webhook":{"delivery":"msg_1"},"body":${payload}}`,
    `{"webhook":{"delivery":"msg_2"},"body":${payload}}`,
    `{"webhook":{"delivery":"msg_1"},"body":${payload}}`,
  ]);
  expect(api.pushed.map(({ senderId }) => senderId)).toEqual(['msg_1/0', 'msg_2/0', 'msg_1/0']);
});

it('takes a delivery again that could not be written before', async () => {
  await using api = await createHarness({ settings: { webhooks } });
  const payload = '{}';
  const headers = signStandard(payload);
  api.refusePushes({ code: 'disk_full', detail: 'Not now.', retryable: true });
  expect((await post(api, 'std', { payload, headers })).statusCode).toBe(503);
  api.refusePushes(undefined);
  await post(api, 'std', { payload, headers });
  expect(api.pushed).toHaveLength(1);
});

it.each([
  { offMs: 299_000, fault: undefined },
  { offMs: -299_000, fault: undefined },
  { offMs: 301_000, fault: 'stale_signature' },
  { offMs: -301_000, fault: 'stale_signature' },
])('holds the time of signing to a window: $offMs ms gives $fault', ({ offMs, fault }) => {
  const headers = signStandard('{}', { at: START + offMs });
  const body = Buffer.from('{}');
  expect(findFault(standard, { headers, body, now: START })).toBe(fault);
});

it('holds for the exact body alone', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(), (body, at) => {
      const headers = signGithub(Buffer.from(body));
      expect(findFault(githubWebhook, { headers, body, now: START })).toBeUndefined();
      const other = Uint8Array.from([...body, 0]);
      other[at % other.length] = (other[at % other.length] ?? 0) ^ 1;
      const fault = findFault(githubWebhook, { headers, body: other, now: START });
      expect(fault).toBe('wrong_signature');
    }),
  );
});

it("takes GitLab's token, and HMAC in hex and in base64", async () => {
  await using api = await createHarness({ settings: { webhooks } });
  const [secret = ''] = githubWebhook.secrets;
  const mac = createHmac('sha256', secret).update('{}');
  const digest = mac.digest();
  const proofs = [
    ['gitlab', { 'x-gitlab-token': secret }],
    ['plain', { 'x-signature': digest.toString('hex') }],
    ['plain', { 'x-signature': digest.toString('base64') }],
  ] as const;
  for (const [id, headers] of proofs)
    expect((await post(api, id, { payload: '{}', headers })).statusCode).toBe(202);
  const wrong = await post(api, 'gitlab', { payload: '{}', headers: { 'x-gitlab-token': 'x' } });
  expect([wrong.statusCode, api.pushed.length]).toEqual([401, 3]);
});

it('takes the alerts of Alertmanager and Grafana apart', async () => {
  await using api = await createHarness();
  const token = await createToken(api);
  const group = { receiver: 'cordon', status: 'firing', groupKey: '{}:{}', version: '4' };
  const alerts = [{ labels: { alertname: 'A' } }, { labels: { alertname: 'B' } }];
  const answer = await post(api, `edge/${token}`, {
    payload: JSON.stringify({ ...group, alerts }),
  });
  expect(answer.json()).toEqual({ accepted: 2 });
  expect(texts(api).map((text) => JSON.parse(text))).toEqual(
    alerts.map((alert) => ({ ...group, alert })),
  );
});

it.each([
  {
    name: 'the events of an event hook of Okta',
    wrap: (events: unknown) => ({ eventType: 'com.okta.event_hook', data: { events } }),
  },
  {
    name: "the events of Kubernetes' audit",
    wrap: (items: unknown) => ({ kind: 'EventList', items }),
  },
])('takes $name apart', async ({ wrap }) => {
  await using api = await createHarness();
  const token = await createToken(api);
  const events = [{ uuid: 'a' }, { uuid: 'b' }];
  const answer = await post(api, `edge/${token}`, { payload: JSON.stringify(wrap(events)) });
  expect(answer.json()).toEqual({ accepted: 2 });
  expect(texts(api).map((text) => JSON.parse(text))).toEqual(events);
});

it.each([
  { name: 'a Wazuh alert', payload: '{"rule":{"id":"5710","level":5},"agent":{"name":"a"}}' },
  { name: 'a Splunk alert', payload: '{"search_name":"s","result":{"src":"203.0.113.9"}}' },
  { name: 'a case of TheHive', payload: '{"operation":"create","objectType":"case"}' },
])('keeps $name as it came', async ({ payload }) => {
  await using api = await createHarness();
  const token = await createToken(api);
  const headers = { authorization: `Bearer ${token}` };
  expect((await post(api, 'edge', { payload, headers })).statusCode).toBe(202);
  expect(texts(api)).toEqual([payload]);
});

it('takes the token of no other source', async () => {
  await using api = await createHarness();
  await createToken(api);
  const token = await createToken(api, 'other');
  for (const path of [`edge/${token}`, `edge/${token.slice(1)}`, 'nobody/x'])
    expect((await post(api, path, { payload: '{}' })).statusCode).toBe(401);
  expect(api.pushed).toEqual([]);
  expect(api.log.join('')).not.toContain(token);
});
