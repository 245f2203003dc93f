import { setTimeout as pause } from 'node:timers/promises';
import {
  type Check,
  type CheckReading,
  type CheckState,
  CheckTrack,
  type EpochMs,
  type Json,
  type JsonObject,
  type Problem,
  type Standing,
  type Turn,
  toDiagnosisTarget,
} from '@cordon/core';
import { SinkRefused } from '@cordon/kit';
import type { DiagnosisDesk, DiagnosisJob } from '../diagnose/diagnosis-desk.ts';
import type { Intake } from '../ports.ts';
import type { StateStore } from '../store/ports.ts';
import { toStoreError } from '../store/store-error.ts';
import { toRecord } from './turn-record.ts';

const MAX_IN_FLIGHT = 8;
const LOOK_EVERY_MS = 500;
/** A check's turn comes up to so much of its interval earlier or later: many do not meet for long. */
const JITTER = 0.1;
/** Failures that wait for the doctor; what comes on top is told without. */
const MAX_WAITING_DIAGNOSES = 5;
/** All checks are asked within half a minute after the start. */
const MAX_FIRST_MS = 30_000;
const SETTING = 'check_standings';
/** The source of what checks tell, and who asks for their diagnoses. */
export const CHECKS_SOURCE = 'cordon-checks';

/** One check as it is right now. */
export interface CheckView {
  readonly check: Check;
  readonly state: CheckState;
  readonly since?: EpochMs;
  readonly isFlapping: boolean;
  /** Up to sixty, oldest first. */
  readonly readings: readonly CheckReading[];
  /** The check that it depends on and that is not well itself. */
  readonly blockedBy?: string;
  /** The newest diagnosis that its failing led to. */
  readonly diagnosis?: DiagnosisJob;
}

export interface CheckDeskDeps {
  readonly checks: readonly Check[];
  readonly intake: Pick<Intake, 'push'>;
  readonly doctor: Pick<DiagnosisDesk, 'start' | 'settled' | 'get'>;
  readonly store: Pick<StateStore, 'getSetting' | 'setSetting'>;
  readonly now: () => EpochMs;
  /** 0 up to 1. */
  readonly chance: () => number;
  readonly onProblem: (problem: Problem) => void;
  /** Asks once; never throws for what the network does. */
  readonly ask: (check: Check) => Promise<CheckReading>;
}

interface Watched {
  readonly check: Check;
  readonly track: CheckTrack;
  dueAt: number;
  isAsked: boolean;
  diagnosisId?: string;
  /** A turn that could not be taken in yet. */
  untold?: JsonObject;
  /** Failures in a row that its dependencies do not explain any more, while its own is only told as theirs. */
  unexplained?: number;
}

/**
 * Asks every check in its turn, a few at once, and tells each change of state as a record like any other:
 * the rules decide what becomes of it. What fails is diagnosed before it is told.
 */
export class CheckDesk {
  readonly #deps: CheckDeskDeps;
  readonly #watched: ReadonlyMap<string, Watched>;
  readonly #work = new Set<Promise<void>>();
  #diagnosing: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  private constructor(deps: CheckDeskDeps, standings: Readonly<Record<string, Standing>>) {
    this.#deps = deps;
    const now = deps.now();
    this.#watched = new Map(
      deps.checks.map((check) => [
        check.id,
        {
          check,
          track: new CheckTrack(check.confirmCount, standings[check.id]),
          dueAt: now + deps.chance() * Math.min(check.everyMs, MAX_FIRST_MS),
          isAsked: false,
        },
      ]),
    );
  }

  /** Goes on from where the checks stood. */
  static async open(deps: CheckDeskDeps): Promise<CheckDesk> {
    return new CheckDesk(deps, toStandings(await deps.store.getSetting(SETTING)));
  }

  list(): readonly CheckView[] {
    return [...this.#watched.values()].map((watched) => this.#view(watched));
  }

  /** Asks until the signal aborts; what was begun is ended. */
  async run(signal: AbortSignal): Promise<void> {
    if (this.#watched.size === 0) return;
    while (!signal.aborted) {
      this.#askDue();
      await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
    await Promise.all(this.#work);
  }

  /** Asks one now, beside its turns; undefined when there is no such check. */
  async askNow(id: string): Promise<CheckView | undefined> {
    const watched = this.#watched.get(id);
    if (watched === undefined) return undefined;
    if (!watched.isAsked) await this.#ask(watched);
    return this.#view(watched);
  }

  #askDue(): void {
    const now = this.#deps.now();
    for (const watched of this.#watched.values()) {
      if (this.#work.size >= MAX_IN_FLIGHT) return;
      if (watched.isAsked || watched.dueAt > now) continue;
      const work = this.#ask(watched).finally(() => this.#work.delete(work));
      this.#work.add(work);
    }
  }

  async #ask(watched: Watched): Promise<void> {
    const { ask, now, chance, onProblem } = this.#deps;
    const { check, track } = watched;
    watched.isAsked = true;
    watched.dueAt = now() + check.everyMs * (1 + JITTER * (2 * chance() - 1));
    try {
      await this.#push(watched);
      const reading = await ask(check);
      const turn = track.observe(reading) ?? this.#outlasts(watched, reading);
      if (turn !== undefined) await this.#tell(watched, turn);
    } catch (error) {
      onProblem(error instanceof SinkRefused ? error.problem : toStoreError(error).problem);
    } finally {
      watched.isAsked = false;
    }
  }

  /** What failed because of another and goes on when that is well again has a fault of its own, which nobody was told of. */
  #outlasts(watched: Watched, reading: CheckReading): Turn | undefined {
    if (watched.unexplained === undefined) return undefined;
    const isOwn = reading.state === 'fail' && this.#blockedBy(watched.check) === undefined;
    watched.unexplained = isOwn ? watched.unexplained + 1 : 0;
    if (watched.unexplained < watched.check.confirmCount) return undefined;
    return { from: 'fail', to: 'fail', isFlapping: watched.track.isFlapping, reading };
  }

  async #tell(watched: Watched, turn: Turn): Promise<void> {
    const blockedBy = this.#blockedBy(watched.check);
    if (turn.to === 'fail' && blockedBy !== undefined) watched.unexplained = 0;
    else delete watched.unexplained;
    const job =
      turn.to === 'fail' && blockedBy === undefined ? await this.#diagnose(watched) : undefined;
    if (isWorthTelling(turn))
      watched.untold = toRecord(watched.check, turn, { diagnosis: job?.diagnosis, blockedBy });
    await this.#push(watched);
    await this.#deps.store.setSetting(SETTING, this.#standings() as unknown as Json);
  }

  /** What is refused stays untold and is tried again at the next turn. */
  async #push(watched: Watched): Promise<void> {
    if (watched.untold === undefined) return;
    const bytes = new TextEncoder().encode(JSON.stringify(watched.untold));
    await this.#deps.intake.push(CHECKS_SOURCE, [{ bytes, receivedAt: this.#deps.now() }]);
    delete watched.untold;
  }

  /** One diagnosis after the other; undefined where none can be made or too many wait. */
  async #diagnose(watched: Watched): Promise<DiagnosisJob | undefined> {
    const { doctor } = this.#deps;
    const target = toDiagnosisTarget(watched.check);
    if (target === undefined || this.#waiting >= MAX_WAITING_DIAGNOSES) return undefined;
    this.#waiting += 1;
    const turn = this.#diagnosing.then(async () => {
      const started = doctor.start(target, CHECKS_SOURCE);
      if (!started.ok) return undefined;
      watched.diagnosisId = started.value.id;
      return doctor.settled(started.value.id);
    });
    this.#diagnosing = turn.catch(() => undefined);
    return turn.finally(() => {
      this.#waiting -= 1;
    });
  }

  #blockedBy({ dependsOn }: Check): string | undefined {
    return dependsOn.find((id) => this.#watched.get(id)?.track.readings.at(-1)?.state === 'fail');
  }

  #view({ check, track, diagnosisId }: Watched): CheckView {
    const { standing, state, isFlapping, readings } = track;
    const blockedBy = state === 'fail' ? this.#blockedBy(check) : undefined;
    const diagnosis = diagnosisId === undefined ? undefined : this.#deps.doctor.get(diagnosisId);
    return {
      check,
      state,
      isFlapping,
      readings,
      ...(standing === undefined ? {} : { since: standing.since }),
      ...(blockedBy === undefined ? {} : { blockedBy }),
      ...(diagnosis === undefined ? {} : { diagnosis }),
    };
  }

  #standings(): Readonly<Record<string, Standing>> {
    return Object.fromEntries(
      [...this.#watched].flatMap(([id, { track, unexplained }]) =>
        // What is only told as following from another is found anew after a restart.
        track.standing === undefined || unexplained !== undefined ? [] : [[id, track.standing]],
      ),
    );
  }
}

/** That something is well from the start is no news. */
const isWorthTelling = ({ from, to }: Turn): boolean => !(from === 'unknown' && to === 'ok');

/** Written by the desk alone; what has another form is learned anew. */
function toStandings(saved: Json | undefined): Readonly<Record<string, Standing>> {
  if (typeof saved !== 'object' || saved === null || Array.isArray(saved)) return {};
  const all = Object.entries(saved as unknown as Record<string, Standing>);
  return Object.fromEntries(
    all.filter(([, one]) => typeof one?.state === 'string' && typeof one.since === 'number'),
  );
}
