import type { EntityRef } from '../entity/entity.ts';
import type { PriorityLevel } from '../triage/priority.ts';
import { isHarmless } from './books.ts';
import type { HandledIncident } from './response-times.ts';

/** Something that incidents happened to. */
export interface EntityAtRisk {
  readonly entity: Pick<EntityRef, 'kind' | 'id'>;
  readonly incidents: number;
  readonly worst: PriorityLevel;
  /** Sum of the priorities of its incidents, 0 to 100 each. */
  readonly risk: number;
}

const SHOWN = 10;
/** What a house has; files, processes and addresses are where something happened, not to what. */
const OWN_KINDS: ReadonlySet<string> = new Set(['host', 'user', 'cloud_resource']);

/** What incidents happened to, by the sum of their priorities; harmless ones count for nothing. */
export function entitiesAtRisk(handled: readonly HandledIncident[]): readonly EntityAtRisk[] {
  const found = new Map<string, EntityAtRisk>();
  for (const { incident, verdict } of handled) {
    if (isHarmless(verdict)) continue;
    const { level, score } = incident.priority;
    for (const { kind, id, role } of incident.entities) {
      if (role !== 'target' || !OWN_KINDS.has(kind)) continue;
      const key = `${kind}:${id}`;
      const before = found.get(key);
      found.set(key, {
        entity: { kind, id },
        incidents: (before?.incidents ?? 0) + 1,
        worst: before && before.worst < level ? before.worst : level,
        risk: (before?.risk ?? 0) + score,
      });
    }
  }
  return [...found.values()]
    .sort((a, b) => b.risk - a.risk || a.entity.id.localeCompare(b.entity.id))
    .slice(0, SHOWN);
}
