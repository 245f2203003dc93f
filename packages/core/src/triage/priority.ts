import type { Criticality, DataClass } from '../enrich/asset.ts';
import { likelihoodText } from '../shared/likelihood.ts';

/** The queue order, P1 first. */
export type PriorityLevel = 'P1' | 'P2' | 'P3' | 'P4';

/** Expected loss with its three visible axes; `score = 100·√(likelihood·impact·urgency)`, for display. */
export interface Priority {
  readonly level: PriorityLevel;
  readonly likelihood: number;
  readonly impact: number;
  readonly urgency: number;
  readonly score: number;
  /** "P1 because …", one sentence. */
  readonly why: string;
  /** Each input with its share, in full. */
  readonly factors: readonly {
    readonly axis: 'likelihood' | 'impact' | 'urgency';
    readonly text: string;
    readonly value: number;
  }[];
}

/** What is known of the most important machine in an incident, each with the sentence that says so. */
export interface AssetStake {
  readonly criticality: Criticality;
  readonly text: string;
}

/** What the priority of an incident is computed from; what is not known is left out and gets the stated default. */
export interface PriorityInput {
  /** Probability that it is genuine. */
  readonly p: number;
  /** The most important machine in it. Default criticality 3, said to be assumed. */
  readonly asset?: AssetStake;
  /** The strongest rights of an account in it. Default `user`. */
  readonly rights?: { readonly privilege: Privilege; readonly text: string };
  /** The most protected data on a machine in it. Without it nothing is added. */
  readonly data?: { readonly dataClass: DataClass; readonly text: string };
  /** Says which machine in it can be reached from the internet. */
  readonly exposure?: string;
  /** Says which named vulnerability is exploited elsewhere. */
  readonly exploited?: string;
  /** How many more machines can be reached from there, and what most rests on those and on the accounts that reach them. */
  readonly reach?: {
    readonly machines: number;
    readonly asset?: AssetStake;
    readonly rights?: { readonly privilege: Privilege; readonly text: string };
  };
  /** How many machines it reached, and how many there are. */
  readonly hosts: number;
  readonly knownHosts: number;
  /** ATT&CK tactic short names in order of time. */
  readonly tactics: readonly string[];
}

export type Privilege = 'user' | 'admin' | 'domain';

const CRITICALITY_SHARE: Readonly<Record<Criticality, number>> = {
  1: 0.05,
  2: 0.15,
  3: 0.4,
  4: 0.7,
  5: 1,
};
/** What a machine is taken for that nothing is known of. */
export const ASSUMED_CRITICALITY: Criticality = 3;
const PRIVILEGE_SHARE = { user: 0.15, admin: 0.7, domain: 1 } as const;
const DATA_SHARE = { public: 0, internal: 0.3, confidential: 0.7, restricted: 1 } as const;
/** What anybody can reach leaves less time: U = 1 − (1 − U)·0.85, as one more step of the chain. */
const EXPOSED_LEFT = 0.85;
const BETA = { asset: 0.9, privilege: 0.8, blast: 0.8, data: 0.7, reach: 0.4 } as const;
/** Where all there is can be reached, but nobody told what it is worth. */
const REACH_SHARE = 0.3;
const DEFAULT_URGENCY = 0.35;
const STAGE_URGENCY: Readonly<Record<string, number>> = {
  reconnaissance: 0.15,
  'resource-development': 0.15,
  'initial-access': 0.35,
  execution: 0.5,
  persistence: 0.5,
  'defense-evasion': 0.5,
  'privilege-escalation': 0.65,
  'credential-access': 0.65,
  'command-and-control': 0.7,
  discovery: 0.75,
  'lateral-movement': 0.75,
  collection: 0.8,
  exfiltration: 1,
  impact: 1,
};
const P1_EL = 0.25;
const P2_EL = 0.1;
const P3_EL = 0.03;

/** Place of a tactic on the way of an attack: its urgency, for ordering. */
export const tacticStage = (tactic: string): number => STAGE_URGENCY[tactic] ?? 0;

/**
 * Length of the longest run of distinct tactics that never steps back on the way of an attack while
 * time goes on (RapSheet's kill-chain order, S&P 2020).
 */
export function killChainLength(tactics: readonly string[]): number {
  const longestEndingAt: number[] = [];
  const seen = [...new Set(tactics)].filter((tactic) => tacticStage(tactic) > 0);
  for (const [index, tactic] of seen.entries()) {
    const before = seen
      .slice(0, index)
      .map((earlier, i) =>
        tacticStage(earlier) <= tacticStage(tactic) ? (longestEndingAt[i] ?? 0) : 0,
      );
    longestEndingAt.push(1 + Math.max(0, ...before));
  }
  return Math.max(0, ...longestEndingAt);
}

interface Axis {
  readonly value: number;
  readonly factors: Priority['factors'];
}

/** The share of the known machines, less for each the more there are. */
const shareOf = (machines: number, known: number): number =>
  Math.min(1, Math.log1p(machines) / Math.log1p(Math.max(1, machines, known)));

/** What is not hit yet but can be: the worst of it, at less than half of what it would be worth. */
function assessReach({ reach, knownHosts }: PriorityInput) {
  if (reach === undefined) return [];
  const { machines, asset, rights } = reach;
  const value = Math.max(
    REACH_SHARE * shareOf(machines, knownHosts),
    asset ? CRITICALITY_SHARE[asset.criticality] : 0,
    rights ? PRIVILEGE_SHARE[rights.privilege] : 0,
  );
  const among = [asset?.text, rights?.text].filter((text) => text !== undefined);
  const text = `From there ${machines} more ${machines === 1 ? 'machine' : 'machines'} can be reached`;
  const told = among.length === 0 ? text : `${text}: ${among.join(', ')}`;
  return [{ text: told, value: BETA.reach * value }];
}

/** Noisy-OR over asset, privilege, reach and data: I = 1 − Π(1 − β·x). */
function assessImpact(input: PriorityInput): Axis {
  const others = Math.max(0, input.hosts - 1);
  const { asset, rights, data } = input;
  const factors = [
    {
      text: asset?.text ?? `Most important machine: criticality ${ASSUMED_CRITICALITY}, assumed`,
      value: BETA.asset * CRITICALITY_SHARE[asset?.criticality ?? ASSUMED_CRITICALITY],
    },
    {
      text: rights?.text ?? 'Rights of the accounts in it: user, assumed',
      value: BETA.privilege * PRIVILEGE_SHARE[rights?.privilege ?? 'user'],
    },
    {
      text: `Reached ${input.hosts} of ${Math.max(input.hosts, input.knownHosts)} known machines`,
      value: BETA.blast * shareOf(others, input.knownHosts),
    },
    ...(data ? [{ text: data.text, value: BETA.data * DATA_SHARE[data.dataClass] }] : []),
    ...assessReach(input),
  ];
  return {
    value: 1 - factors.reduce((left, { value }) => left * (1 - value), 1),
    factors: factors.map((factor) => ({ axis: 'impact', ...factor })),
  };
}

/** Furthest stage, raised by the length of the ordered chain and by exposure: U = 1 − (1 − u)·0.85^(n−1). */
function assessUrgency({ tactics, exposure }: PriorityInput): Axis {
  const furthest = [...tactics].sort((a, b) => tacticStage(b) - tacticStage(a))[0];
  const stage = furthest === undefined ? DEFAULT_URGENCY : Math.max(tacticStage(furthest), 0.15);
  const chain = killChainLength(tactics);
  const chained = 1 - (1 - stage) * 0.85 ** Math.max(0, chain - 1);
  const value = exposure === undefined ? chained : 1 - (1 - chained) * EXPOSED_LEFT;
  const name = furthest ?? 'no tactic known, taken as an early stage';
  return {
    value,
    factors: [
      { axis: 'urgency', text: `Furthest stage: ${name}`, value: stage },
      {
        axis: 'urgency',
        text: `${chain} ${chain === 1 ? 'tactic' : 'tactics'} in the order of an attack`,
        value: chained - stage,
      },
      ...(exposure === undefined
        ? []
        : [{ axis: 'urgency' as const, text: exposure, value: value - chained }]),
    ],
  };
}

const LEVELS: readonly PriorityLevel[] = ['P1', 'P2', 'P3', 'P4'];

function toLevel(loss: number): PriorityLevel {
  if (loss >= P1_EL) return 'P1';
  if (loss >= P2_EL) return 'P2';
  return loss >= P3_EL ? 'P3' : 'P4';
}

/**
 * The floor under the level: data leaving or being destroyed, what is exploited elsewhere tried where
 * anybody can reach it, and the machines everything rests on.
 */
function findFloor(
  input: PriorityInput,
): { readonly level: PriorityLevel; readonly why: string } | undefined {
  const isLeaving = input.tactics.includes('exfiltration') || input.tactics.includes('impact');
  if (isLeaving && input.p >= 0.2) return { level: 'P1', why: 'data is being taken or destroyed' };
  if (input.exploited !== undefined && input.exposure !== undefined && input.p >= 0.3)
    return { level: 'P1', why: `${input.exploited}, and ${input.exposure}` };
  if (input.asset?.criticality === 5 && input.p >= 0.3)
    return { level: 'P2', why: 'a machine of criticality 5 is involved' };
  return undefined;
}

/** Says what can be reached where more rests on it than on what is hit. */
function toldReach({ reach, asset }: PriorityInput): string {
  const most = reach?.asset;
  const own = asset?.criticality ?? ASSUMED_CRITICALITY;
  return most === undefined || most.criticality <= own
    ? ''
    : `; further machines can be reached from there: ${most.text}`;
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** The expected loss of an incident (methods 3.2): likelihood · impact · urgency, with every input shown. */
export function assessPriority(input: PriorityInput): Priority {
  const impact = assessImpact(input);
  const urgency = assessUrgency(input);
  const loss = input.p * impact.value * urgency.value;
  const computed = toLevel(loss);
  const floor = findFloor(input);
  const isRaised = floor !== undefined && LEVELS.indexOf(floor.level) < LEVELS.indexOf(computed);
  const level = isRaised ? floor.level : computed;
  const because = `it is genuine with ${likelihoodText(input.p)}, its impact is ${percent(impact.value)} and its urgency ${percent(urgency.value)} of the worst case${toldReach(input)}`;
  return {
    level,
    likelihood: input.p,
    impact: impact.value,
    urgency: urgency.value,
    score: 100 * Math.sqrt(loss),
    why: `${level} because ${because}${isRaised ? `, and ${floor.why}` : ''}.`,
    factors: [
      {
        axis: 'likelihood',
        text: 'Probability that it is genuine, from the evidence',
        value: input.p,
      },
      ...impact.factors,
      ...urgency.factors,
    ],
  };
}
