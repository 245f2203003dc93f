import { DEFAULT_INPUT_LIMITS, InputError } from '../../packages/server/src/investigate/input.ts';
import type { Investigation } from '../../packages/server/src/investigate/investigate.ts';
import { listInputs } from '../../packages/server/src/investigate/list-inputs.ts';
import { readItems } from '../../packages/server/src/investigate/read-lines.ts';
import { organisationsIn } from './alert-stream.ts';
import type { AttackSet, AttackTruth } from './attack.ts';
import { investigateSet, readAttackSets } from './attack-sets.ts';
import { loadProduct } from './engines.ts';
import type { Evaluation } from './kind.ts';
import { type OriginClaim, toOriginClaim } from './origin-claim.ts';
import { evaluateForeign } from './origin-foreign.ts';
import { type Rename, Renamer } from './rename.ts';
import { SEEDS, toMedian } from './seeds.ts';

interface Traced extends OriginClaim {
  readonly incidents: number;
  /** What simpler ways of asking would say. */
  readonly mostAlerts: string | undefined;
  readonly firstAlert: string | undefined;
}

/** Where did each attack begin: the machine, the process, the address; names changed by chance. */
export const originEvaluation: Evaluation = {
  async run(input) {
    if (organisationsIn(input.dir).length > 0) return evaluateForeign(input);
    const { dir, seed, say, predict } = input;
    const content = await loadProduct(say);
    const { sets, readTruth } = readAttackSets(dir);
    const seeds = seed === undefined ? SEEDS : [seed];
    const traced: Traced[] = [];
    const renames = new Map<string, Rename>();
    for (const set of sets)
      for (const each of seeds) {
        const rename = await learnNames(set, each);
        renames.set(`${set.id}/${each}`, rename);
        const told = await investigateSet(content, set, rename);
        traced.push(trace({ id: set.id, seed: each }, told));
        say(`${set.id} seed ${each}: ${told.incidents.length} incidents`);
      }
    predict(traced);
    return score(traced, readTruth(), renames);
  },
};

async function learnNames(set: AttackSet, seed: number): Promise<Rename> {
  const renamer = new Renamer(seed);
  const { inputs } = await listInputs(set.path, DEFAULT_INPUT_LIMITS);
  const decoder = new TextDecoder();
  for (const input of inputs)
    try {
      for await (const item of readItems(input, DEFAULT_INPUT_LIMITS))
        if (item.kind === 'line') renamer.learn(decoder.decode(item.bytes));
    } catch (error) {
      // What cannot be read names nobody; the investigation says so.
      if (!(error instanceof InputError)) throw error;
    }
  return renamer.toRename();
}

function trace(
  of: { readonly id: string; readonly seed: number },
  { incidents, alerts, openOrigin }: Investigation,
): Traced {
  const [first] = incidents;
  const hosts = alerts.flatMap((alert) =>
    alert.entities.filter(({ kind }) => kind === 'host').map(({ id }) => id),
  );
  const counts = new Map<string, number>();
  for (const host of hosts) counts.set(host, (counts.get(host) ?? 0) + 1);
  const [most] = [...counts].sort((left, right) => right[1] - left[1]);
  const asked = first ? 'incident' : openOrigin ? 'alerts' : 'nothing';
  return {
    ...toOriginClaim({ ...of, asked }, first?.origin ?? openOrigin),
    incidents: incidents.length,
    mostAlerts: most?.[0],
    firstAlert: hosts[0],
  };
}

type Figures = Readonly<Record<string, number>>;

function score(
  traced: readonly Traced[],
  truth: ReadonlyMap<string, AttackTruth>,
  renames: ReadonlyMap<string, Rename>,
): Record<string, unknown> {
  const seeds = [...new Set(traced.map(({ seed }) => seed))];
  const known = traced.filter(({ id }) => truth.get(id)?.host !== undefined);
  const figures = seeds.map((seed) =>
    scoreSeed(
      known.filter((each) => each.seed === seed),
      truth,
      renames,
    ),
  );
  const names = Object.keys(figures[0] ?? {});
  const medians = names.map(
    (name) => [name, toMedian(figures.map((each) => each[name] ?? 0))] as const,
  );
  const medianOf = Object.fromEntries(medians.map(([name, { median }]) => [name, median]));
  const { baselineMostAlerts, baselineFirstAlert, ...own } = medianOf;
  return {
    layout: 'attack sets',
    seeds: seeds.length,
    ...own,
    baselines: { mostAlerts: baselineMostAlerts, firstAlert: baselineFirstAlert },
    spread: Object.fromEntries(medians.map(([name, { spread }]) => [name, spread])),
  };
}

function scoreSeed(
  traced: readonly Traced[],
  truth: ReadonlyMap<string, AttackTruth>,
  renames: ReadonlyMap<string, Rename>,
): Figures {
  const rows = traced.map((told) => {
    const known = truth.get(told.id);
    const rename = renames.get(`${told.id}/${told.seed}`) ?? ((text: string) => text);
    const at = told.hosts.findIndex((host) => isHost(host, rename(known?.host ?? '')));
    const { process = [], address } = known ?? {};
    return {
      told,
      at,
      process: process.some((each) => holds(told.processes[0], rename(each))),
      hasProcess: process.length > 0,
      address: address !== undefined && told.addresses[0] === rename(address),
      hasAddress: address !== undefined,
      mostAlerts: isHost(told.mostAlerts, rename(known?.host ?? '')),
      firstAlert: isHost(told.firstAlert, rename(known?.host ?? '')),
    };
  });
  const count = (test: (row: (typeof rows)[number]) => boolean): number => rows.filter(test).length;
  return {
    sets: rows.length,
    hostTop1: count(({ at }) => at === 0),
    hostTop3: count(({ at }) => at >= 0 && at < 3),
    processTop1: count(({ process }) => process),
    processes: count(({ hasProcess }) => hasProcess),
    addressTop1: count(({ address }) => address),
    addresses: count(({ hasAddress }) => hasAddress),
    abstained: count(({ told }) => told.hosts.length === 0),
    askedOfAlerts: count(({ told }) => told.asked === 'alerts'),
    wrong: count(({ told, at }) => told.hosts.length > 0 && at !== 0),
    baselineMostAlerts: count(({ mostAlerts }) => mostAlerts),
    baselineFirstAlert: count(({ firstAlert }) => firstAlert),
  };
}

const short = (name: string): string => name.toLowerCase().split('.')[0] ?? '';
const isHost = (told: string | undefined, wanted: string): boolean =>
  told !== undefined && short(told) === short(wanted);
const holds = (told: string | undefined, wanted: string): boolean =>
  told?.toLowerCase().includes(wanted.toLowerCase()) ?? false;
