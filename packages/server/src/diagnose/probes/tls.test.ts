import { type AddressInfo, createServer as createTcp } from 'node:net';
import { createServer, type TlsOptions } from 'node:tls';
import { generate } from 'selfsigned';
import { afterEach, describe, expect, it } from 'vitest';
import { tryTls } from './tls.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function serve(options: TlsOptions): Promise<number> {
  const pems = await generate([{ name: 'commonName', value: 'web.example' }], {
    algorithm: 'sha256',
  });
  const server = createServer({ key: pems.private, cert: pems.cert, ...options }, (socket) =>
    socket.on('error', () => undefined),
  );
  server.on('tlsClientError', () => undefined);
  closing.push(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
const ask = (port: number, serverName = 'web.example') =>
  tryTls({ address: '127.0.0.1', port, serverName });

describe('a handshake', () => {
  it('shows the certificate and why it is not trusted', async () => {
    const fact = await ask(await serve({}));
    expect(fact).toMatchObject({ outcome: 'ok', distrust: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(fact.certificate).toMatchObject({
      subject: 'web.example',
      isSelfSigned: true,
      chainLength: 1,
    });
  });

  it('tells which versions would do', async () => {
    const port = await serve({
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT:@SECLEVEL=0',
    });
    expect(await ask(port)).toMatchObject({
      outcome: 'alert-version',
      versions: ['TLSv1', 'TLSv1.1'],
    });
  });

  it('tells that only the ciphers are old', async () => {
    const port = await serve({
      maxVersion: 'TLSv1.2',
      ciphers: 'ECDHE-RSA-CAMELLIA256-SHA384:@SECLEVEL=0',
    });
    expect(await ask(port)).toMatchObject({ worksWithOld: true });
  });

  it('tells that a client certificate is wanted, which comes as an afterthought', async () => {
    expect((await ask(await serve({ requestCert: true, rejectUnauthorized: true }))).outcome).toBe(
      'alert-certificate-required',
    );
  });

  it('tells a port that speaks no TLS', async () => {
    const server = createTcp((socket) =>
      socket
        .on('error', () => undefined)
        .once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    );
    closing.push(() => server.close());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    expect((await ask((server.address() as AddressInfo).port)).outcome).toBe('not-tls');
  });
});
