import { join } from 'node:path';
import {
  type AlertId,
  createDecider,
  type Decider,
  type IncidentId,
  type SignalId,
  toEpochMs,
} from '@cordon/core';
import {
  type AlertLabel,
  type Occurrence,
  organisationsIn,
  readAlerts,
  readLabels,
  toOccurrences,
} from './alert-stream.ts';
import { renameAlerts } from './rename-alerts.ts';

/*
 * Alerts of other products through the real decider, organisation by organisation: what people
 * decided in the others is all that is known (leave one out).
 */

const BUCKET_MS = 300_000;
const HOUR_MS = 3_600_000;

/** One rule on one machine in five minutes: what was decided, and (for scoring) what it was. */
export interface Bucket {
  readonly seed: number;
  readonly organisation: string;
  readonly rule: string;
  readonly host: string;
  readonly at: number;
  p: number;
  /** How grave its rule says that it is. */
  readonly severityId: number;
  /** The one that holds it in the end. */
  readonly incident: string | undefined;
  /** Did everything in it close by itself? */
  readonly isClosed: boolean;
  /** What share of genuine alerts the house was told that closing may miss; undefined: nothing was promised. */
  readonly alpha: number | undefined;
  readonly genuine: number;
  readonly harmless: number;
  /** The attacks and their phases that the genuine ones belong to. */
  readonly attacks: readonly { readonly incident: string; readonly phase: string }[];
}

interface Organisation {
  readonly name: string;
  readonly occurrences: readonly Occurrence[];
  readonly labels: readonly AlertLabel[];
}

/** Every organisation in a folder, decided with what the others taught; names changed by chance. */
export function replayAll(
  { dir, say }: { readonly dir: string; readonly say: (line: string) => void },
  seed: number,
  giveVerdict: GiveVerdict,
): readonly Bucket[] {
  const organisations = organisationsIn(dir).map((name) => read(join(dir, name), { name, seed }));
  return organisations.flatMap((held) => {
    const others = organisations.filter((one) => one !== held);
    const decided = decideFor(held, others, { seed, giveVerdict });
    say(`${held.name} seed ${seed}: ${decided.length} buckets`);
    return decided;
  });
}

function read(
  dir: string,
  { name, seed }: { readonly name: string; readonly seed: number },
): Organisation {
  const alerts = renameAlerts(readAlerts(dir), seed);
  return { name, occurrences: toOccurrences(alerts), labels: readLabels(dir) };
}

function decideFor(
  held: Organisation,
  others: readonly Organisation[],
  { seed, giveVerdict }: { readonly seed: number; readonly giveVerdict: GiveVerdict },
): readonly Bucket[] {
  let learnt: ReturnType<Decider['learnt']> | undefined;
  for (const other of others) {
    const decider = createDecider();
    if (learnt !== undefined) decider.restoreLearnt(learnt);
    teach(decider, other, giveVerdict);
    learnt = decider.learnt();
  }
  const decider = createDecider();
  if (learnt !== undefined) decider.restoreLearnt(learnt);
  return decide(decider, held, seed);
}

interface Seen {
  readonly ruleId: string;
  lastAt: number;
  genuine: number;
  harmless: number;
}

/** What a person says of an alert, who knows what it was. */
export type GiveVerdict = (alert: {
  readonly ruleId: string;
  readonly isGenuine: boolean;
}) => boolean;

export const tellTruth: GiveVerdict = ({ isGenuine }) => isGenuine;

/** A person looks at every alert once it has been quiet for an hour, and says what it was. */
function teach(
  decider: Decider,
  { occurrences, labels }: Organisation,
  giveVerdict: GiveVerdict,
): void {
  const open = new Map<AlertId, Seen>();
  const pending = new Map<SignalId, Occurrence>();
  let lastSweep = 0;
  for (const occurrence of occurrences) {
    const { signal } = occurrence;
    decider.consider(signal);
    pending.set(signal.id, occurrence);
    if (signal.at - lastSweep < HOUR_MS / 4) continue;
    lastSweep = signal.at;
    for (const { signalId, alertId } of decider.drain().outcomes)
      see(open, alertId, { seen: pending.get(signalId), labels });
    pending.clear();
    for (const [alertId, { ruleId, lastAt, genuine, harmless }] of open) {
      if (signal.at - lastAt <= HOUR_MS) continue;
      open.delete(alertId);
      if (genuine + harmless === 0) continue;
      const isGenuine = giveVerdict({ ruleId, isGenuine: genuine > 0 });
      const verdict = isGenuine ? 'true_positive' : 'false_positive';
      decider.act(
        { kind: 'close_alert', alertId, verdict, reason: 'Looked at.' },
        { actor: 'analyst', at: toEpochMs(signal.at) },
      );
    }
  }
}

/** Counts what came in under an alert. */
function see(
  open: Map<AlertId, Seen>,
  alertId: AlertId,
  of: { readonly seen: Occurrence | undefined; readonly labels: readonly AlertLabel[] },
): void {
  if (of.seen === undefined) return;
  const { signal, rows } = of.seen;
  const nothing = { ruleId: signal.rule.id, lastAt: 0, genuine: 0, harmless: 0 };
  const there = open.get(alertId) ?? nothing;
  there.lastAt = signal.at;
  for (const row of rows) {
    if (of.labels[row]?.isGenuine) there.genuine += 1;
    else if (of.labels[row]?.isFalse) there.harmless += 1;
  }
  open.set(alertId, there);
}

/** A bucket while the replay goes on. */
type Building = Omit<
  Bucket,
  'incident' | 'isClosed' | 'alpha' | 'genuine' | 'harmless' | 'attacks'
> & {
  readonly rows: number[];
  readonly alertIds: Set<AlertId>;
};

function decide(
  decider: Decider,
  { name, occurrences, labels }: Organisation,
  seed: number,
): readonly Bucket[] {
  const buckets = new Map<string, Building>();
  const keyOf = (rule: string, host: string, slot: number) => `${rule}\n${host}\n${slot}`;
  let slot = 0;
  /** Where each alert is in the end: what merges later takes the earlier buckets along. */
  const placeOf = new Map<AlertId, IncidentId | undefined>();
  const closed = new Set<AlertId>();
  const bucketOf = new Map<SignalId, Building>();
  const take = (): void => {
    const { alerts, outcomes } = decider.drain();
    for (const { signalId, alertId } of outcomes) bucketOf.get(signalId)?.alertIds.add(alertId);
    bucketOf.clear();
    for (const { id, rule, entities, lastAt, score, state } of alerts) {
      placeOf.set(id, state.status === 'in_incident' ? state.incidentId : undefined);
      if (state.status === 'closed') closed.add(id);
      else closed.delete(id);
      const host = entities.find(({ kind }) => kind === 'host')?.id ?? '';
      const bucket = buckets.get(keyOf(rule.id, host, Math.floor(lastAt / BUCKET_MS)));
      if (bucket !== undefined) bucket.p = Math.max(bucket.p, score.p);
    }
  };
  for (const { signal, rows } of occurrences) {
    const now = Math.floor(signal.at / BUCKET_MS);
    if (now !== slot) take();
    slot = now;
    const host = signal.entities[0]?.id ?? '';
    const key = keyOf(signal.rule.id, host, now);
    const bucket = buckets.get(key) ?? {
      ...{ seed, organisation: name, rule: signal.rule.id, host, at: now * BUCKET_MS },
      ...{ severityId: signal.severity_id, p: 0, rows: [], alertIds: new Set<AlertId>() },
    };
    buckets.set(key, bucket);
    for (const row of rows) bucket.rows.push(row);
    bucketOf.set(signal.id, bucket);
    decider.consider(signal);
  }
  take();
  const lastAt = occurrences.at(-1)?.signal.at ?? toEpochMs(0);
  const alpha = decider.closing(lastAt).certificate?.alpha;
  return [...buckets.values()].map(({ rows, alertIds, ...bucket }) => ({
    ...bucket,
    isClosed: [...alertIds].every((id) => closed.has(id)),
    alpha,
    incident: [...alertIds].flatMap((id) => placeOf.get(id) ?? [])[0],
    genuine: rows.filter((row) => labels[row]?.isGenuine).length,
    harmless: rows.filter((row) => labels[row]?.isFalse).length,
    attacks: attacksOf(rows, labels),
  }));
}

function attacksOf(rows: readonly number[], labels: readonly AlertLabel[]): Bucket['attacks'] {
  const found = new Map<string, Bucket['attacks'][number]>();
  for (const row of rows) {
    const label = labels[row];
    if (label?.isGenuine)
      found.set(`${label.incident} ${label.phase}`, {
        incident: label.incident,
        phase: label.phase,
      });
  }
  return [...found.values()];
}
