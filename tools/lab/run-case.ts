import { type ChildProcess, execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { DnsEntry } from './dns.ts';
import type { LabCertificates } from './lab-certificates.ts';
import {
  buildLab,
  type Machine,
  namespaceOf,
  run,
  start,
  tearDownLab,
  writeEtc,
} from './namespaces.ts';
import { writeOwnAction } from './own-action.ts';
import type { ServeSpec } from './serve.ts';

type Zone = Readonly<Record<string, DnsEntry>>;
type Serve = Omit<ServeSpec, 'tls'> & {
  readonly tls?: Readonly<Record<string, unknown>> & { readonly cert?: string };
};

/** One case as it is written in `connectivity/*.yml`. */
export interface LabCase {
  readonly id: string;
  readonly from?: Machine;
  readonly target: string;
  readonly view?: boolean;
  readonly expect: readonly string[];
  readonly dns?: Zone | null;
  readonly second?: Zone;
  readonly serve?: readonly Serve[];
  readonly own?: { readonly verb: string; readonly target: string };
  readonly run?: Readonly<Partial<Record<Machine, string>>>;
  readonly etc?: Readonly<
    Partial<Record<Machine, Readonly<Partial<Record<'hosts' | 'resolv.conf', string>>>>>
  >;
  readonly stop?: boolean;
  /** Connections opened from the web server itself, or held from the client, before the question. */
  readonly fill?: { readonly port: number; readonly count: number };
  readonly hold?: { readonly port: number; readonly count: number };
}

export interface LabOutcome {
  readonly id: string;
  readonly expect: readonly string[];
  /** The first cause named, or `healthy`. */
  readonly said: string;
  readonly isRight: boolean;
  readonly seconds: number;
  readonly answer: string;
}

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const CLI = here('../../packages/cli/src/main.ts');
const TIME_LIMIT_MS = 60_000;
const USUAL: Zone = { 'web.lab': { a: '10.77.2.20' }, 'www.lab': { a: '10.77.2.20' } };
const WELL: readonly Serve[] = [
  { port: 80, kind: 'http' },
  { port: 443, kind: 'https', tls: { cert: 'good' } },
];

/** Builds the machines, puts the fault in, asks, and takes everything down. */
export async function runCase(one: LabCase, certificates: LabCertificates): Promise<LabOutcome> {
  const children: ChildProcess[] = [];
  const dir = mkdtempSync(join(tmpdir(), 'cordon-lab-'));
  try {
    buildLab();
    children.push(...(await startServices(one, certificates)));
    for (const [machine, files] of Object.entries(one.etc ?? {}))
      for (const [name, text] of Object.entries(files ?? {}))
        writeEtc(machine as Machine, name as 'hosts', text);
    for (const [machine, command] of Object.entries(one.run ?? {}))
      run(machine as Machine, command);
    if (one.stop) run('web', "pkill -STOP -f '[l]ab/serve.ts'");
    children.push(...(await openConnections(one)));
    if (one.own !== undefined) await writeOwnAction(dir, one.own);
    return await askDoctor(one, { dir, root: certificates.rootFile });
  } finally {
    for (const child of children) child.kill('SIGKILL');
    tearDownLab();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function startServices(
  one: LabCase,
  certificates: LabCertificates,
): Promise<readonly ChildProcess[]> {
  const specs = (one.serve ?? WELL).map((spec) => certificates.fillIn(spec));
  const children = [start('web', [process.execPath, here('serve.ts'), JSON.stringify(specs)])];
  if (one.dns !== null) children.push(startDns('10.77.3.53', { ...USUAL, ...one.dns }));
  if (one.second !== undefined) children.push(startDns('10.77.3.54', { ...USUAL, ...one.second }));
  await Promise.all(children.map(untilReady));
  return children;
}

const startDns = (address: string, zone: Zone) =>
  start('resolver', [process.execPath, here('dns.ts'), address, JSON.stringify(zone)]);

async function openConnections({ fill, hold }: LabCase): Promise<readonly ChildProcess[]> {
  const open = (
    machine: Machine,
    { port, count }: { readonly port: number; readonly count: number },
  ) =>
    start(machine, [process.execPath, here('hold.ts'), '10.77.2.20', String(port), String(count)]);
  const children = [
    ...(fill === undefined ? [] : [open('web', fill)]),
    ...(hold === undefined ? [] : [open('client', hold)]),
  ];
  await Promise.all(children.map(untilReady));
  return children;
}

const untilReady = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    child.stdout?.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`a service of the lab ended with ${code}`)));
  });

interface Asking {
  readonly dir: string;
  readonly root: string;
}

function askDoctor(
  { id, from = 'client', target, view = true, own, expect }: LabCase,
  { dir, root }: Asking,
): Promise<LabOutcome> {
  const seen = view ? ['--target-view', `netns:${namespaceOf('web')}`] : [];
  const data = own === undefined ? [] : ['--data', dir];
  const args = [
    'netns',
    'exec',
    namespaceOf(from),
    process.execPath,
    CLI,
    'diagnose',
    target,
    '--json',
    ...seen,
    ...data,
  ];
  const begun = performance.now();
  return new Promise((resolve) => {
    execFile(
      'ip',
      args,
      { timeout: TIME_LIMIT_MS, env: { ...process.env, NODE_EXTRA_CA_CERTS: root } },
      (_, out, complaint) => {
        const seconds = (performance.now() - begun) / 1_000;
        const said = firstCause(out);
        resolve({
          id,
          expect,
          said,
          isRight: expect.includes(said),
          seconds,
          answer: out || complaint,
        });
      },
    );
  });
}

function firstCause(out: string): string {
  try {
    const { outcome, faults } = JSON.parse(out) as {
      outcome: string;
      faults: readonly { cause: string }[];
    };
    return outcome === 'healthy' ? 'healthy' : (faults[0]?.cause ?? 'none');
  } catch {
    return 'no-answer';
  }
}
