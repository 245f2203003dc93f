import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Check, EquipmentAnswer, Json, Sample } from '@cordon/core';
import { toEpochMs } from '@cordon/core';
import { readObjects } from '@cordon/extensions';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Equipment, EquipmentDesk, type ReadObjects } from './equipment-desk.ts';

const SNMPD = '/usr/sbin/snmpd';
const ADDRESS = '127.0.0.1';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const checkAt = (port: number): Check => ({
  id: 'ups-1',
  kind: 'snmp',
  asset: 'ups-1.example',
  host: ADDRESS,
  port,
  path: '',
  everyMs: 60_000,
  confirmCount: 1,
  dependsOn: [],
  expect: {},
});

function open(
  device: Equipment,
  { read = readObjects as ReadObjects, kept = new Map<string, Json>() } = {},
) {
  const samples: Sample[] = [];
  const desk = new EquipmentDesk({
    equipment: new Map([['ups-1', device]]),
    read,
    metrics: { take: (_, some) => void samples.push(...some) },
    store: {
      getSetting: async (key) => kept.get(key),
      setSetting: async (key, value) => void kept.set(key, value),
    },
    now: () => toEpochMs(1),
  });
  return { desk, samples, kept };
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, ADDRESS);
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

/** A real agent that runs on its battery, says its UPS-MIB. */
async function startAgent(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'cordon-snmpd-'));
  ends.push(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'snmpd.conf');
  await writeFile(
    file,
    `rocommunity watch-only ${ADDRESS}
createUser watcher SHA-256 "signing-words" AES "sealing-words"
rouser watcher authpriv
override 1.3.6.1.2.1.33.1.4.1.0 integer 5
override 1.3.6.1.2.1.33.1.2.3.0 integer 17
override 1.3.6.1.2.1.33.1.2.4.0 integer 80
`,
  );
  const port = await freePort();
  const agent = spawn(SNMPD, ['-f', '-C', '-c', file, '-Ln', `udp:${ADDRESS}:${port}`], {
    stdio: 'ignore',
    env: { ...process.env, MIBS: '', SNMP_PERSISTENT_DIR: folder },
  });
  ends.push(async () => {
    agent.kill('SIGKILL');
    await once(agent, 'close');
  });
  const access = { community: 'watch-only' };
  const uptime = { sysUpTime: '1.3.6.1.2.1.1.3' };
  await vi.waitFor(
    async () =>
      expect((await readObjects({ address: ADDRESS, port, access }, uptime)).kind).toBe('answer'),
    { timeout: 20_000 },
  );
  return port;
}

const user = {
  name: 'watcher',
  auth: 'sha256',
  password: 'signing-words',
  privacy: 'aes',
} as const;

describe.skipIf(!existsSync(SNMPD))('a real agent (needs snmpd)', () => {
  it('is asked with a community, as a user, and not as a user it does not know', async () => {
    const port = await startAgent();
    const onBattery = 'It runs on its battery, 17 minutes are left';
    for (const access of [
      { community: 'watch-only' },
      { user: { ...user, passphrase: 'sealing-words' } },
    ]) {
      const { desk, samples } = open({ access, ports: ['lo0-missing'] });
      const { state, text } = await desk.ask(checkAt(port), ADDRESS);
      expect(state).toBe('fail');
      expect(text).toContain(onBattery);
      expect(text).toContain('There is no port lo0-missing');
      expect(samples).toContainEqual({
        name: 'snmp_ups_charge_percent',
        value: 80,
        at: 1,
        labels: { node: 'ups-1.example' },
      });
      expect(samples.find(({ name }) => name === 'snmp_uptime_seconds')?.value).toBeGreaterThan(0);
    }
    const wrong = { user: { ...user, password: 'other-words', passphrase: 'sealing-words' } };
    const { desk } = open({ access: wrong, ports: [] });
    const refused = await desk.ask(checkAt(port), ADDRESS);
    expect(refused.state).toBe('unknown');
    expect(refused.text).toContain('does not let itself be asked');
  });
});

it('a device that says nothing fails', async () => {
  const socket = createSocket('udp4').bind(0, ADDRESS);
  await once(socket, 'listening');
  ends.push(() => socket.close());
  const { desk, samples } = open({ access: { community: 'x' }, ports: [] });
  expect(await desk.ask(checkAt(socket.address().port), ADDRESS)).toEqual({
    state: 'fail',
    text: 'It does not answer: Request timed out.',
  });
  expect(samples).toEqual([]);
});

it('a port that was up before stays told as down over a restart', async () => {
  const says =
    (oper: number): ReadObjects =>
    async () => ({
      kind: 'answer',
      objects: new Map(
        Object.entries({ ifName: 'eth7', ifAdminStatus: 1, ifOperStatus: oper }).map(
          ([name, value]) => [
            name,
            new Map([['7', typeof value === 'string' ? new TextEncoder().encode(value) : value]]),
          ],
        ),
      ) as EquipmentAnswer,
    });
  const device = { access: { community: 'x' }, ports: [] };
  const first = open(device, { read: says(1) });
  expect(await first.desk.ask(checkAt(161), ADDRESS)).toMatchObject({ state: 'ok' });
  const { desk } = open(device, { read: says(2), kept: first.kept });
  expect(await desk.ask(checkAt(161), ADDRESS)).toMatchObject({
    state: 'warn',
    text: 'Port eth7 is down and was up before.',
  });
});
