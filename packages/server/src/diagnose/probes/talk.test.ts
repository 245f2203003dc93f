import { type AddressInfo, createServer, type Server } from 'node:net';
import type { Service } from '@cordon/core';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { readMysql } from './greeting-mysql.ts';
import { readSsh } from './greeting-ssh.ts';
import { hearGreeting } from './talk.ts';

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

/** A service that says something to whoever connects, and then nothing. */
async function saying(bytes: Uint8Array | undefined): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    if (bytes === undefined) socket.end();
    else socket.write(bytes);
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const text = (words: string) => Buffer.from(words, 'latin1');
/** Version line and the lists of a KEXINIT (RFC 4253 section 7.1). */
function sshHello(lists: readonly string[]): Buffer {
  const parts = lists.map((list) =>
    Buffer.concat([Buffer.from([0, 0, 0, list.length]), text(list)]),
  );
  const body = Buffer.concat([Buffer.from([4, 20]), Buffer.alloc(16), ...parts, Buffer.alloc(40)]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([text('SSH-2.0-OpenSSH_9.2\r\n'), length, body]);
}
const modern = ['curve25519-sha256', 'ssh-ed25519,ssh-rsa', 'aes128-ctr'];
const mysql = (body: Uint8Array) => Buffer.concat([Buffer.from([body.length, 0, 0, 0]), body]);

describe('what a service says first', () => {
  it.each<[Service, string, Buffer | undefined, object]>([
    ['ssh', 'modern algorithms', sshHello(modern), { outcome: 'greets' }],
    [
      'ssh',
      'old algorithms',
      sshHello(['diffie-hellman-group1-sha1', ...modern.slice(1)]),
      { reason: 'algorithms' },
    ],
    ['ssh', 'an old version', text('SSH-1.5-old\n'), { reason: 'old-version' }],
    ['smtp', 'a greeting', text('220 mail ESMTP\r\n'), { outcome: 'greets' }],
    ['smtp', 'that it is busy', text('421 too busy\r\n'), { reason: 'busy' }],
    [
      'smtp',
      'that we are not wanted',
      text('554 go away\r\n'),
      { reason: 'not-allowed-from-here' },
    ],
    [
      'postgres',
      'that it wants a login',
      text('R\0\0\0\u0008\0\0\0\u0005'),
      { reason: 'needs-password' },
    ],
    [
      'postgres',
      'that it is full',
      text('E\0\0\0\u0010SFATAL\0C53300\0Mtoo many\0\0'),
      { reason: 'too-many-connections', text: 'too many' },
    ],
    [
      'mysql',
      'its version',
      mysql(text('\n8.0.36\0rest\0caching_sha2_password\0')),
      { outcome: 'greets', text: '8.0.36' },
    ],
    [
      'mysql',
      'that the host is blocked',
      mysql(Buffer.concat([Buffer.from([255, 0x69, 0x04]), text('blocked')])),
      { reason: 'not-allowed-from-here' },
    ],
    [
      'redis',
      'that it wants a password',
      text('-NOAUTH Authentication required.\r\n'),
      { reason: 'needs-password' },
    ],
    [
      'redis',
      'that it is protected',
      text('-DENIED protected mode\r\n'),
      { reason: 'not-allowed-from-here' },
    ],
    [
      'ssh',
      'what another service says',
      text('+PONG\r\n'),
      { outcome: 'other-protocol', text: '+PONG' },
    ],
    ['smtp', 'a TLS alert', Buffer.from('15030100020246', 'hex'), { reason: 'speaks-tls' }],
    ['smtp', 'goodbye', undefined, { outcome: 'closed' }],
    [
      'redis',
      'what a terminal would obey',
      text('-ERR \u001b[31mred\r\n'),
      { text: '-ERR  [31mred' },
    ],
  ])('%s: %s', async (...[service, , bytes, expected]) => {
    const port = await saying(bytes);
    expect(await hearGreeting({ address: '127.0.0.1', port, service })).toMatchObject(expected);
  });

  it('any bytes are heard without harm', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const read of [readSsh, readMysql]) read(bytes);
        readSsh(Buffer.concat([text('SSH-2.0-x\n'), bytes]));
      }),
    );
  });
});
