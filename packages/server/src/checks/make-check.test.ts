import { createSocket } from 'node:dgram';
import { createServer as createHttp } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import type { Check, Expectations } from '@cordon/core';
import { afterEach, expect, it } from 'vitest';
import { makeCheck } from './make-check.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function listen(server: Server): Promise<number> {
  closing.push(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const ask = (
  kind: Check['kind'],
  port: number,
  more: { host?: string; expect?: Expectations } = {},
) =>
  makeCheck(
    {
      id: 'x',
      kind,
      asset: 'x',
      host: '127.0.0.1',
      port,
      path: '/health',
      everyMs: 1_000,
      confirmCount: 1,
      dependsOn: [],
      expect: {},
      ...more,
    },
    async () => ({ state: 'unknown', text: 'There are no devices here.' }),
  );

it('HTTP: a text that is split over two pieces is found, one that is not there is missed', async () => {
  const port = await listen(
    createHttp((_, response) => {
      response.write('all sys');
      setImmediate(() => response.end('tems well'));
    }),
  );
  expect(await ask('http', port, { expect: { body: 'systems well' } })).toMatchObject({
    state: 'ok',
    text: 'It answers with 200.',
  });
  expect((await ask('http', port, { expect: { body: 'nobody' } })).state).toBe('fail');
});

it.each<[Check['kind'], string]>([
  ['smtp', '220 mail.example ESMTP\r\n'],
  ['ssh', 'SSH-2.0-OpenSSH_9.9\r\n'],
])('%s: what greets otherwise is no service of that kind', async (kind, greeting) => {
  const port = await listen(
    createServer((socket) => socket.on('error', () => undefined).end(greeting)),
  );
  expect((await ask('tcp', port)).state).toBe('ok');
  expect((await ask('redis', port)).state).toBe('fail');
  if (kind === 'smtp') expect((await ask('smtp', port)).text).toContain('mail.example');
});

/** An NTP server whose clock is so far ahead. */
async function timeServer(aheadMs: number, stratum: number): Promise<number> {
  const socket = createSocket('udp4');
  closing.push(() => socket.close());
  socket.on('message', (question, from) => {
    const answer = Buffer.alloc(48);
    const at = Date.now() + aheadMs;
    answer[0] = 0x24;
    answer[1] = stratum;
    question.copy(answer, 24, 40, 48);
    for (const place of [32, 40]) {
      answer.writeUInt32BE(Math.floor(at / 1_000) + 2_208_988_800, place);
      answer.writeUInt32BE(Math.floor(((at % 1_000) / 1_000) * 2 ** 32), place + 4);
    }
    socket.send(answer, from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return socket.address().port;
}

it.each([
  { name: 'in step', aheadMs: 0, stratum: 2, state: 'ok', text: /off/ },
  { name: 'ten minutes behind', aheadMs: 600_000, stratum: 2, state: 'warn', text: /behind/ },
  {
    name: 'of a server that is in step with nobody',
    aheadMs: 0,
    stratum: 16,
    state: 'fail',
    text: /no time/,
  },
])('a clock $name', async ({ aheadMs, stratum, state, text }) => {
  expect(await ask('ntp', await timeServer(aheadMs, stratum))).toMatchObject({
    state,
    text: expect.stringMatching(text),
  });
});

it('a name that nobody knows, and a port that nobody listens at', async () => {
  const port = await listen(createServer());
  closing.splice(0)[0]?.();
  expect((await ask('tcp', port)).text).toBe('The port does not open: refused.');
  expect((await ask('ldap', port)).state).toBe('fail');
  expect((await ask('tcp', port, { host: 'nowhere.invalid' })).text).toMatch(/has no address/);
});
