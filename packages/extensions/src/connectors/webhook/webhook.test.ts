import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describeConnector } from '@cordon/kit/connector-contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isPrivateAddress } from '../../public-address.ts';
import { signWebhook, webhook } from './webhook.ts';

const SECRET = 'a secret of some length';
const send = webhook.actions.find((action) => action.verb === 'notify.webhook.send');

/** A receiver on loopback that answers with one status and keeps what it got. */
async function receive(status: number) {
  const got: { headers: Record<string, unknown>; body: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += String(part);
    got.push({ headers: request.headers, body });
    response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end('x');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    got,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

const call = (url: string, allow: boolean) =>
  send?.apply(
    { text: 'hello' },
    {
      config: { url, secret: SECRET, allow_private: allow },
      signal: AbortSignal.timeout(5_000),
      idempotencyKey: 'act_1',
    },
  );

describe('the webhook', () => {
  it('sends a body whose signature the receiver can check', async () => {
    await using server = await receive(204);
    expect(await call(`http://127.0.0.1:${server.port}/in`, true)).toMatchObject({
      ok: true,
      value: { changed: true },
    });
    const [message] = server.got;
    const signed = `act_1.${String(message?.headers['webhook-timestamp'])}.${message?.body}`;
    const wanted = `v1,${createHmac('sha256', SECRET).update(signed).digest('base64')}`;
    expect(message?.headers).toMatchObject({ 'webhook-id': 'act_1', 'webhook-signature': wanted });
    expect(JSON.parse(message?.body ?? '')).toMatchObject({ text: 'hello' });
  });

  it.each(['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]'])(
    'does not send to %s unless told to',
    async (host) => {
      await using server = await receive(204);
      expect(await call(`http://${host}:${server.port}/`, false)).toMatchObject({
        ok: false,
        problem: { code: 'target_not_allowed', retryable: false },
      });
      expect(server.got).toEqual([]);
    },
  );

  it.each([
    [503, true],
    [429, true],
    [400, false],
    [302, false],
  ])('HTTP %i is a failure; may it be tried again: %s', async (status, retryable) => {
    await using server = await receive(status);
    expect(await call(`http://127.0.0.1:${server.port}/`, true)).toMatchObject({
      ok: false,
      problem: { retryable },
    });
  });

  it('signs as in the example of Standard Webhooks', () => {
    const message = {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestampS: 1_614_265_330,
      body: '{"test": 2432232314}',
    };
    expect(signWebhook('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', message)).toBe(
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    );
  });

  it.each([
    '10.1.2.3',
    '169.254.169.254',
    '192.168.0.1',
    '100.64.0.1',
    'fd00::1',
    'fe80::1',
    '::ffff:10.0.0.1',
    '0.0.0.0',
  ])('%s is private', (address) => expect(isPrivateAddress(address)).toBe(true));
  it.each(['8.8.8.8', '2606:4700::1111'])('%s is public', (address) =>
    expect(isPrivateAddress(address)).toBe(false),
  );
});

describe('the webhook as a connector', () => {
  const servers: Server[] = [];
  const listen = (handle: (answer: () => void) => void): Promise<number> =>
    new Promise((resolve) => {
      const server = createServer((request, response) => {
        request.resume();
        handle(() => response.writeHead(204).end());
      });
      servers.push(server);
      server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
    });
  const ports = { answering: 0, mute: 0 };
  beforeAll(async () => {
    ports.answering = await listen((answer) => answer());
    ports.mute = await listen(() => undefined);
  });
  afterAll(() => {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  });
  const PATH_SECRET = 'T0P/B4N4N4/s3cr3t-path';
  const at = (port: number) => ({
    url: `http://127.0.0.1:${port}/${PATH_SECRET}`,
    secret: SECRET,
    allow_private: true,
  });
  describeConnector(webhook, {
    config: async () => at(ports.answering),
    unreachable: async () => at(1),
    silent: async () => at(ports.mute),
    secrets: [SECRET, PATH_SECRET],
    params: { 'notify.webhook.send': { text: 'hello' } },
  });
});
