import type { CauseClue } from './cause-clue.ts';
import { changeClues } from './change-clues.ts';
import type { Windows } from './deviation.ts';
import { logClues } from './log-clues.ts';
import { deviationsOf, type Measured } from './measured.ts';
import { serviceClues } from './service-clues.ts';
import type { Telemetry } from './telemetry.ts';

/** A service that may be the cause; its nats are the sum of its clues'. */
export interface Cause {
  readonly service: string;
  readonly nats: number;
  /** Share of the belief, over all services and "none of these". */
  readonly probability: number;
  /** Strongest first. */
  readonly clues: readonly CauseClue[];
}

export interface RootCause {
  /** Most likely first. */
  readonly causes: readonly Cause[];
  /** Belief that the cause is something none of the numbers shows. */
  readonly unseen: number;
}

/** Less is the ordinary wobble of numbers, and left out. */
const LEAST_NATS = 0.2;
/** Further kinds of clue on one service mostly tell the same thing again. */
const FURTHER_SHARE = 0.3;
/** What "none of these" weighs: a cause must show more than two dull surprises. */
const UNSEEN_NATS = 2.5;

/**
 * Ranks services by what their numbers, calls, logs and changes say after an onset against before.
 * Method: robust deviations (BARO, FSE 2024) in logarithms; symptoms explained away along calls; a slow
 * call is held against the end that all slow calls share. Deterministic; O(points).
 */
export function rankCauses(telemetry: Telemetry, windows: Windows): RootCause {
  const measured: readonly Measured[] = deviationsOf(telemetry.series, windows);
  const clues = [
    ...serviceClues(measured),
    ...logClues(telemetry.logs, windows),
    ...changeClues(telemetry.changes, windows),
  ].filter(({ nats }) => nats > LEAST_NATS);
  const byService = new Map<string, CauseClue[]>(
    [...servicesOf(telemetry)].map((service) => [service, []]),
  );
  for (const clue of clues)
    byService.set(clue.service, [...(byService.get(clue.service) ?? []), clue]);
  const ranked = [...byService]
    .map(([service, own]) => weigh(service, own))
    .sort((a, b) => b.nats - a.nats || (a.service < b.service ? -1 : 1));
  const total = ranked.reduce((sum, { nats }) => sum + Math.exp(nats), Math.exp(UNSEEN_NATS));
  return {
    causes: ranked.map((cause) => ({ ...cause, probability: Math.exp(cause.nats) / total })),
    unseen: Math.exp(UNSEEN_NATS) / total,
  };
}

function weigh(service: string, clues: readonly CauseClue[]): Omit<Cause, 'probability'> {
  const strongest = new Map<string, CauseClue>();
  for (const clue of clues) {
    const known = strongest.get(clue.kind);
    if (known === undefined || clue.nats > known.nats) strongest.set(clue.kind, clue);
  }
  const own = [...strongest.values()]
    .sort((a, b) => b.nats - a.nats)
    .map((clue, nth) => (nth === 0 ? clue : { ...clue, nats: clue.nats * FURTHER_SHARE }));
  return { service, nats: own.reduce((sum, { nats }) => sum + nats, 0), clues: own };
}

function servicesOf({ series }: Telemetry): ReadonlySet<string> {
  return new Set(
    series.flatMap(({ subject }) =>
      subject.kind === 'service' ? [subject.service] : [subject.from, subject.to],
    ),
  );
}
