/*
 * The same made-up sshd and nginx lines through Cordon's thinking and, where they are found, through
 * Debian's CrowdSec and fail2ban: processor time of the whole child, less that of ten lines, so that
 * neither start counts. CrowdSec reads and counts these lines as Cordon does; `fail2ban-regex` only
 * asks one filter (sshd) of every line and decides nothing.
 *
 * The programs are looked for below `CORDON_BENCH_OTHERS`, a folder into which the packages were
 * unpacked (`apt-get download crowdsec fail2ban`, `dpkg -x`), or else below `/`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Ledger, Sample } from './report.ts';
import { attackLines, createTraffic } from './traffic.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MAIN = join(ROOT, 'packages', 'cli', 'src', 'main.ts');
const TICK_US = 10_000;
const FEW = 10;
const STEP_MS = 36;
const ATTACK_EVERY = 5_000;
const ATTACK_LINES = 12;

/** A program and how it is run over a file. */
interface Other {
  readonly name: string;
  run(file: string): Promise<void>;
}

/** Takes one measure of each program that is found; says in a line which are not. */
export async function passOthers(ledger: Ledger, count: number): Promise<readonly string[]> {
  const dir = await mkdtemp(join(tmpdir(), 'cordon-others-'));
  try {
    const lines = createLines(count);
    const [all, few] = [join(dir, 'all', 'mix.log'), join(dir, 'few', 'mix.log')];
    for (const [file, some] of [[all, lines] as const, [few, lines.slice(0, FEW)] as const]) {
      await mkdir(dirname(file));
      await writeFile(file, `${some.join('\n')}\n`);
    }
    const { found, missing } = await findOthers(dir);
    for (const other of [cordon, ...found]) {
      const start = await measureChild(() => other.run(few));
      const whole = await measureChild(() => other.run(all));
      ledger.add(`sshd+nginx: ${other.name}`, {
        events: lines.length - FEW,
        wallMs: Math.max(1, whole.wallMs - start.wallMs),
        cpuUs: Math.max(0, whole.cpuUs - start.cpuUs),
      });
    }
    return missing;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Web requests and log-ins of the mix, with a guesser now and then; as a file holds them. */
function createLines(count: number): readonly string[] {
  const traffic = createTraffic(5);
  const startedAt = Date.now() - count * STEP_MS;
  const lines: string[] = [];
  while (lines.length < count) {
    const at = startedAt + lines.length * STEP_MS;
    const line = traffic.line(at);
    if (/ sshd\[| nginx: /.test(line)) lines.push(withoutPriority(line));
    if (lines.length % ATTACK_EVERY === 0)
      lines.push(
        ...attackLines(lines.length / ATTACK_EVERY, at, ATTACK_LINES).map(withoutPriority),
      );
  }
  return lines.slice(0, count);
}

const withoutPriority = (line: string): string => line.replace(/^<\d+>/, '');

const cordon: Other = {
  name: 'Cordon (investigate)',
  run: (file) =>
    runChild(process.execPath, [
      '--disable-warning=ExperimentalWarning',
      MAIN,
      'investigate',
      dirname(file),
    ]),
};

async function findOthers(
  dir: string,
): Promise<{ readonly found: readonly Other[]; readonly missing: readonly string[] }> {
  const root = process.env['CORDON_BENCH_OTHERS'] ?? '/';
  const [crowdsec, fail2ban] = ['crowdsec', 'fail2ban-regex'].map((name) =>
    existsSync(join(root, 'usr', 'bin', name)),
  );
  const isMissing = (name: string): string =>
    `${name} is not below ${root}: left out. Unpack the Debian package into a folder and name it in CORDON_BENCH_OTHERS.`;
  return {
    found: [
      ...(crowdsec ? [await createCrowdsec(root, join(dir, 'crowdsec'))] : []),
      ...(fail2ban ? [createFail2ban(root)] : []),
    ],
    missing: [
      ...(crowdsec ? [] : [isMissing('crowdsec')]),
      ...(fail2ban ? [] : [isMissing('fail2ban')]),
    ],
  };
}

/** One filter of every line; no jail, no ban. */
const createFail2ban = (root: string): Other => ({
  name: 'fail2ban-regex, one filter',
  run: (file) => {
    const etc = join(root, 'etc', 'fail2ban');
    const program = join(root, 'usr', 'bin', 'fail2ban-regex');
    const filter = join(etc, 'filter.d', 'sshd.conf');
    const path = { PYTHONPATH: join(root, 'usr', 'lib', 'python3', 'dist-packages') };
    const args = [program, '-c', etc, '--usedns', 'no', file, filter];
    return runChild('python3', args, path);
  },
});

const PARSERS = [
  's00-raw/crowdsecurity/syslog-logs',
  's01-parse/crowdsecurity/sshd-logs',
  's01-parse/crowdsecurity/nginx-logs',
  's02-enrich/crowdsecurity/dateparse-enrich',
  's02-enrich/crowdsecurity/http-logs',
];
/** Those of the hub that ask for no list from elsewhere. */
const SCENARIOS = ['ssh-bf', 'ssh-slow-bf', 'http-crawl-non_statics', 'http-probing'];

/** The hub as Debian brings it along, a local API on a free port, a database of its own. */
async function createCrowdsec(root: string, dir: string): Promise<Other> {
  const hub = join(root, 'usr', 'share', 'crowdsec', 'hub');
  for (const folder of ['data', 'scenarios', 'postoverflows', 'notifications', 'plugins'])
    await mkdir(join(dir, folder), { recursive: true });
  for (const parser of PARSERS) {
    const [stage = '', , name = ''] = parser.split('/');
    await mkdir(join(dir, 'parsers', stage), { recursive: true });
    const target = join(dir, 'parsers', stage, `${name}.yaml`);
    await symlink(join(hub, 'parsers', `${parser}.yaml`), target);
  }
  for (const name of SCENARIOS)
    await symlink(
      join(hub, 'scenarios', 'crowdsecurity', `${name}.yaml`),
      join(dir, 'scenarios', `${name}.yaml`),
    );
  for (const name of ['patterns', 'simulation.yaml', 'profiles.yaml'])
    await cp(join(root, 'etc', 'crowdsec', name), join(dir, name), { recursive: true });
  for (const name of ['acquis.yaml', 'credentials.yaml']) await writeFile(join(dir, name), '');
  await writeFile(join(dir, 'console.yaml'), '{}');
  const config = join(dir, 'config.yaml');
  await writeFile(config, JSON.stringify(toCrowdsecConfig(dir, hub, await freePort())));
  const credentials = join(dir, 'credentials.yaml');
  const add = ['-c', config, 'machines', 'add', 'bench', '--password', 'bench', '-f', credentials];
  await runChild(join(root, 'usr', 'bin', 'cscli'), add);
  const program = join(root, 'usr', 'bin', 'crowdsec');
  return {
    name: 'CrowdSec',
    run: (file) => runChild(program, ['-c', config, '-type', 'syslog', '-dsn', `file://${file}`]),
  };
}

const toCrowdsecConfig = (dir: string, hub: string, port: number) => ({
  common: { daemonize: false, log_media: 'stdout', log_level: 'error', working_dir: '.' },
  config_paths: {
    config_dir: dir,
    data_dir: join(dir, 'data'),
    simulation_path: join(dir, 'simulation.yaml'),
    hub_dir: hub,
    index_path: join(hub, '.index.json'),
    notification_dir: join(dir, 'notifications'),
    plugin_dir: join(dir, 'plugins'),
  },
  crowdsec_service: { acquisition_path: join(dir, 'acquis.yaml'), parser_routines: 1 },
  cscli: { output: 'human' },
  db_config: { log_level: 'error', type: 'sqlite', db_path: join(dir, 'data', 'crowdsec.db') },
  api: {
    client: { credentials_path: join(dir, 'credentials.yaml') },
    server: {
      log_level: 'error',
      listen_uri: `127.0.0.1:${port}`,
      profiles_path: join(dir, 'profiles.yaml'),
      console_path: join(dir, 'console.yaml'),
    },
  },
  prometheus: { enabled: false },
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}

/** Processor time of all children of this process that have ended. */
function childrenUs(): number {
  const text = readFileSync('/proc/self/stat', 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) * TICK_US;
}

async function measureChild(run: () => Promise<void>): Promise<Omit<Sample, 'events'>> {
  const cpu = childrenUs();
  const startedAt = performance.now();
  await run();
  return { wallMs: performance.now() - startedAt, cpuUs: childrenUs() - cpu };
}

async function runChild(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const child = spawn(program, args, { stdio: 'ignore', env: { ...process.env, ...env } });
  await Promise.race([
    once(child, 'exit'),
    once(child, 'error').then(([error]) => {
      throw error;
    }),
  ]);
}
