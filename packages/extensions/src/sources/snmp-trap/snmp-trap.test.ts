import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { startSource } from '@cordon/kit/source-contract';
import snmp from 'net-snmp';
import { describe, expect, it } from 'vitest';
import { snmpTrap } from './source.ts';

const run = promisify(execFile);
const SNMPTRAP = '/usr/bin/snmptrap';
const LINK_DOWN = '1.3.6.1.6.3.1.1.5.3';
const LINK = ['1.3.6.1.2.1.2.2.1.1.7', 'i', '7', '1.3.6.1.2.1.31.1.1.1.1.7', 's', 'Gi0/7'];
const V2C = ['-v', '2c', '-c', 'watch-only'];
const USER = ['-v', '3', '-u', 'watcher', '-a', 'SHA-256', '-x', 'AES', '-X', 'sealing-words'];
const SIGNED = [...USER, '-l', 'authPriv', '-e', '0x8000000001020304'];

const config = {
  host: '127.0.0.1',
  port: 0,
  communities: ['watch-only'],
  users: [
    {
      name: 'watcher',
      auth: 'sha256' as const,
      password: 'signing-words',
      privacy: 'aes' as const,
      passphrase: 'sealing-words',
    },
  ],
};

/** Sends with Debian's own tools; ends when so many records or losses are there. */
async function receive(sends: readonly (readonly string[])[]) {
  const source = startSource(snmpTrap, config);
  const { port } = new URL(await source.where);
  for (const [program = '', ...args] of sends) {
    const place = args.indexOf('AT');
    const given = args.map((arg, at) => (at === place ? `127.0.0.1:${port}` : arg));
    // An inform that is not answered fails its sender.
    await run(`/usr/bin/${program}`, given, { env: { ...process.env, MIBS: '' } });
  }
  const count = () => source.sink.records.length + source.sink.losses.length;
  await source.sink.until(() => count() >= sends.length);
  source.abort();
  await source.done;
  const { losses, problems } = source.sink;
  return {
    records: source.sink.texts().map((text) => JSON.parse(text) as unknown),
    losses: losses.map(({ detail }) => detail),
    problems: problems.map(({ detail }) => detail),
  };
}

describe.skipIf(!existsSync(SNMPTRAP))('traps of net-snmp (needs snmp)', () => {
  it('come as v1, v2c and v3, signed and sealed, and as an inform that is answered', async () => {
    const { records, losses } = await receive([
      [
        'snmptrap',
        '-v',
        '1',
        '-c',
        'watch-only',
        'AT',
        '1.3.6.1.4.1.9',
        '10.0.0.1',
        '2',
        '0',
        '9',
        ...LINK,
      ],
      ['snmptrap', ...V2C, 'AT', '9', LINK_DOWN, ...LINK],
      ['snmptrap', ...SIGNED, '-A', 'signing-words', 'AT', '9', LINK_DOWN, ...LINK],
      ['snmpinform', ...V2C, 'AT', '9', '1.3.6.1.4.1.9.9.1', '1.3.6.1.4.1.9.7.0', 'x', 'ff00'],
    ]);
    expect(losses).toEqual([]);
    const link = { ifIndex: 7, ifName: 'Gi0/7' };
    const down = { agent: '127.0.0.1', trap: LINK_DOWN, name: 'linkDown' };
    expect(records).toEqual([
      { ...down, snmp_version: '1', objects: link },
      { ...down, snmp_version: '2c', objects: { sysUpTime: 9, ...link } },
      { ...down, snmp_version: '3', user: 'watcher', objects: { sysUpTime: 9, ...link } },
      {
        snmp_version: '2c',
        agent: '127.0.0.1',
        trap: '1.3.6.1.4.1.9.9.1',
        objects: { sysUpTime: 9, '1.3.6.1.4.1.9.7.0': '0xff00' },
      },
    ]);
  });

  it('are refused, counted and told without their secret when nobody listens to the sender', async () => {
    const { records, losses, problems } = await receive([
      ['snmptrap', '-v', '2c', '-c', 'a-secret-word', 'AT', '9', LINK_DOWN],
      ['snmptrap', ...SIGNED, '-A', 'other-words', 'AT', '9', LINK_DOWN],
    ]);
    expect(records).toEqual([]);
    expect(losses).toEqual(['trap_refused', 'trap_refused']);
    expect(problems.join()).not.toContain('secret');
  });
});

it('somebody without a name is not listened to', async () => {
  const source = startSource(snmpTrap, config);
  const { port } = new URL(await source.where);
  const nobody = { name: '', level: snmp.SecurityLevel.noAuthNoPriv };
  const session = snmp.createV3Session('127.0.0.1', nobody, {
    trapPort: Number(port),
    engineID: '8000000001020304',
  });
  session.trap(LINK_DOWN, () => session.close());
  await source.sink.until(() => source.sink.losses.length === 1);
  expect(source.sink.records).toEqual([]);
  source.abort();
  await source.done;
});

it('what is no notification is counted, and the next is taken', async () => {
  const source = startSource(snmpTrap, config);
  const { port } = new URL(await source.where);
  const socket = createSocket('udp4');
  for (const bytes of [Buffer.from('hello'), Buffer.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff])])
    socket.send(bytes, Number(port), '127.0.0.1');
  await source.sink.until(() => source.sink.losses.length === 2);
  expect(source.sink.losses.map(({ detail }) => detail)).toEqual([
    'trap_unreadable',
    'trap_unreadable',
  ]);
  socket.close();
  source.abort();
  await source.done;
});
