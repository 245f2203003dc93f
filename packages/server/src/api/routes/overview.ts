import type { OverviewView, overviewRoutes, PipelineStatus } from '@cordon/contract';
import {
  type ActionRecord,
  HOUR_MS,
  type Incident,
  type Problem,
  SECOND_MS,
  toEpochMs,
} from '@cordon/core';
import { readBooks } from '../../health/read-books.ts';
import type { PipelineView } from '../../ports.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import { readPages } from '../page.ts';
import { presentKillSwitch } from '../present/action.ts';
import { presentNotice } from '../present/health.ts';
import { presentIncident } from '../present/incident.ts';
import { compact, presentProblem, toTime, toTimeMaybe } from '../present/present.ts';
import { presentConservation } from '../present/source.ts';
import { actionsOf } from './incident.ts';

const OPEN = ['new', 'in_progress', 'on_hold'] as const;
const MAX_OPEN = 1000;
const MAX_ACTIONS = 500;
const TOP = 5;
const HOURS = 24;
const HISTOGRAM_FRESH_MS = 10 * SECOND_MS;
const LEVELS = ['P1', 'P2', 'P3', 'P4'] as const;

/** The first page. */
export function createOverviewHandlers(deps: ApiDeps): Handlers<keyof typeof overviewRoutes> {
  const { store, actions, intake, health, settings, pipeline, now } = deps;
  const histogram = createHistogram(deps);
  return {
    getOverview: async () => {
      const [counts, open, ledger, books, hours] = await Promise.all([
        store.counts(),
        readPages((page) => store.listIncidents({ ...page, status: OPEN }), MAX_OPEN),
        readPages((page) => store.listActions(page), MAX_ACTIONS),
        readBooks(deps),
        histogram(),
      ]);
      const top = [...open].sort(byUrgency).slice(0, TOP);
      return {
        at: toTime(now()),
        mode: settings.mode,
        is_sandboxed: settings.isSandboxed,
        kill_switch: presentKillSwitch(actions.killSwitch()),
        incidents: { ...counts.incidents },
        alerts: { ...counts.alerts },
        signals: { ...counts.signals },
        needs_you: needsYou(open, ledger),
        priorities: countPriorities(open),
        actions: countStatuses(ledger),
        top_incidents: await Promise.all(
          top.map(async (incident) =>
            presentIncident(incident, await actionsOf(store, incident.id)),
          ),
        ),
        histogram: hours,
        sources: summariseSources(intake.sources()),
        conservation: presentConservation(books, books.tallies),
        notices: health.notices().map(presentNotice),
        pipeline: presentPipeline(pipeline(), intake.problem()),
      };
    },
  };
}

const byUrgency = (a: Incident, b: Incident): number =>
  a.priority.level.localeCompare(b.priority.level) ||
  b.priority.score - a.priority.score ||
  b.lastAt - a.lastAt;

function needsYou(
  open: readonly Incident[],
  ledger: readonly ActionRecord[],
): OverviewView['needs_you'] {
  const waiting = ledger.filter(({ status }) => status === 'awaiting_approval');
  const oldest =
    waiting.length === 0 ? undefined : Math.min(...waiting.map(({ createdAt }) => createdAt));
  return compact({
    approvals: waiting.length,
    oldest_approval_at: toTimeMaybe(oldest),
    unassigned: open.filter(({ state }) => state.status === 'new').length,
    uncertain: ledger.filter(({ status }) => status === 'uncertain' || status === 'undo_failed')
      .length,
  });
}

function countPriorities(open: readonly Incident[]): OverviewView['priorities'] {
  const counts = { P1: 0, P2: 0, P3: 0, P4: 0 };
  for (const level of LEVELS)
    counts[level] = open.filter(({ priority }) => priority.level === level).length;
  return counts;
}

function countStatuses(ledger: readonly ActionRecord[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of ledger) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

const summariseSources = (
  sources: ReturnType<ApiDeps['intake']['sources']>,
): OverviewView['sources'] => ({
  total: sources.length,
  receiving: sources.filter(({ status }) => status === 'receiving').length,
  failed: sources.filter(({ status }) => status === 'failed').length,
  rate_per_s: sources.reduce((sum, { ratePerS }) => sum + ratePerS, 0),
});

const presentDetection = ({
  detectors,
  ...rules
}: PipelineView['detection']): PipelineStatus['detection'] => ({
  ...rules,
  ...(detectors === undefined ? {} : { detectors: [...detectors] }),
});

const presentPipeline = (view: PipelineView, standing: Problem | undefined): PipelineStatus => ({
  head: view.head,
  committed_offset: view.committedOffset,
  event_store_offset: view.eventStoreOffset,
  lag_records: view.lagRecords,
  is_replaying: view.isReplaying,
  detection: presentDetection(view.detection),
  problems: [...(standing ? [standing] : []), ...view.problems].map(presentProblem),
});

/** Events and alerts by hour; kept for ten seconds, since it asks the event store 24 times. */
function createHistogram({
  store,
  events,
  now,
}: ApiDeps): () => Promise<OverviewView['histogram']> {
  let made: { readonly at: number; readonly hours: Promise<OverviewView['histogram']> } | undefined;
  const count = async (): Promise<OverviewView['histogram']> => {
    const end = (Math.floor(now() / HOUR_MS) + 1) * HOUR_MS;
    const starts = Array.from({ length: HOURS }, (_, hour) => end - (HOURS - hour) * HOUR_MS);
    const alerts = (await store.listAlerts({ limit: 500 })).items;
    return Promise.all(
      starts.map(async (start) => ({
        at: toTime(start),
        events: await events.count({
          fromAt: toEpochMs(start),
          toAt: toEpochMs(start + HOUR_MS - 1),
        }),
        alerts: alerts.filter(({ lastAt }) => lastAt >= start && lastAt < start + HOUR_MS).length,
      })),
    );
  };
  return () => {
    if (made && made.at + HISTOGRAM_FRESH_MS > now()) return made.hours;
    const hours = count();
    made = { at: now(), hours };
    hours.catch(() => {
      made = undefined;
    });
    return hours;
  };
}
