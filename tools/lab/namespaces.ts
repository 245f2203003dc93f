import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

/*
 * Five machines of network namespaces, with two routers between the client and the web server:
 *
 *   client .1.10 -- .1.1 router .9.1 -- .9.2 gateway .2.1 -- .2.20 web
 *                        router .3.1 -- .3.53 and .3.54 resolver
 */

export const MACHINES = ['client', 'router', 'gateway', 'web', 'resolver'] as const;
export type Machine = (typeof MACHINES)[number];

/** Two labs at once do not meet. */
const PREFIX = `cordon-lab-${process.pid}`;
/** Name of the namespace of a machine. */
export const namespaceOf = (machine: Machine): string => `${PREFIX}-${machine}`;

/** Both ends of every cable: machine, interface, address with prefix length (IPv4; IPv6 follows the same numbers). */
const CABLES = [
  [
    ['client', 'eth0', '1.10'],
    ['router', 'eth1', '1.1'],
  ],
  [
    ['router', 'eth9', '9.1'],
    ['gateway', 'eth9', '9.2'],
  ],
  [
    ['gateway', 'eth2', '2.1'],
    ['web', 'eth0', '2.20'],
  ],
  [
    ['router', 'eth3', '3.1'],
    ['resolver', 'eth0', '3.53'],
  ],
] as const;

const ROUTES: readonly (readonly [Machine, string, string])[] = [
  ['client', 'default', '1.1'],
  ['router', '2.0/24', '9.2'],
  ['gateway', 'default', '9.1'],
  ['web', 'default', '2.1'],
  ['resolver', 'default', '3.1'],
];

const v4 = (part: string): string => `10.77.${part}`;
const v6 = (part: string): string => {
  const [net = '', rest = ''] = part.split('.');
  const [host = '', length] = rest.split('/');
  return `fd77:${net}::${host === '0' ? '' : host}${length === undefined ? '' : '/64'}`;
};

/** Commands for `ip`, one a line, run in one process: a lab is built for every case. */
function ip(lines: readonly string[], namespace?: string): void {
  const inside = namespace === undefined ? [] : ['-n', namespace];
  execFileSync('ip', [...inside, '-batch', '-'], {
    input: `${lines.join('\n')}\n`,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
}

export function buildLab(): void {
  tearDownLab();
  ip(MACHINES.map((machine) => `netns add ${namespaceOf(machine)}`));
  for (const machine of MACHINES) {
    const folder = join('/etc/netns', namespaceOf(machine));
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, 'resolv.conf'),
      'nameserver 10.77.3.53\noptions timeout:1 attempts:1\n',
    );
    writeFileSync(join(folder, 'hosts'), '127.0.0.1 localhost\n');
  }
  ip(
    CABLES.map(
      ([[one, port], [other, otherPort]]) =>
        `link add ${port} netns ${namespaceOf(one)} type veth peer name ${otherPort} netns ${namespaceOf(other)}`,
    ),
  );
  for (const machine of MACHINES) {
    const ends = CABLES.flat().filter(([owner]) => owner === machine);
    ip(
      [
        'link set lo up',
        ...ends.flatMap(([, port, part]) => [
          `addr add ${v4(part)}/24 dev ${port}`,
          `addr add ${v6(part)}/64 dev ${port} nodad`,
          `link set ${port} up`,
        ]),
        ...(machine === 'resolver' ? ['addr add 10.77.3.54/24 dev eth0'] : []),
      ],
      namespaceOf(machine),
    );
    if (machine === 'router' || machine === 'gateway')
      run(machine, 'sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1');
  }
  for (const [machine, to, via] of ROUTES)
    ip(
      [
        `route add ${to === 'default' ? to : v4(to)} via ${v4(via)}`,
        `route add ${to === 'default' ? to : v6(to)} via ${v6(via)}`,
      ],
      namespaceOf(machine),
    );
}

export function tearDownLab(): void {
  for (const machine of MACHINES) remove(namespaceOf(machine));
}

/** Takes down what labs left that were killed. */
export function sweepLabs(): void {
  const listed = execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' });
  for (const [name, pid] of listed.matchAll(/^cordon-lab-(\d+)-[a-z]+/gm))
    if (!existsSync(`/proc/${pid}`)) remove(name);
}

function remove(namespace: string): void {
  try {
    execFileSync('ip', ['netns', 'delete', namespace], { stdio: 'ignore' });
  } catch {
    // It was not there.
  }
  rmSync(join('/etc/netns', namespace), { recursive: true, force: true });
}

/** A line of shell on a machine; the lab's own cases only, nothing from outside. */
export function run(machine: Machine, command: string): void {
  execFileSync('ip', ['netns', 'exec', namespaceOf(machine), 'sh', '-c', command], {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 20_000,
  });
}

/** A program that goes on running on a machine. */
export const start = (machine: Machine, args: readonly string[]) =>
  spawn('ip', ['netns', 'exec', namespaceOf(machine), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });

/** Replaces a file below `/etc` as programs on a machine see it. */
export function writeEtc(machine: Machine, name: 'hosts' | 'resolv.conf', text: string): void {
  writeFileSync(join('/etc/netns', namespaceOf(machine), name), text);
}
