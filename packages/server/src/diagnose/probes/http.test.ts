import { createServer, type RequestListener } from 'node:http';
import { createServer as createHttp2 } from 'node:http2';
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { compareClocks } from './clock.ts';
import { tryConnect } from './connect.ts';
import { tryHttp } from './http.ts';

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

async function listen(server: Server): Promise<number> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
const http = (answer: RequestListener) => listen(createServer(answer));
const raw = (talk: (socket: Socket) => void) =>
  listen(createTcp((socket) => talk(socket.on('error', () => undefined))));
const ask = (port: number) =>
  tryHttp({ address: '127.0.0.1', port, host: 'web.example', path: '/', isTls: false });

describe('one request', () => {
  it('tells status, server and the headers that say why', async () => {
    const port = await http((_, response) =>
      response
        .writeHead(401, {
          server: 'nginx',
          'www-authenticate': 'Bearer error="invalid_token"',
          'set-cookie': 'secret',
        })
        .end('no'),
    );
    expect(await ask(port)).toMatchObject({
      outcome: 'answer',
      status: 401,
      server: 'nginx',
      headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
    });
  });

  it.each<[string, (socket: Socket) => void, string]>([
    ['closes without a word', (socket) => socket.end(), 'closed'],
    ['resets', (socket) => socket.once('data', () => socket.resetAndDestroy()), 'reset'],
    ['speaks something else', (socket) => socket.end('220 mail ESMTP\r\n'), 'not-http'],
    [
      'answers with a TLS alert',
      (socket) => socket.end(Buffer.from('15030100020246', 'hex')),
      'needs-tls',
    ],
    [
      'promises more than it sends',
      (socket) =>
        socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\nx')),
      'cut-off',
    ],
  ])('a server that %s', async (_, talk, outcome) => {
    expect((await ask(await raw(talk))).outcome).toBe(outcome);
  });

  it('a server of HTTP/2 alone', async () => {
    expect((await ask(await listen(createHttp2()))).outcome).toBe('http2-only');
  });

  it('follows redirects to their end, and no further than ten', async () => {
    const once = await http(({ url }, response) =>
      url === '/' ? response.writeHead(302, { location: '/there' }).end() : response.end('ok'),
    );
    expect(await ask(once)).toMatchObject({
      outcome: 'answer',
      status: 200,
      redirects: [`http://web.example:${once}/there`],
    });
    const forever = await http((_, response) => response.writeHead(302, { location: '/' }).end());
    expect((await ask(forever)).outcome).toBe('redirects-forever');
  });
});

it('a port is open or refused', async () => {
  const port = await raw((socket) => socket.end());
  expect((await tryConnect('127.0.0.1', port)).outcome).toBe('open');
  for (const server of open.splice(0)) await new Promise((resolve) => server.close(resolve));
  expect((await tryConnect('127.0.0.1', port)).outcome).toBe('refused');
});

it('a clock is compared with the one the service shows', async () => {
  const port = await http((_, response) =>
    response.writeHead(200, { date: new Date(Date.now() - 600_000).toUTCString() }).end(),
  );
  const { offsetMs = 0 } = await compareClocks(
    { address: '127.0.0.1', port, isTls: false },
    undefined,
  );
  expect(offsetMs).toBeGreaterThan(590_000);
  expect(offsetMs).toBeLessThan(610_000);
});
