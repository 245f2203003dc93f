import type { Incident } from '../correlate/incident.ts';
import type { EntityRef } from '../entity/entity.ts';
import { isCommonAccount } from '../entity/resolve.ts';
import type { IncidentId } from '../shared/id.ts';

/** An earlier incident that resembles another, and in what. */
export interface Similar {
  readonly incidentId: IncidentId;
  /** 0 to 1; 1 only where everything compared is the same. */
  readonly likeness: number;
  /** What both have in common, in short phrases. */
  readonly common: readonly string[];
}

const WEIGHTS = { techniques: 0.35, behaviours: 0.2, tactics: 0.1, origin: 0.1, entities: 0.25 };
const LEAST = 0.3;
const MAX_NAMED = 3;

type Facts = Readonly<Record<keyof typeof WEIGHTS, readonly string[]>>;

/** Machines, accounts and addresses; what every machine has tells nothing. */
const isTelling = ({ kind, id }: EntityRef): boolean =>
  kind === 'host' ||
  kind === 'ip' ||
  kind === 'domain' ||
  (kind === 'user' && !isCommonAccount(id));

function factsOf(incident: Incident): Facts {
  const top = incident.origin.kind === 'found' ? incident.origin.hypotheses[0] : undefined;
  return {
    techniques: incident.techniques,
    behaviours: incident.behaviours,
    tactics: incident.tactics,
    origin: top && top.entryVector !== 'unseen' ? [top.entryVector] : [],
    entities: incident.entities.filter(isTelling).map(({ kind, id }) => `${kind} ${id}`),
  };
}

const NAMES: Readonly<Record<keyof Facts, string>> = {
  techniques: 'techniques',
  behaviours: 'behaviour',
  tactics: 'tactics',
  origin: 'way in',
  entities: 'involved',
};

/** Shared over all that either has (Jaccard); undefined where neither has any. */
function overlap(a: readonly string[], b: readonly string[]) {
  const all = new Set([...a, ...b]);
  if (all.size === 0) return undefined;
  const shared = [...new Set(a)].filter((value) => b.includes(value));
  return { share: shared.length / all.size, shared };
}

function compare(a: Facts, b: Facts): Pick<Similar, 'likeness' | 'common'> {
  const keys = Object.keys(WEIGHTS) as (keyof Facts)[];
  let possible = 0;
  let reached = 0;
  const common: string[] = [];
  for (const key of keys) {
    const found = overlap(a[key], b[key]);
    if (!found) continue;
    possible += WEIGHTS[key];
    reached += WEIGHTS[key] * found.share;
    if (found.shared.length === 0) continue;
    const more = found.shared.length - MAX_NAMED;
    const named = found.shared.slice(0, MAX_NAMED).map((value) => value.replaceAll('_', ' '));
    common.push(`${NAMES[key]}: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`);
  }
  return { likeness: possible > 0 ? reached / possible : 0, common };
}

/**
 * The incidents that resemble one the most, best first, each with what both have in common. What was
 * merged away is none; nor is what has only a tactic in common.
 */
export function findSimilar(
  incident: Incident,
  others: readonly Incident[],
  most = 5,
): readonly Similar[] {
  const own = factsOf(incident);
  const isMerged = ({ state }: Incident): boolean =>
    'verdict' in state && state.verdict.kind === 'duplicate';
  return others
    .filter((other) => other.id !== incident.id && !isMerged(other))
    .map((other) => ({ incidentId: other.id, at: other.lastAt, ...compare(own, factsOf(other)) }))
    .filter(({ likeness }) => likeness >= LEAST)
    .sort(
      (a, b) => b.likeness - a.likeness || b.at - a.at || (a.incidentId < b.incidentId ? -1 : 1),
    )
    .slice(0, most)
    .map(({ at: _, ...similar }) => similar);
}
