/*
 * What acting costs: playbooks carried out over the real state store on disk against a target inside the
 * process, every write of the ledger one durable commit; beside the rate at which the same store commits
 * anything at all. Then the real process: from an attacker's line to a block that was verified in the
 * kernel.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DAY_MS,
  idOf,
  parsePlaybook,
  selectPlaybooks,
  toCaseIncident,
  toEpochMs,
} from '../packages/core/src/index.ts';
import { createSandboxFirewall } from '../packages/extensions/src/index.ts';
import { createRunner } from '../packages/server/src/runner/runner.ts';
import type { StateStore } from '../packages/server/src/store/ports.ts';
import { openSqliteStateStore } from '../packages/server/src/store/sqlite/sqlite-state-store.ts';
import { runLive } from './live.ts';
import { check, Ledger, load, measure, type Report } from './report.ts';

export interface RespondOptions {
  readonly runs: number;
  readonly passes: number;
  readonly seconds: number;
  readonly perS: number;
}

const START = Date.UTC(2026, 0, 1);
const STEPS_PER_S = 300;
const CPU_MS_A_STEP = 2;
const MOST = 1e9;

const { playbook } = parsePlaybook(
  `playbook: block-it
on: incident.severity >= high
each: incident.source_ips
steps:
  - { id: block, do: net.ip.block, with: { ip: '\${{ item }}' }, for: 1h, undo: auto, reason: Bench }
`,
  'bench.yml',
);

const toIp = (n: number): string => `203.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;

/** Queues so many runs, one to an incident of its own. */
async function queue(store: StateStore, runs: number): Promise<void> {
  const at = toEpochMs(START);
  for (let n = 0; n < runs; n += 1) {
    const incident = {
      ...toCaseIncident({
        severity: 'high',
        behaviours: ['bruteforce'],
        p: 0.9,
        entities: [{ kind: 'ip', id: toIp(n), role: 'source' }],
      }),
      id: idOf('inc', [n]),
    };
    const audit = { at, actor: 'bench', what: 'kept', subject: incident.id, data: {} };
    await store.saveDecisions({ alerts: [], incidents: [incident], audit });
    for (const run of selectPlaybooks(incident, playbook ? [playbook] : [], at))
      await store.saveRun(run);
  }
}

/** The store, counting the commits of the ledger. */
function counted(store: StateStore) {
  const commits = { count: 0 };
  const counting: StateStore = {
    ...store,
    saveRun: (run) => {
      commits.count += 1;
      return store.saveRun(run);
    },
    saveActions: (change) => {
      commits.count += 1;
      return store.saveActions(change);
    },
  };
  return { commits, counting };
}

/** One house: so many blocks from the plan to the verified hold, and through undo to its proof. */
async function respond(runs: number) {
  const dir = mkdtempSync(join(tmpdir(), 'cordon-bench-'));
  const store = await openSqliteStateStore({ file: join(dir, 'state.sqlite') });
  try {
    await queue(store, runs);
    const clock = { at: START };
    const { commits, counting } = counted(store);
    const runner = await createRunner({
      store: counting,
      now: () => toEpochMs(clock.at),
      events: { count: async () => 0, find: async () => [] },
      playbooks: playbook ? [playbook] : [],
      config: {
        mode: 'enforce',
        limits: { actionsPerHour: MOST, verbPerHour: MOST, incidentPerHour: MOST },
      },
      connectors: [
        { id: 'firewall', definition: createSandboxFirewall(() => clock.at).connector, config: {} },
      ],
    });
    const acted = await measure(1, async () => {
      await runner.tick();
      clock.at += DAY_MS;
      await runner.tick();
    });
    const { items } = await store.listActions({ limit: runs + 1 });
    const undone = items.filter(({ status }) => status === 'undone').length;
    const raw = await measure(commits.count, async () => {
      for (let n = 0; n < commits.count; n += 1) await store.setSetting('bench', n);
    });
    return { steps: { ...acted, events: commits.count }, raw, undone };
  } finally {
    await store.close();
    rmSync(dir, { recursive: true });
  }
}

export async function runRespond({ runs, passes, ...options }: RespondOptions): Promise<Report> {
  const loadBefore = load();
  const ledger = new Ledger();
  const undone: number[] = [];
  for (let pass = 0; pass < passes; pass += 1) {
    const done = await respond(runs);
    ledger.add('durable steps of the ledger', done.steps);
    ledger.add('limit: commits of the same store', done.raw);
    undone.push(done.undone);
  }
  const rows = ledger.rows();
  const [steps, raw] = rows;
  const stepsPerS = steps?.eventsPerS ?? Number.NaN;
  const cpuMs = (steps?.cpuUsPerEvent ?? Number.NaN) / 1_000;
  const live = await runLive(options);
  return {
    bench: 'respond',
    node: process.versions.node,
    loadBefore,
    loadAfter: load(),
    checks: [
      check(
        `each of ${runs} blocks was done, verified and undone`,
        undone.every((count) => count === runs),
      ),
      ...live.checks,
    ],
    rows,
    facts: {
      [`at least ${STEPS_PER_S} durable steps a second`]: stepsPerS >= STEPS_PER_S ? 'yes' : 'no',
      'share of the rate of bare commits': Number((stepsPerS / (raw?.eventsPerS ?? 1)).toFixed(2)),
      'CPU ms a step': Number(cpuMs.toFixed(2)),
      [`at most ${CPU_MS_A_STEP} ms CPU a step`]: cpuMs <= CPU_MS_A_STEP ? 'yes' : 'no',
      ...live.facts,
    },
  };
}
