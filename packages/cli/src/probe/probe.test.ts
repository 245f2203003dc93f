import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { findChanges, type HostState } from './changes.ts';
import { Probe } from './probe.ts';
import { parseCpu, parseMemory, parseMounts } from './read-host.ts';
import { parseFileLimit, parseStat } from './read-processes.ts';
import { parseSockets } from './read-sockets.ts';
import { parsePackages, parseUnits } from './read-state.ts';

it('reads processor time: waiting for a disk is not work', () => {
  expect(parseCpu('cpu  10 1 5 100 20 1 2 3 0 0\ncpu0 1 1 1 1\n')).toEqual({ busy: 22, all: 142 });
});

it('reads memory as shares; without swap there is none', () => {
  const text = 'MemTotal:  1000 kB\nMemFree: 100 kB\nMemAvailable:  250 kB\nSwapTotal: 0 kB\n';
  expect(parseMemory(text)).toEqual([{ name: 'system.memory.utilization', value: 0.75 }]);
  expect(parseMemory('')).toEqual([]);
});

it('reads mounts that hold data, each device once, with spaces in their names', () => {
  const text = [
    '/dev/sda1 / ext4 rw 0 0',
    'proc /proc proc rw 0 0',
    'tmpfs /run tmpfs rw 0 0',
    'tmpfs /tmp tmpfs rw 0 0',
    '/dev/sda1 /var/lib/docker/x ext4 rw 0 0',
    '/dev/sdb1 /mnt/my\\040disk xfs rw 0 0',
    'overlay / overlay rw 0 0',
  ].join('\n');
  expect(parseMounts(text)).toEqual(['/', '/tmp', '/mnt/my disk', '/']);
});

it('reads a process whose name would break the line', () => {
  const rest = 'S 1 1 1 0 -1 4194560 1 0 0 0 70 30 0 0 20 0 4 0 5 1000 25 18446744073709551615';
  expect(parseStat(`7 (a) S (b) ${rest}`)).toEqual({
    program: 'a) S (b',
    ticks: 100,
    threads: 4,
    residentBytes: 102_400,
  });
  expect(parseStat('')).toBeUndefined();
  expect(parseFileLimit('Max open files            1024                 524288    files')).toBe(
    1024,
  );
  expect(
    parseFileLimit('Max open files            unlimited            unlimited    files'),
  ).toBeNaN();
});

it('reads sockets of both families', () => {
  const head = '  sl  local_address rem_address   st\n';
  const row = (local: string, state: string) => `   0: ${local} 00000000:0000 ${state} 0 0\n`;
  const four = head + row('0100007F:1F90', '0A') + row('0100007F:1F90', '01');
  const six = head + row(`${'0'.repeat(32)}:0016`, '0A') + row(`${'0'.repeat(32)}:0016`, '08');
  expect(parseSockets([four, six])).toEqual({
    ports: [22, 8080],
    counts: { established: 1, close_wait: 1 },
  });
});

it('reads units and packages', async () => {
  expect(parseUnits('nginx.service loaded failed failed A web server\n\n')).toEqual([
    'nginx.service',
  ]);
  const lines = (async function* () {
    yield* ['Package: a', 'Status: install ok installed', 'Version: 1.0', ''];
    yield* ['Package: b', 'Status: deinstall ok config-files', 'Version: 2.0', ''];
  })();
  expect([...(await parsePackages(lines))]).toEqual([['a', '1.0']]);
});

it('tells what changed, an update of many packages as one', () => {
  const before: HostState = {
    failedUnits: ['old.service'],
    ports: [22, 80],
    versions: new Map([
      ['a', '1'],
      ['gone', '1'],
      ['same', '1'],
    ]),
  };
  const after: HostState = {
    failedUnits: ['new.service'],
    ports: [22, 443],
    versions: new Map([
      ['a', '2'],
      ['same', '1'],
      ['put', '3'],
    ]),
  };
  expect(findChanges(before, after).map(({ state, finding }) => `${state}: ${finding}`)).toEqual([
    'fail: The unit new.service failed.',
    'ok: The unit old.service does not fail any more.',
    'ok: Somebody listens at port 443 now.',
    'ok: Nobody listens at port 80 any more.',
    'ok: Packages changed: a 1 -> 2, put 3 installed, gone removed.',
  ]);
  expect(findChanges(after, after)).toEqual([]);
});

const textOf = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
};

it('looks at this very machine and tells; what a server refused is told again', async () => {
  const got: { path: string; body: string }[] = [];
  let status = 503;
  const server = createServer(async (request, response) => {
    got.push({ path: request.url ?? '', body: await textOf(request) });
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const said: string[] = [];
  const probe = new Probe(
    {
      url: `http://127.0.0.1:${port}`,
      token: 't',
      host: 'here',
      everyMs: 30_000,
      certificates: [],
      scripts: '',
    },
    (words) => said.push(words),
  );
  const at = 1_772_612_122_000;
  await probe.look(at);
  status = 200;
  await probe.look(at + 30_000);
  await probe.look(at + 60_000);
  server.close();
  expect(said).toEqual([`http://127.0.0.1:${port} answers with 503`, 'It is told again.']);
  expect(got.map(({ path }) => path)).toEqual([
    '/v1/metrics',
    '/v1/logs',
    '/v1/metrics',
    '/v1/logs',
    '/v1/metrics',
    '/v1/logs',
  ]);
  const [, , metrics, logs] = got.map(({ body }) => body);
  expect(metrics).toContain('"system.cpu.utilization"');
  expect(metrics).toContain('"system.filesystem.utilization"');
  expect(metrics).toContain('"process.open_file_descriptor.count"');
  expect(logs).toContain('The probe is there.');
});
