/*
 * `npm run crash -- [--kills 100] [--seed N] [--keep]`: starts the real process under load with
 * attackers in it, kills it with SIGKILL at random moments, starts it again, and looks after every
 * death whether anything acknowledged was lost, done twice, left behind or miscounted.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createChance } from './chance.ts';
import {
  checkFinished,
  checkFolder,
  type Found,
  listOverdue,
  measureLateness,
  type Violation,
} from './checks.ts';
import { createHouse, HOLD_S, type House, type Life, moveIn } from './house.ts';
import { type Load, startLoad } from './load.ts';
import { createTarget, type Target } from './target.ts';

const POLL_MS = 100;
/** While it is up, nothing may be past its time for longer than this, on a machine however busy. */
const LIFT_LIMIT_MS = 60_000;
const FINISH_LIMIT_MS = 300_000;
const LONGEST_LIFE_MS = 2_500;
const MOST_SHOWN = 20;

interface Scene {
  readonly house: House;
  readonly target: Target;
  readonly load: Load;
  readonly chance: () => number;
  readonly readyAt: number[];
  readonly startMs: number[];
  readonly found: { readonly offsets: Map<number, number>; head: number };
  readonly deaths: Record<DeathKind, number>;
}

type DeathKind = 'starting' | 'running' | 'acting';

/** Dies while it starts, at any moment, or right when it touches the target. */
function toDeath(chance: () => number): DeathKind {
  const roll = chance();
  if (roll < 0.2) return 'starting';
  return roll < 0.55 ? 'running' : 'acting';
}

/** Resolves a few milliseconds after the product touches the target, or when its time is over. */
async function untilTouched({ target, chance }: Scene): Promise<void> {
  const timer = new AbortController();
  await Promise.race([
    new Promise<void>((resolve) => target.onTouch(resolve)),
    pause(LONGEST_LIFE_MS, undefined, { signal: timer.signal }).catch(() => undefined),
  ]);
  timer.abort();
  await pause(chance() * 20);
}

/** One life: started, looked at, killed; what its death left behind is looked at as well. */
async function liveAndDie(scene: Scene): Promise<readonly Violation[]> {
  const { house, chance } = scene;
  const life = house.start();
  const kind = toDeath(chance);
  scene.deaths[kind] += 1;
  const late: Violation[] = [];
  if (kind === 'starting') await pause(chance() * 1.2 * percentile(scene.startMs, 0.5));
  else {
    await life.ready();
    scene.readyAt.push(Date.now());
    scene.startMs.push(Date.now() - life.startedAt);
    late.push(...(await untilLifted(scene.target)));
    if (kind === 'running') await pause(chance() * LONGEST_LIFE_MS);
    else await untilTouched(scene);
  }
  await life.kill();
  const left = await look(scene);
  return [...late, ...left.violations];
}

const look = ({ house, load, found, target }: Scene): Promise<Found> =>
  checkFolder(house.dataDir, { sent: load.book, found, target });

/** What was overdue when it came up must be lifted soon. */
async function untilLifted(target: Target): Promise<readonly Violation[]> {
  const endsAt = Date.now() + LIFT_LIMIT_MS;
  let overdue = listOverdue(target, Date.now());
  while (overdue.length > 0 && Date.now() < endsAt) {
    await pause(POLL_MS);
    const blocked = target.blocked();
    overdue = overdue.filter((ip) => blocked.includes(ip));
  }
  return overdue.map((ip) => ({
    what: `${ip} is blocked past its time`,
    where: `${LIFT_LIMIT_MS / 1_000} s after the restart, in the namespace ${target.namespace}`,
  }));
}

/** The last life is left in peace until everything has ended, then asked to stop. */
async function liveToTheEnd(
  scene: Scene,
): Promise<{ violations: readonly Violation[]; found: Found }> {
  const { house, load, target } = scene;
  const life = house.start();
  await life.ready();
  scene.readyAt.push(Date.now());
  await load.stop();
  const endsAt = Date.now() + FINISH_LIMIT_MS;
  let found = await look(scene);
  let rest = toRest(found, scene);
  while (rest.length > 0 && Date.now() < endsAt) {
    await pause(POLL_MS * 10);
    found = await look(scene);
    rest = toRest(found, scene);
  }
  const code = await life.stop();
  const last = await look({ ...scene, found: { offsets: new Map(), head: 0 } });
  const exit =
    code === 0 ? [] : [{ what: `It ended with ${code} when asked to stop`, where: 'exit' }];
  const finished = checkFinished(last.actions, { sent: load.book, target });
  const idle = checkBusy(load.book.attackers.size, target);
  return { violations: [...last.violations, ...finished, ...exit, ...idle], found: last };
}

/** A run in which nothing was blocked proves nothing. */
function checkBusy(attackers: number, target: Scene['target']): readonly Violation[] {
  const hasBlocked = target.changes().some(({ verb, isDone }) => verb === 'add' && isDone);
  return attackers === 0 || hasBlocked
    ? []
    : [{ what: `${attackers} attacks were acknowledged and nothing was blocked`, where: 'target' }];
}

/** What is still on its way. */
const toRest = (found: Found, { load, target }: Scene): readonly Violation[] =>
  found.committed < found.records
    ? [{ what: 'Records wait', where: `offset ${found.committed} of ${found.records}` }]
    : checkFinished(found.actions, { sent: load.book, target });

async function play(kills: number, scene: Scene): Promise<boolean> {
  const startedAt = Date.now();
  for (let n = 1; n <= kills; n += 1) {
    const violations = await liveAndDie(scene);
    showProgress(n, kills, startedAt);
    if (violations.length > 0) return fail(violations, `after kill ${n}`);
  }
  const { violations, found } = await liveToTheEnd(scene);
  if (violations.length > 0) return fail(violations, `after ${kills} kills, at the end`);
  process.stdout.write(`\n${printFigures(kills, scene, found)}\n`);
  return true;
}

function showProgress(n: number, kills: number, startedAt: number): void {
  const width = 24;
  const filled = Math.round((width * n) / kills);
  const seconds = Math.round((Date.now() - startedAt) / 1_000);
  const line = `[${'#'.repeat(filled)}${' '.repeat(width - filled)}] ${n} of ${kills} kills, ${seconds} s`;
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line}`);
  else if (n % 10 === 0 || n === kills) process.stderr.write(`${line}\n`);
}

function fail(violations: readonly Violation[], when: string): boolean {
  process.stdout.write(`\n${violations.length} violations ${when}:\n`);
  for (const { what, where } of violations.slice(0, MOST_SHOWN))
    process.stdout.write(`  ${what}\n    ${where}\n`);
  return false;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function printFigures(kills: number, scene: Scene, found: Found): string {
  const { load, target, deaths, startMs, readyAt } = scene;
  const changes = target.changes().filter((change) => change.isDone);
  const late = measureLateness(target, readyAt);
  const count = (status: string) => found.actions.filter((one) => one.status === status).length;
  return [
    `${kills} kills: ${deaths.starting} while starting, ${deaths.running} at any moment, ${deaths.acting} in the middle of an action`,
    `records: ${load.book.sent.size} sent, ${load.book.acknowledged.size} acknowledged, 0 of those lost; ${found.records} in the log, 0 twice`,
    `attacks: ${load.book.attackers.size} acknowledged, all answered; ${found.actions.length} actions: ${count('undone')} undone, ${count('done')} done, ${count('uncertain')} uncertain, ${count('failed')} failed`,
    `target: ${changes.filter((one) => one.verb === 'add').length} blocks, none twice; ${target.notices.size} notices, none twice; nothing left behind`,
    `lifted by Cordon alone, held ${HOLD_S} s: ${late.length}; late by ${percentile(late, 0.5)} ms at the median, ${Math.max(0, ...late)} ms at most`,
    `start until ready: ${percentile(startMs, 0.5)} ms at the median, ${Math.max(0, ...startMs)} ms at most`,
  ].join('\n');
}

async function setUp(dir: string, seed: number): Promise<Scene & { first: Life }> {
  const target = await createTarget(dir);
  const house = await createHouse(dir, target);
  const first = house.start();
  await first.ready();
  const startMs = Date.now() - first.startedAt;
  const { token } = await moveIn(house, first);
  return {
    house,
    target,
    load: startLoad(house, token),
    chance: createChance(seed),
    readyAt: [],
    startMs: [startMs],
    found: { offsets: new Map(), head: 0 },
    deaths: { starting: 0, running: 0, acting: 0 },
    first,
  };
}

async function run(): Promise<number> {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '100' },
      seed: { type: 'string', default: String(Date.now() % 1e9) },
      keep: { type: 'boolean', default: false },
    },
  });
  const dir = await mkdtemp(join(tmpdir(), 'cordon-crash-'));
  process.stdout.write(`seed ${values.seed}, in ${dir}\n`);
  const { first, ...scene } = await setUp(dir, Number(values.seed));
  let isWell = false;
  try {
    await first.kill();
    isWell = await play(Number(values.kills), scene);
  } finally {
    await scene.load.stop();
    scene.target.remove();
    if (isWell && !values.keep) await rm(dir, { recursive: true });
    else process.stdout.write(`Kept to look at: ${dir} (cordon.log, firewall.log, data)\n`);
  }
  return isWell ? 0 : 1;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const code = await run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  return 1;
});
// Ends what an error left running as well.
process.exit(code);
