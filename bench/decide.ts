/*
 * What triage and correlation cost an alert: a stream of signals as rules raise them, most of them
 * folding into alerts that are there, some beginning new ones, a few being attacks; beside the limit of
 * reading each signal once. Then what a million entities weigh.
 */
import {
  createDecider,
  type Event,
  idOf,
  type Signal,
  toEpochMs,
} from '../packages/core/src/index.ts';
import { mulberry } from '../tools/eval/rename.ts';
import { check, Ledger, load, measure, type Report } from './report.ts';

export interface DecideOptions {
  readonly signals: number;
  readonly entities: number;
  readonly passes: number;
}

const START = Date.UTC(2026, 0, 1);
const BATCH = 500;
const RULES = 200;
const MACHINES = 2_000;
const ACCOUNTS_EACH = 2;
/** So much of what comes in is the same again as something of the last moments. */
const REPEATED = 0.8;
const LATELY = 64;
const STEP_MS = 400;
const SEVERITIES: readonly Signal['severity_id'][] = [1, 2, 2, 3, 3, 3, 4];
const TARGET_PER_S = 20_000;

function makeSignals(count: number): readonly Signal[] {
  const random = mulberry(11);
  /** Few rules and machines make most of the noise. */
  const pick = (of: number): number => Math.floor(of * random() ** 3);
  const lately: (readonly [rule: number, machine: number, account: number])[] = [];
  const draw = () => {
    const again = random() < REPEATED ? lately[Math.floor(LATELY * random())] : undefined;
    const machine = pick(MACHINES);
    const drawn = again ?? ([pick(RULES), machine, machine + pick(ACCOUNTS_EACH)] as const);
    if (!again) lately[Math.floor(LATELY * random())] = drawn;
    return drawn;
  };
  return Array.from({ length: count }, (_, index): Signal => {
    const [rule, machine, account] = draw();
    const at = toEpochMs(START + index * STEP_MS);
    return {
      id: idOf('sig', ['bench', index]),
      rule: {
        id: `rule-${rule}`,
        title: `Rule ${rule}`,
        techniques: [],
        tactics: rule % 5 === 0 ? ['execution'] : [],
        falsepositives: rule % 3 === 0 ? ['Administrators'] : [],
        behaviour: rule % 7 === 0 ? 'bruteforce' : 'malware',
      },
      severity_id: SEVERITIES[rule % SEVERITIES.length] ?? 3,
      at,
      since: at,
      count: 1 + (rule % 4),
      eventIds: [],
      offsets: [index],
      entities: [
        { kind: 'host', id: `m-${machine}`, role: 'target' },
        { kind: 'user', id: `u-${account}`, role: 'actor' },
      ],
      logsource: { product: rule % 2 === 0 ? 'windows' : 'linux' },
      text: `Rule ${rule} saw it on m-${machine}.`,
      matched: {},
    };
  });
}

function decideAll(signals: readonly Signal[]) {
  const decider = createDecider();
  const told = { alerts: new Set<string>(), incidents: new Set<string>(), outcomes: 0 };
  for (let from = 0; from < signals.length; from += BATCH) {
    for (const signal of signals.slice(from, from + BATCH)) decider.consider(signal);
    const { alerts, incidents, outcomes } = decider.drain();
    for (const { id } of alerts) told.alerts.add(id);
    for (const { id } of incidents) told.incidents.add(id);
    told.outcomes += outcomes.length;
  }
  return told;
}

const logonOf = (index: number): Event => ({
  id: idOf('evt', ['bench', index]),
  time: toEpochMs(START + index),
  class_uid: 3002,
  activity_id: 1,
  severity_id: 1,
  status_id: 1,
  message: '',
  device: { hostname: `m-${index}` },
  user: { name: `u-${index}` },
  src_endpoint: { ip: `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}` },
  observables: [],
  provenance: {
    offset: index,
    sourceId: 'bench',
    parserId: 'bench',
    logsource: { product: 'windows', categories: [] },
    fields: {},
  },
});

const heapMiB = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1024 / 1024;
};

/** Three things to each log-in: a machine, an account, an address, none seen before. */
function weigh(entities: number): number {
  const before = heapMiB();
  const decider = createDecider();
  for (let index = 0; index < entities / 3; index += 1) decider.observe(logonOf(index));
  const after = heapMiB();
  decider.drain();
  return after - before;
}

export async function runDecide({
  signals: count,
  entities,
  passes,
}: DecideOptions): Promise<Report> {
  const loadBefore = load();
  const signals = makeSignals(count);
  const ledger = new Ledger();
  const told: ReturnType<typeof decideAll>[] = [];
  for (let turn = 0; turn < passes; turn += 1) {
    ledger.add(
      'triage and correlation, a signal',
      await measure(count, () => told.push(decideAll(signals))),
    );
    let read = 0;
    ledger.add(
      'limit: each signal read once',
      await measure(count, () => {
        for (const signal of signals) read += JSON.stringify(signal).length;
      }),
    );
    check('the limit read every signal', read > 0);
  }
  const [first] = told;
  const rows = ledger.rows();
  const cpuUs = rows[0]?.cpuUsPerEvent ?? Number.NaN;
  return {
    bench: 'decide',
    node: process.versions.node,
    loadBefore,
    loadAfter: load(),
    checks: [
      check('every signal has one outcome', first?.outcomes === count),
      check(
        'every pass makes the same alerts and incidents',
        told.every(
          (one) =>
            [...one.alerts].join() === [...(first?.alerts ?? [])].join() &&
            [...one.incidents].join() === [...(first?.incidents ?? [])].join(),
        ),
      ),
    ],
    rows,
    facts: {
      alerts: first?.alerts.size ?? 0,
      incidents: first?.incidents.size ?? 0,
      'signals a second of one core': Math.round(1e6 / cpuUs),
      [`at least ${TARGET_PER_S} a second`]: 1e6 / cpuUs >= TARGET_PER_S ? 'yes' : 'no',
      [`MiB after ${entities} entities (bounded)`]: Math.round(weigh(entities)),
    },
  };
}
