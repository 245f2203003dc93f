import type { SeverityId } from '../event/severity.ts';
import { toSeverityName } from '../event/severity.ts';
import type { EpochMs } from '../shared/time.ts';
import { DAY_MS, HOUR_MS } from '../shared/time.ts';
import type { Alert, VerdictKind } from './alert.ts';
import { weighAnomaly, weighUnusualAlone } from './anomaly.ts';
import type { BreakIn } from './auth-tracker.ts';
import type { Principal } from './dedup.ts';
import type { Evidence } from './evidence.ts';
import { evidenceIdOf } from './evidence.ts';
import { type Remembered, weighMemory } from './first-seen.ts';
import { logChanceOfEvenness } from './learn/evenness.ts';
import type { RulePrevalence } from './prevalence.ts';
import { killChainLength } from './priority.ts';
import { weighWeakness } from './weakness.ts';

/*
 * The day-0 scorecard: what an alert is worth before anyone gave a verdict. Weights in nats, chosen
 * by hand after methods 1.3, 2.2 B and 6.2; the verdicts that people give enter as evidence too.
 */

/** Log-odds that an alert is genuine before anything is known of it: about one in eight. */
export const PRIOR_LOGIT = -2;

const SEVERITY_LLR = [0, -1, 0, 1, 2, 3.5] as const;
const STABLE_LLR = 1;
const FALSE_POSITIVE_LLR = -0.3;
const MAX_FALSE_POSITIVES = 3;
const BREAK_IN_LLR = 2.5;
const OUTSIDE_LLR = 0.7;
const HABIT_LLR = -1.5;
const HABIT_LOGINS = 3;
const COMMON_LLR = -1;
const MAX_RARE_LLR = 2.5;
const WEEK_MS = 7 * DAY_MS;
const VERDICT_LLR: Readonly<Record<VerdictKind, number>> = {
  true_positive: 1,
  benign: -1.5,
  false_positive: -1.5,
  duplicate: 0,
  insufficient_data: 0,
};
const INTEL_LLR = 3.5;
const FURTHER_FEED_LLR = 0.5;
const MAX_INTEL_LLR = 4.5;
const WARNINGLIST_LLR = -0.75;
const MIN_WARNINGLIST_LLR = -1.5;
/** What an address does again and again, from inside as from outside. */
const REPEATING: ReadonlySet<string> = new Set([
  'bruteforce',
  'password_spray',
  'scanning',
  'web_attack',
]);
const NETWORK_SENSORS: ReadonlySet<string> = new Set([
  'suricata',
  'snort',
  'zeek',
  'dns',
  'proxy',
  'firewall',
  'network_connection',
]);
const MAX_BEACON_HOSTS = 3;
const MAX_EVEN_LLR = 4;
/** ln of κ in the e-value κ·p^(κ−1), κ = 0.5 (methods 1.2). */
const E_VALUE_LOG = Math.log(0.5);
const NO_CASE = /^(unknown|none|unlikely|n\/?a)\b/i;

/** What is scored: the facts of an alert that the weights speak of. */
export type ScoredFacts = Pick<
  Alert,
  | 'id'
  | 'rule'
  | 'severity_id'
  | 'firstAt'
  | 'lastAt'
  | 'eventCount'
  | 'entities'
  | 'offsets'
  | 'logsource'
  | 'intel'
  | 'anomaly'
  | 'weakness'
>;

/** What is known around the alert. */
export interface ScoreContext {
  readonly principal: Principal;
  readonly isAddressOnly: boolean;
  readonly prevalence?: RulePrevalence;
  readonly knownHosts: number;
  /** When Cordon began to see events; rarity means nothing on the first day. */
  readonly watchingSince: EpochMs;
  readonly breakIn?: BreakIn & { readonly ip: string };
  readonly habit: { readonly goodLogins: number; readonly since?: EpochMs };
  /** How often the rule fired in each of the last unbroken five-minute spans. */
  readonly evenCounts?: readonly number[];
  /** What memory tells of its domains, accounts and the addresses it spoke to. */
  readonly remembered?: readonly Remembered[];
  /** Its machine, where the inventory says that anybody can reach it. */
  readonly openHost?: string;
  /** The last verdict a person gave on the same thing. */
  readonly earlierVerdict?: { readonly kind: VerdictKind; readonly at: EpochMs };
}

type Draft = Pick<Evidence, 'kind' | 'llr' | 'group' | 'text'> & {
  readonly offsets?: readonly number[];
};
type Weigher = (alert: ScoredFacts, context: ScoreContext) => Draft | undefined;

const weighSeverity: Weigher = ({ rule, severity_id, logsource, intel, anomaly }) =>
  intel === undefined && anomaly === undefined
    ? severityOf(rule, severity_id, logsource)
    : undefined;

const severityOf = (
  rule: ScoredFacts['rule'],
  severity_id: ScoredFacts['severity_id'],
  logsource: ScoredFacts['logsource'],
): Draft => ({
  kind: `rule:${rule.id}`,
  llr: SEVERITY_LLR[severity_id as Exclude<SeverityId, 99>] ?? 0,
  group: `detection:${logsource.product ?? 'any'}`,
  text: `The rule "${rule.title}" fired; its author gives it the severity ${toSeverityName(severity_id)}.`,
});

/** A listing counts by what is left of its confidence; a second feed adds a little. */
const weighIntel: Weigher = ({ intel }) => {
  if (intel === undefined) return undefined;
  const { value, label, feeds, confidence } = intel;
  const until = intel.validUntil === undefined ? '' : ', still valid when it was seen';
  return {
    kind: 'intel',
    llr: Math.min(
      MAX_INTEL_LLR,
      (INTEL_LLR * confidence) / 100 + FURTHER_FEED_LLR * (feeds.length - 1),
    ),
    group: 'intel',
    text: `${value} is listed as "${label}" by ${feeds.join(', ')} with confidence ${confidence} of 100${until}.`,
  };
};

/** What harmless lists know is doubted. Lists that only say whose it is do not count: anybody rents there. */
const weighWarninglists: Weigher = ({ intel }) => {
  const lists = intel?.warninglists.filter(({ isIdentifier }) => !isIdentifier) ?? [];
  if (intel === undefined || lists.length === 0) return undefined;
  return {
    kind: 'benign:warninglist',
    llr: Math.max(MIN_WARNINGLIST_LLR, WARNINGLIST_LLR * lists.length),
    group: 'warninglist',
    text: `${intel.value} is on ${lists
      .slice(0, 3)
      .map(({ name }) => `"${name}"`)
      .join(', ')} of known harmless things.`,
  };
};

/** How bad it is if it is true says the level; how seldom it is not, the status. */
const weighStatus: Weigher = ({ rule }) => {
  if (rule.status !== 'stable') return undefined;
  return {
    kind: 'proven-rule',
    llr: STABLE_LLR,
    group: 'proven-rule',
    text: 'The rule is stable: it seldom raises a false alarm.',
  };
};

const weighFalsePositives: Weigher = ({ rule }) => {
  const known = rule.falsepositives.filter(
    (text) => text.trim() !== '' && !NO_CASE.test(text.trim()),
  );
  if (known.length === 0) return undefined;
  return {
    kind: 'known-false-positives',
    llr: FALSE_POSITIVE_LLR * Math.min(MAX_FALSE_POSITIVES, known.length),
    group: 'known-false-positives',
    text: `The rule's author names ${known.length} harmless ${known.length === 1 ? 'cause' : 'causes'}: ${known.slice(0, 3).join('; ')}.`,
  };
};

const weighOutside: Weigher = (_alert, { principal }) => {
  if (principal.externalIps.length === 0) return undefined;
  return {
    kind: 'outside-source',
    llr: OUTSIDE_LLR,
    group: 'source',
    text: 'It comes from an address on the internet.',
  };
};

/** Grows with the logarithm of the number of events: 10 → +0.7, 100 → +1.4, 150 and more → +1.5. A detector's p counted them. */
const weighVolume: Weigher = ({ eventCount, rule, anomaly }, { isAddressOnly, principal }) => {
  if (anomaly !== undefined) return undefined;
  const isFromInside = principal.internalIps.length > 0 && REPEATING.has(rule.behaviour);
  if (eventCount < 3 || !(isAddressOnly || isFromInside)) return undefined;
  return {
    kind: 'volume',
    llr: Math.min(1.5, 0.3 * Math.log(eventCount)),
    group: 'volume',
    text: `It did so ${eventCount} times.`,
  };
};

const weighBreakIn: Weigher = ({ firstAt }, { breakIn }) => {
  if (!breakIn || breakIn.at < firstAt - HOUR_MS) return undefined;
  return {
    kind: 'success-after-failures',
    llr: BREAK_IN_LLR,
    group: 'success',
    text: `${breakIn.ip} logged in as ${breakIn.user} after ${breakIn.failures} failed attempts.`,
    offsets: [breakIn.offset],
  };
};

const weighHabit: Weigher = ({ firstAt }, { habit }) => {
  if (
    habit.goodLogins < HABIT_LOGINS ||
    habit.since === undefined ||
    firstAt - habit.since < HOUR_MS
  )
    return undefined;
  return {
    kind: 'known-source',
    llr: HABIT_LLR,
    group: 'habit',
    text: `The same address logged in properly ${habit.goodLogins} times before.`,
  };
};

/** Rare and new speaks for, common and old against (methods 1.3). */
const weighPrevalence: Weigher = (
  { firstAt, anomaly },
  { prevalence, knownHosts, watchingSince },
) => {
  if (!prevalence || knownHosts < 2 || anomaly !== undefined) return undefined;
  const isCommon =
    prevalence.hosts >= Math.max(5, knownHosts / 2) && firstAt - prevalence.firstAt >= DAY_MS;
  if (isCommon) {
    return {
      kind: 'prevalence',
      llr: COMMON_LLR,
      group: 'prevalence',
      text: `The rule has fired on ${prevalence.hosts} of ${knownHosts} machines: common here.`,
    };
  }
  const isRareAndNew = firstAt - watchingSince >= DAY_MS && firstAt - prevalence.firstAt < WEEK_MS;
  if (!isRareAndNew) return undefined;
  const rarity = -Math.log10((prevalence.hosts + 1) / (knownHosts + 1));
  if (rarity <= 0) return undefined;
  return {
    kind: 'prevalence',
    llr: Math.min(MAX_RARE_LLR, 0.8 * rarity),
    group: 'prevalence',
    text: `The rule has fired on only ${prevalence.hosts} of ${knownHosts} machines, for the first time this week.`,
  };
};

/**
 * A sensor on the network sees a clock at work: from one or two machines that is a beacon or a tunnel.
 * What people called harmless before is left to what was learnt of the rule.
 */
const weighEvenness: Weigher = ({ logsource }, { evenCounts = [], prevalence }) => {
  const isOnNetwork =
    NETWORK_SENSORS.has(logsource.product ?? '') || NETWORK_SENSORS.has(logsource.category ?? '');
  if (!isOnNetwork || (prevalence?.hosts ?? 0) > MAX_BEACON_HOSTS) return undefined;
  const logP = logChanceOfEvenness(evenCounts);
  const llr = logP === undefined ? 0 : Math.min(MAX_EVEN_LLR, E_VALUE_LOG - logP / 2);
  if (llr <= 0) return undefined;
  const mean = evenCounts.reduce((sum, count) => sum + count, 0) / evenCounts.length;
  return {
    kind: 'even-pace',
    llr,
    group: 'pace',
    text: `It keeps an even pace, ${Math.round(mean)} in five minutes for ${evenCounts.length * 5} minutes: a program does it, not a person.`,
  };
};

const weighVerdict: Weigher = (_alert, { earlierVerdict }) => {
  const llr = earlierVerdict ? VERDICT_LLR[earlierVerdict.kind] : 0;
  if (!earlierVerdict || llr === 0) return undefined;
  return {
    kind: 'verdict',
    llr,
    group: 'verdict',
    text: `A person called the same thing ${earlierVerdict.kind.replaceAll('_', ' ')} before.`,
  };
};

const WEIGHERS: readonly Weigher[] = [
  weighSeverity,
  weighAnomaly,
  weighUnusualAlone,
  weighStatus,
  weighIntel,
  weighWarninglists,
  weighWeakness,
  weighMemory,
  weighFalsePositives,
  weighOutside,
  weighVolume,
  weighBreakIn,
  weighHabit,
  weighPrevalence,
  weighEvenness,
  weighVerdict,
];

/** Nats that the level a rule's author gave it is worth. */
export const authoredNats = (severity: SeverityId): number =>
  SEVERITY_LLR[severity as Exclude<SeverityId, 99>] ?? 0;

/** The evidence of one alert, each piece with its sentence; to be summed by `combineEvidence`. */
export function gatherEvidence(alert: ScoredFacts, context: ScoreContext): readonly Evidence[] {
  return WEIGHERS.flatMap((weigh) => {
    const draft = weigh(alert, context);
    if (!draft) return [];
    return [
      {
        id: evidenceIdOf(alert.id, draft.kind),
        at: alert.lastAt,
        subject: alert.entities.slice(0, 4),
        ...draft,
        offsets: draft.offsets ?? alert.offsets,
      },
    ];
  });
}

const PROGRESS_LLR = 0.7;
const MAX_PROGRESS_LLR = 2.1;
const CORROBORATION_LLR = 1;

const sensorOf = (alert: ScoredFacts): string =>
  `${alert.logsource.product ?? 'any'}/${alert.logsource.service ?? alert.logsource.category ?? 'any'}`;

/** What only several alerts together tell: progress in the order of an attack, and a second sensor. Alerts in order of time. */
export function gatherJointEvidence(
  id: string,
  alerts: readonly ScoredFacts[],
): readonly Evidence[] {
  const last = alerts.at(-1);
  if (!last || new Set(alerts.map((alert) => alert.rule.id)).size < 2) return [];
  const base = {
    at: last.lastAt,
    subject: last.entities.slice(0, 4),
    offsets: alerts.flatMap((alert) => alert.offsets.slice(-1)).slice(0, 20),
  };
  const evidence: Evidence[] = [];
  const chain = killChainLength(alerts.flatMap((alert) => alert.rule.tactics));
  if (chain >= 2) {
    const llr = Math.min(MAX_PROGRESS_LLR, PROGRESS_LLR * (chain - 1));
    evidence.push({
      ...base,
      id: evidenceIdOf(id, 'kill-chain'),
      kind: 'kill-chain',
      llr,
      group: 'kill-chain',
      text: `The signs follow the order of an attack over ${chain} tactics.`,
    });
  }
  const sensors = new Set(alerts.map(sensorOf));
  if (sensors.size >= 2) {
    evidence.push({
      ...base,
      id: evidenceIdOf(id, 'corroboration'),
      kind: 'corroboration',
      llr: CORROBORATION_LLR,
      group: 'corroboration',
      text: `${sensors.size} independent sensors saw it: ${[...sensors].slice(0, 4).join(', ')}.`,
    });
  }
  return evidence;
}
