/*
 * `npm run fuzz -- [KIND…] [--runs N] [--seed S] [--hang SECONDS] [--json]`: asks what reads input from
 * outside for many random inputs, shows how far it is, and what broke with the smallest input that does.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Fared, KINDS, type Kind, type Place } from './kind.ts';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const MEBIBYTE = 1024 * 1024;
const LOOK_MS = 500;
const SAID_BYTES = 20_000;

interface Asked {
  readonly runs: number;
  readonly seed: number;
  /** After how long without a step a run counts as one that hangs. */
  readonly hangMs: number;
}

/** What came of one kind. */
interface Outcome {
  readonly kind: string;
  readonly seed: number;
  readonly properties: readonly Fared[];
  /** The run that did not end. */
  readonly hang?: Place & { readonly input: string };
  /** What the tests said when they failed outside a property. */
  readonly said?: string;
}

const USAGE = `npm run fuzz -- [KIND…] [--runs N] [--seed S] [--hang SECONDS] [--json]
${KINDS.map(({ id, title }) => `    ${id.padEnd(13)} ${title}`).join('\n')}`;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

function fail(message: string): never {
  say(`${message}\n  hint: ${USAGE}`);
  process.exit(2);
}

function readArguments(): { kinds: readonly Kind[]; asked: Asked; json: boolean } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: 'string', default: '20000' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
      hang: { type: 'string', default: '30' },
      json: { type: 'boolean', default: false },
    },
  });
  const kinds = positionals.map(
    (id) => KINDS.find((kind) => kind.id === id) ?? fail(`There is no kind "${id}".`),
  );
  const [runs, seed, hang] = [values.runs, values.seed, values.hang].map(Number) as [
    number,
    number,
    number,
  ];
  if (!(runs >= 1) || !Number.isInteger(seed) || !(hang > 0))
    fail('--runs, --seed and --hang take numbers.');
  return {
    kinds: kinds.length === 0 ? KINDS : kinds,
    asked: { runs, seed, hangMs: hang * 1_000 },
    json: values.json,
  };
}

function readPlace(file: string): Place | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Place;
  } catch {
    return undefined;
  }
}

function readFared(file: string): readonly Fared[] {
  try {
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    return lines.map((line) => JSON.parse(line) as Fared);
  } catch {
    return [];
  }
}

const shortName = (name: string): string => name.split(' > ').at(-1) ?? name;
const showBytes = (bytes: number): string => `${Math.round(bytes / MEBIBYTE)} MiB`;

/** Shows the place on one line where there is a terminal. */
function showPlace(kind: Kind, place: Place, { runs }: Asked): void {
  if (!process.stderr.isTTY) return;
  const text = `${kind.id}: ${shortName(place.name)}: ${place.run} of ${runs}, ${showBytes(place.bytes)}`;
  process.stderr.write(`\r\u001b[K${text.slice(0, (process.stderr.columns ?? 80) - 1)}`);
}

function start(kind: Kind, env: Readonly<Record<string, string>>) {
  const named = kind.tests === undefined ? [] : ['-t', kind.tests];
  const child = spawn(
    join(ROOT, 'node_modules', '.bin', 'vitest'),
    ['run', kind.file, ...named, '--testTimeout=0', '--reporter=default'],
    {
      cwd: ROOT,
      detached: true,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let said = '';
  const hear = (data: Buffer) => {
    said = `${said}${data.toString()}`.slice(-SAID_BYTES);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const ended = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? 1)));
  return {
    ended,
    said: () => said,
    // The process that hangs is one of vitest's own, so the whole group goes.
    kill: () => void process.kill(-(child.pid ?? 0), 'SIGKILL'),
  };
}

/** Waits for the tests; gives the place when one run takes longer than is allowed. */
async function follow(
  running: ReturnType<typeof start>,
  { kind, asked, file }: { readonly kind: Kind; readonly asked: Asked; readonly file: string },
): Promise<Place | undefined> {
  let last = '';
  let movedAt = performance.now();
  for (;;) {
    const code = await Promise.race([running.ended, pause(LOOK_MS)]);
    if (code !== undefined) return undefined;
    const place = readPlace(file);
    if (!place) continue;
    showPlace(kind, place, asked);
    const mark = `${place.name} ${place.run}`;
    if (mark !== last) [last, movedAt] = [mark, performance.now()];
    const isOver = place.run >= asked.runs;
    if (!isOver && performance.now() - movedAt > asked.hangMs) {
      running.kill();
      await running.ended;
      return place;
    }
  }
}

/** Makes the inputs again without running anything, up to the one that hung. */
async function inputOf(kind: Kind, env: Readonly<Record<string, string>>, run: number) {
  const report = `${env['CORDON_FUZZ_REPORT']}.shown`;
  await start(kind, {
    ...env,
    CORDON_FUZZ_REPORT: report,
    CORDON_FUZZ_RUNS: String(run),
    CORDON_FUZZ_SHOW: String(run),
  }).ended;
  return readFared(report);
}

async function fuzz(kind: Kind, asked: Asked): Promise<Outcome> {
  const dir = mkdtempSync(join(tmpdir(), 'cordon-fuzz-'));
  const [report, file] = [join(dir, 'report'), join(dir, 'place')];
  const env = {
    CORDON_FUZZ_RUNS: String(asked.runs),
    CORDON_FUZZ_SEED: String(asked.seed),
    CORDON_FUZZ_REPORT: report,
    CORDON_FUZZ_PLACE: file,
  };
  try {
    const running = start(kind, env);
    const place = await follow(running, { kind, asked, file });
    const properties = readFared(report);
    const outcome = { kind: kind.id, seed: asked.seed, properties };
    if (place) {
      const shown = await inputOf(kind, env, place.run);
      const input = shown.find(({ name }) => name === place.name)?.slowest.input ?? '?';
      return { ...outcome, hang: { ...place, input } };
    }
    const hasFailed = (await running.ended) !== 0;
    const isTold = properties.some(({ failure }) => failure);
    return hasFailed && !isTold ? { ...outcome, said: running.said() } : outcome;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

const isBroken = ({ properties, hang, said }: Outcome): boolean =>
  properties.length === 0 ||
  hang !== undefined ||
  said !== undefined ||
  properties.some(({ failure }) => failure);

function present(outcome: Outcome, { runs }: Asked): void {
  const again = `npm run fuzz -- ${outcome.kind} --runs ${runs} --seed ${outcome.seed}`;
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  say(`${outcome.kind}${isBroken(outcome) ? ' BROKEN' : ''}  (${again})`);
  for (const { name, failure, slowest, ...fared } of outcome.properties) {
    const pace = `${fared.runs} runs in ${fared.seconds.toFixed(1)} s`;
    const most = `slowest ${slowest.ms.toFixed(1)} ms, memory +${showBytes(fared.grewBytes)}`;
    say(`  ${failure ? '✗' : '✓'} ${shortName(name)}: ${pace}, ${most}`);
    if (failure) say(`      ${failure.why}\n      input: ${failure.input}`);
    else if (slowest.ms >= 50) say(`      slowest input: ${slowest.input.slice(0, 300)}`);
  }
  const { hang, said } = outcome;
  if (hang) say(`  ✗ ${hang.name}: run ${hang.run} did not end\n      input: ${hang.input}`);
  if (said !== undefined) say(said);
  if (outcome.properties.length === 0 && !hang) say('  ✗ no property was run');
}

const { kinds, asked, json } = readArguments();
const outcomes: Outcome[] = [];
for (const kind of kinds) {
  const outcome = await fuzz(kind, asked);
  outcomes.push(outcome);
  present(outcome, asked);
}
const broken = outcomes.filter(isBroken).length;
if (json) process.stdout.write(`${JSON.stringify({ asked, outcomes }, undefined, 2)}\n`);
say(`${outcomes.length - broken} kinds hold, ${broken} broken`);
process.exitCode = broken === 0 ? 0 : 1;
