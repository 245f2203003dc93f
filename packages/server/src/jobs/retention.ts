import { setTimeout as pause } from 'node:timers/promises';
import { DAY_MS, type EpochMs, MINUTE_MS, type Problem, toEpochMs } from '@cordon/core';
import type { KeepLimits, Retention } from '../config/load-config.ts';
import type {
  EventStore,
  Kept,
  PipelineState,
  RecordLog,
  RetentionLimits,
  StateStore,
} from '../store/ports.ts';
import { toStoreError } from '../store/store-error.ts';

const EVERY_MS = MINUTE_MS;
/** The page Rules shows 30 days. */
const RULE_COUNTS_MS = 40 * DAY_MS;

/** What retention stands on. */
export interface RetentionDeps {
  readonly log: Pick<RecordLog, 'read' | 'retire' | 'tail' | 'size'>;
  readonly events: Pick<EventStore, 'retire' | 'durableOffset'>;
  readonly state: Pick<StateStore, 'loadPipelineState' | 'audit' | 'forgetRuleCounts'>;
  readonly limits: Retention;
  readonly telemetry: {
    retired(fields: Kept & { readonly store: 'records' | 'events' }): void;
    problemRaised(fields: { readonly part: string; readonly problem: Problem }): void;
  };
  readonly now: () => EpochMs;
}

/** Removes what is past its time, once a minute, until the signal aborts. */
export async function runRetention(deps: RetentionDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await retire(deps).catch((error: unknown) =>
      deps.telemetry.problemRaised({ part: 'retention', problem: toStoreError(error).problem }),
    );
    await pause(EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

/**
 * One round. A record goes only when nothing needs it any more: it is accounted for, its event is
 * durable, and detection will not re-read it after a restart. By age it also waits for incidents and
 * alerts that are open and point at it; the size limit does not wait for those, since the disk ends.
 */
export async function retire(deps: RetentionDeps): Promise<void> {
  await retireRecords(deps);
  const removed = await deps.events.retire(toLimits(deps.limits.events, deps.now()));
  if (removed.files > 0) await tell(deps, 'events', removed);
  await deps.state.forgetRuleCounts(toEpochMs(Math.max(0, deps.now() - RULE_COUNTS_MS)));
}

const toLimits = ({ ageMs, bytes }: KeepLimits, now: EpochMs): RetentionLimits => ({
  ...(ageMs === undefined ? {} : { before: toEpochMs(Math.max(0, now - ageMs)) }),
  ...(bytes === undefined ? {} : { bytes }),
});

async function retireRecords(deps: RetentionDeps): Promise<void> {
  const { log, events, state, limits, now } = deps;
  const { before, bytes } = toLimits(limits.records, now());
  const [oldest] = await log.read(log.tail(), 1);
  const isOld = before !== undefined && (oldest?.receivedAt ?? before) < before;
  const isLarge = bytes !== undefined && log.size().bytes > bytes;
  if (!isOld && !isLarge) return;
  const saved = await state.loadPipelineState();
  const done = Math.min(saved.committedOffset, saved.snapshot?.offset ?? 0, events.durableOffset());
  const byAge = before && (await log.retire({ before, upTo: Math.min(done, oldestNeeded(saved)) }));
  const bySize = bytes !== undefined && (await log.retire({ bytes, upTo: done }));
  for (const removed of [byAge, bySize])
    if (removed && removed.files > 0) await tell(deps, 'records', removed);
}

/** The oldest record that an open incident or alert points at. */
function oldestNeeded({ alerts, incidents }: PipelineState): number {
  const open = new Set(
    incidents
      .filter(({ state }) => state.status !== 'closed' && state.status !== 'resolved')
      .map(({ id }) => id),
  );
  return alerts
    .filter(
      ({ state }) =>
        state.status === 'open' || (state.status === 'in_incident' && open.has(state.incidentId)),
    )
    .reduce((needed, { offsets }) => Math.min(needed, ...offsets), Number.POSITIVE_INFINITY);
}

async function tell(
  { log, state, telemetry, now }: RetentionDeps,
  store: 'records' | 'events',
  removed: Kept & { readonly records?: number },
): Promise<void> {
  const { files, bytes, records } = removed;
  telemetry.retired({ store, files, bytes });
  await state.audit({
    at: now(),
    actor: 'cordon',
    what: `${store}_retired`,
    subject: store === 'records' ? 'record log' : 'event store',
    data: { files, bytes, ...(records === undefined ? {} : { records, up_to: log.tail() }) },
  });
}
