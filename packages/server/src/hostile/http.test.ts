import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { settledBooks, startProduct } from './fixtures/running-product.ts';

/* Senders that guess, flood, lie about their bodies or never finish. */

it('refuses and counts wrong tokens, slows the guesser, and lets the right one pass', async () => {
  await using product = await startProduct();
  const push = await product.pushSource('edge');
  const guess = () => push('x', { authorization: `Bearer cdn_src_${'A'.repeat(43)}` });
  const answers = [];
  for (let n = 0; n < 8; n += 1) answers.push(await guess());
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
  expect(answers[0]?.body).toMatchObject({ code: 'wrong_token', retryable: false });
  expect(answers[5]?.body).toMatchObject({ code: 'tries_throttled', retryable: true });
  expect(Number(answers[5]?.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await product.metric('cordon_ingest_refused_total{reason="wrong_token"}')).toBe(5);
  expect(await product.metric('cordon_ingest_refused_total{reason="throttled"}')).toBe(3);
  expect((await push('a line')).status).toBe(200);
  await settledBooks(product, 1);
});

it('takes nothing of a bomb, a broken archive, a wrong type, or too many lines', async () => {
  await using product = await startProduct();
  const push = await product.pushSource('edge');
  const gzip = { 'content-encoding': 'gzip' };
  const bomb = gzipSync(Buffer.alloc(33 * 1024 * 1024, 'a\n'));
  const cases = [
    { name: 'bomb', answer: push(bomb, gzip), status: 413, code: 'payload_too_large' },
    { name: 'no gzip', answer: push('plain', gzip), status: 400, code: 'bad_request' },
    {
      name: 'cut gzip',
      answer: push(gzipSync('a line\n'.repeat(999)).subarray(0, 40), gzip),
      status: 400,
      code: 'bad_request',
    },
    {
      name: 'encoding',
      answer: push('x', { 'content-encoding': 'br' }),
      status: 415,
      code: 'unsupported_media_type',
    },
    {
      name: 'type',
      answer: push('x', { 'content-type': 'multipart/form-data; boundary=x' }),
      status: 415,
      code: 'unsupported_media_type',
    },
    { name: 'lines', answer: push('x\n'.repeat(100_001)), status: 413, code: 'payload_too_large' },
    { name: 'body', answer: push(Buffer.alloc(9e6)), status: 413, code: 'payload_too_large' },
  ];
  for (const { name, answer, status, code } of cases)
    expect(await answer, name).toMatchObject({ status, body: { code } });
  const typed = await product.call('/api/v1/sources/push', {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: '{}',
  });
  expect(typed).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } });
  const deep = await product.call('/api/v1/sources/push', {
    method: 'POST',
    body: `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
  });
  expect(deep.status).toBe(400);
  expect((await push('a line')).status).toBe(200);
  await settledBooks(product, 1);
});

/** Opens a connection, says a beginning and nothing more; gives what comes back until it is closed. */
async function dangle(url: string, beginning: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect(Number(port), hostname);
  const heard: Buffer[] = [];
  socket.on('data', (data: Buffer) => heard.push(data)).on('error', () => undefined);
  socket.write(beginning);
  await once(socket, 'close');
  return Buffer.concat(heard).toString();
}

it('cuts off those who never finish, while others are served', async () => {
  await using product = await startProduct({ config: 'server: { request_timeout_seconds: 1 }\n' });
  const push = await product.pushSource('edge');
  const { url } = product.server;
  const heads = ['POST /api/v1/ingest/edge HTTP/1.1\r\nHost: localhost\r\nX-Slow: '];
  const bodies = [
    'POST /api/v1/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"name"',
  ];
  const slow = Array.from({ length: 100 }, () => [...heads, ...bodies])
    .flat()
    .map((beginning) => dangle(url, beginning));
  expect((await push('served meanwhile')).status).toBe(200);
  const answers = await Promise.all(slow);
  expect(answers).toHaveLength(200);
  for (const answer of answers)
    expect(answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*"code":"request_timeout"/);
  const name = 'cordon_http_connections_refused_total{reason="request_timeout"}';
  expect(await product.metric(name)).toBe(200);
  expect(await dangle(url, 'no http at all\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*bad_request/);
  await settledBooks(product, 1);
});
