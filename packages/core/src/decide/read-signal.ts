import type { Trace } from '../correlate/trace.ts';
import type { Signal } from '../detect/signal.ts';
import type { EntityRef } from '../entity/entity.ts';
import { type Directory, identify } from '../entity/identify.ts';
import { mergeEntities } from '../entity/resolve.ts';
import { graver } from '../intel/weakness.ts';
import type { CausalLinks } from '../origin/causal-links.ts';
import type { AlertId } from '../shared/id.ts';
import { idOf } from '../shared/id.ts';
import type { EpochMs } from '../shared/time.ts';
import type { Alert } from '../triage/alert.ts';
import type { Principal } from '../triage/dedup.ts';
import { dedupKeyOf, isAddressOnly, principalOf } from '../triage/dedup.ts';

/** A signal with everything canonical, and where it belongs. */
export interface ReadSignal {
  readonly signal: Signal;
  readonly entities: readonly EntityRef[];
  readonly principal: Principal;
  readonly dedupKey: string;
  readonly trace: Trace;
}

const MAX_ENTITIES = 32;
const MAX_IDS = 20;
const MAX_ANCESTORS = 4;
const MAX_TRACED = 32;

/** The machine the events happened on, where they speak of a process there or the signal names it. */
function deviceHostOf(
  signal: Pick<Signal, 'eventIds'>,
  entities: readonly EntityRef[],
  links: CausalLinks,
): string | undefined {
  const contexts = signal.eventIds.flatMap((id) => links.contextOf(id) ?? []);
  const last = contexts.at(-1);
  if (last?.host === undefined) return undefined;
  const isNamed = entities.some((ref) => ref.kind === 'host' && ref.id === last.host);
  return isNamed || last.processKeys.length > 0 ? last.host : undefined;
}

const distinct = (values: readonly string[]): readonly string[] =>
  [...new Set(values)].slice(0, MAX_TRACED);

function fromHostsOf(
  { entities, firstAt }: Traced,
  principal: Principal,
  links: CausalLinks,
): readonly string[] {
  const named = entities
    .filter((ref) => ref.kind === 'host' && (ref.role === 'source' || ref.role === 'actor'))
    .map((ref) => ref.id);
  const addressed = principal.internalIps.map((ip) => links.machineOf(ip, firstAt));
  return distinct([...named, ...addressed]).filter((host) => host !== principal.host);
}

type Traced = Pick<Alert, 'entities' | 'eventIds' | 'firstAt' | 'lastAt'> & {
  readonly rule: Pick<Alert['rule'], 'behaviour'>;
};

function toTrace(of: Traced, principal: Principal, links: CausalLinks): Trace {
  const own = of.eventIds.flatMap((id) => links.contextOf(id)?.processKeys ?? []);
  const lineage = own.flatMap((key) => links.lineageOf(key).slice(0, MAX_ANCESTORS));
  return {
    firstAt: of.firstAt,
    lastAt: of.lastAt,
    behaviour: of.rule.behaviour,
    isAddressOnly: isAddressOnly(principal),
    externalIps: principal.externalIps.slice(0, MAX_TRACED),
    ...(principal.host === undefined ? {} : { host: principal.host }),
    fromHosts: fromHostsOf(of, principal, links),
    users: principal.users.slice(0, MAX_TRACED),
    processKeys: distinct([...own, ...lineage]),
  };
}

/** What an alert itself tells of where it happened; for one that is younger than the snapshot. */
export const traceFromAlert = (alert: Alert, links: CausalLinks): Trace =>
  toTrace(alert, principalOf(alert.entities, deviceHostOf(alert, alert.entities, links)), links);

/** A machine or an account by the name that its house knows it by; addresses stay what was seen. */
function byName(ref: EntityRef, at: EpochMs, directory: Directory): EntityRef {
  if (ref.kind === 'ip') return ref;
  const identified = identify(ref, at, directory);
  return identified.by === 'form' ? ref : identified.ref;
}

/** Reads a signal against what the events before it told. */
export function readSignal(signal: Signal, links: CausalLinks, directory: Directory): ReadSignal {
  const named = signal.entities.map((ref) => byName(ref, signal.at, directory));
  const entities = mergeEntities(named, MAX_ENTITIES);
  const principal = principalOf(entities, deviceHostOf(signal, entities, links));
  const firstAt = Math.min(signal.since, signal.at) as EpochMs;
  const trace = toTrace({ ...signal, entities, firstAt, lastAt: signal.at }, principal, links);
  return {
    signal,
    entities,
    principal,
    dedupKey: dedupKeyOf(signal.rule, entities, principal),
    trace,
  };
}

/** Everything of a new alert but its score and state. */
export type UnscoredAlert = Omit<Alert, 'score' | 'state'>;

/** The alert a signal makes when there is none to fold into; its id derives from key and signal. */
export function toNewAlert(read: ReadSignal): UnscoredAlert {
  const { signal } = read;
  const id: AlertId = idOf('alr', [read.dedupKey, signal.id]);
  return {
    id,
    dedupKey: read.dedupKey,
    rule: signal.rule,
    severity_id: signal.severity_id,
    firstAt: read.trace.firstAt,
    lastAt: signal.at,
    signalCount: 1,
    eventCount: signal.count,
    signalIds: [signal.id],
    eventIds: signal.eventIds.slice(-MAX_IDS),
    offsets: signal.offsets.slice(-MAX_IDS),
    entities: read.entities,
    logsource: signal.logsource,
    ...(signal.isGuess ? { isGuess: true } : {}),
    text: signal.text,
    matched: signal.matched,
    ...(signal.intel === undefined ? {} : { intel: signal.intel }),
    ...(signal.anomaly === undefined ? {} : { anomaly: signal.anomaly }),
    ...(signal.weakness === undefined ? {} : { weakness: signal.weakness }),
  };
}

/** Lists of the last 20 without repetition. */
const lastOf = <T>(values: readonly T[]): readonly T[] => [...new Set(values)].slice(-MAX_IDS);

/** Counts an event once when the windows of two signals overlap, as far as the last 20 tell. */
function newEvents(alert: Alert, signal: Signal): number {
  const known = new Set(alert.eventIds);
  const repeated = signal.eventIds.filter((id) => known.has(id)).length;
  return Math.max(0, signal.count - repeated);
}

/** The alert with one more signal in it. */
export function foldSignal(alert: Alert, read: ReadSignal): Alert {
  const { signal } = read;
  const weakness = graver(alert.weakness, signal.weakness);
  return {
    ...alert,
    severity_id: signal.severity_id > alert.severity_id ? signal.severity_id : alert.severity_id,
    firstAt: Math.min(alert.firstAt, read.trace.firstAt) as EpochMs,
    lastAt: Math.max(alert.lastAt, signal.at) as EpochMs,
    signalCount: alert.signalCount + 1,
    eventCount: alert.eventCount + newEvents(alert, signal),
    signalIds: lastOf([...alert.signalIds, signal.id]),
    eventIds: lastOf([...alert.eventIds, ...signal.eventIds]),
    offsets: lastOf([...alert.offsets, ...signal.offsets]),
    entities: mergeEntities([...alert.entities, ...read.entities], MAX_ENTITIES),
    ...(alert.isGuess ? { isGuess: signal.isGuess === true } : {}),
    ...leastLikely(alert, signal),
    ...(weakness === undefined ? {} : { weakness }),
  };
}

function leastLikely(
  { anomaly }: Alert,
  { anomaly: next }: Signal,
): Partial<Pick<Alert, 'anomaly'>> {
  if (anomaly === undefined || next === undefined) return {};
  return { anomaly: { p: Math.min(anomaly.p, next.p) } };
}

/** Two traces of the same alert as one. */
export function foldTrace(a: Trace, b: Trace): Trace {
  return {
    ...a,
    firstAt: Math.min(a.firstAt, b.firstAt) as EpochMs,
    lastAt: Math.max(a.lastAt, b.lastAt) as EpochMs,
    externalIps: distinct([...a.externalIps, ...b.externalIps]),
    fromHosts: distinct([...a.fromHosts, ...b.fromHosts]),
    users: distinct([...a.users, ...b.users]),
    processKeys: distinct([...a.processKeys, ...b.processKeys]),
  };
}

/** The principal of an alert as all its signals made it. */
export function principalOfAlert(alert: UnscoredAlert, trace: Trace | undefined): Principal {
  const externalIps = trace?.externalIps ?? [];
  const acting = alert.entities.filter(
    (ref) => ref.kind === 'ip' && (ref.role === 'source' || ref.role === 'actor'),
  );
  return {
    externalIps,
    internalIps: acting
      .map((ref) => ref.id)
      .filter((ip) => !externalIps.includes(ip) && ip !== trace?.host),
    ...(trace?.host === undefined ? {} : { host: trace.host }),
    users: trace?.users ?? [],
  };
}
