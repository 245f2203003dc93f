import { setTimeout as pause } from 'node:timers/promises';
import {
  beganAt,
  type CauseClue,
  type Change,
  type EpochMs,
  type Event,
  type Incident,
  type Json,
  MINUTE_MS,
  type Problem,
  parseHunt,
  rankCauses,
  type Series,
  toCheckSeries,
  toEpochMs,
} from '@cordon/core';
import type { EventStore, StateStore } from '../store/ports.ts';
import { toStoreError } from '../store/store-error.ts';
import type { CheckView } from './check-desk.ts';

/** What is looked at before the onset, and how much of what comes after is waited for (three numbers by the minute). */
const BEFORE_MS = 30 * MINUTE_MS;
const AFTER_MS = 4 * MINUTE_MS;
/** Series reach back two hours: what began earlier than this cannot be searched any more. */
const REACH_MS = 90 * MINUTE_MS;
const MAX_KEPT = 200;
const MAX_CAUSES = 5;
const MAX_CLUES = 5;
const MAX_CHANGES = 500;
const SETTING = 'root_causes';
const BEHAVIOUR = 'availability';

/** Where a fault most likely began, as it was searched for. */
export interface FoundCause {
  readonly incidentId: string;
  readonly onset: EpochMs;
  readonly foundAt: EpochMs;
  readonly causes: readonly {
    readonly service: string;
    readonly probability: number;
    readonly clues: readonly CauseClue[];
  }[];
  /** Belief that it is something none of the numbers shows. */
  readonly unseen: number;
}

interface RootCauseDeps {
  readonly store: Pick<
    StateStore,
    'getSetting' | 'setSetting' | 'getIncident' | 'listIncidents' | 'listActions'
  >;
  readonly events: Pick<EventStore, 'hunt'>;
  readonly series: () => readonly Series[];
  readonly checks: () => readonly CheckView[];
  readonly now: () => EpochMs;
  readonly onProblem: (problem: Problem) => void;
}

/**
 * Searches where a fault began, once for each incident of the class availability, when enough was measured
 * after it; the last two hundred are kept.
 */
export class RootCauseDesk {
  readonly #deps: RootCauseDeps;

  constructor(deps: RootCauseDeps) {
    this.#deps = deps;
  }

  /** What was found of an incident; undefined where nothing was, or not yet. */
  async of(incidentId: string): Promise<FoundCause | undefined> {
    return (await this.#kept()).find((one) => one.incidentId === incidentId);
  }

  /** Looks once a minute for incidents whose time has come, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pause(MINUTE_MS, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await this.look();
    }
  }

  /** Searches for all whose time has come. */
  async look(): Promise<void> {
    const { store, now, onProblem } = this.#deps;
    try {
      const kept = await this.#kept();
      const { items } = await store.listIncidents({
        limit: MAX_KEPT,
        status: ['new', 'in_progress', 'on_hold'],
      });
      const known = new Set(kept.map(({ incidentId }) => incidentId));
      const at = now();
      const due = items.filter(
        ({ id, behaviours, firstAt }) =>
          behaviours.includes(BEHAVIOUR) &&
          !known.has(id) &&
          firstAt <= at - AFTER_MS &&
          firstAt >= at - REACH_MS,
      );
      const found = await Promise.all(due.map((incident) => this.#search(incident)));
      if (found.length > 0)
        await store.setSetting(SETTING, [...kept, ...found].slice(-MAX_KEPT) as unknown as Json);
    } catch (error) {
      onProblem(toStoreError(error).problem);
    }
  }

  async #search(incident: Incident): Promise<FoundCause> {
    const { series, checks, now } = this.#deps;
    const views = checks();
    const onset = onsetOf(incident, views);
    const telemetry = {
      series: [...toCheckSeries(views), ...series()],
      logs: [],
      changes: [...(await this.#actions(onset)), ...(await this.#changes(onset))],
    };
    const { causes, unseen } = rankCauses(telemetry, { onset, beforeMs: BEFORE_MS });
    return {
      incidentId: incident.id,
      onset,
      foundAt: now(),
      unseen,
      causes: causes
        .filter(({ clues }) => clues.length > 0)
        .slice(0, MAX_CAUSES)
        .map(({ service, probability, clues }) => ({
          service,
          probability,
          clues: clues.slice(0, MAX_CLUES),
        })),
    };
  }

  /** Our own actions shortly before: the first thing to be asked. */
  async #actions(onset: EpochMs): Promise<readonly Change[]> {
    const { items } = await this.#deps.store.listActions({ limit: MAX_CHANGES });
    return items
      .filter(({ createdAt }) => createdAt >= onset - BEFORE_MS && createdAt <= onset)
      .map(({ createdAt, verb, target }) => ({
        at: createdAt,
        service: target.id,
        text: `Cordon did ${verb} on ${target.id}`,
      }));
  }

  /** What probes saw change. */
  async #changes(onset: EpochMs): Promise<readonly Change[]> {
    const hunt = parseHunt('fields.cordon = change and fields.state = ok', { now: onset });
    if (!hunt.ok) throw new Error(hunt.problem.detail);
    const found = await this.#deps.events.hunt({
      hunt: hunt.value,
      fromAt: toEpochMs(Math.max(0, onset - BEFORE_MS)),
      toAt: toEpochMs(onset + 1),
      order: 'newest',
      limit: MAX_CHANGES,
    });
    return found.flatMap(toChange);
  }

  /** Written by this desk alone; what has another form is forgotten. */
  async #kept(): Promise<readonly FoundCause[]> {
    const saved = await this.#deps.store.getSetting(SETTING);
    return Array.isArray(saved) ? (saved as unknown as readonly FoundCause[]) : [];
  }
}

function toChange({ time, device, message }: Event): readonly Change[] {
  const service = device?.hostname;
  return service === undefined || message === undefined
    ? []
    : [{ at: time, service, text: message.replace(/\.$/, '') }];
}

/** When the first check of its machines began to fail, else when the incident began: a check is confirmed late. */
function onsetOf({ firstAt, entities }: Incident, views: readonly CheckView[]): EpochMs {
  const own = new Set(entities.map(({ id }) => id));
  const began = views
    .filter(({ check }) => own.has(check.asset.toLowerCase()))
    .flatMap(({ readings }) => beganAt(readings) ?? [])
    .filter((at) => at <= firstAt && at >= firstAt - BEFORE_MS);
  return toEpochMs(Math.min(firstAt, ...began));
}
