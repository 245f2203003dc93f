import type { EntityKind, EntityRef, EntityRole } from '../entity/entity.ts';
import { type Json, membersOf } from '../shared/json.ts';

/** Somebody or something that events of a window were about, and when last. */
export interface SeenEntity {
  readonly ref: EntityRef;
  readonly at: number;
}

const MAX_SEEN = 20;

/** Puts those of one more event in; the one not seen for longest goes when there are more than 20. */
export function addSeen(seen: SeenEntity[], refs: readonly EntityRef[], at: number): void {
  for (const ref of refs) {
    const place = placeOf(seen, ref);
    const there = seen[place];
    if (!there) seen.push({ ref, at });
    else if (at > there.at) seen[place] = { ref: there.ref, at };
  }
  while (seen.length > MAX_SEEN) seen.splice(oldestOf(seen), 1);
}

function placeOf(seen: readonly SeenEntity[], { kind, id }: EntityRef): number {
  for (let place = 0; place < seen.length; place += 1) {
    const { ref } = seen[place] as SeenEntity;
    if (ref.id === id && ref.kind === kind) return place;
  }
  return -1;
}

function oldestOf(seen: readonly SeenEntity[]): number {
  let oldest = 0;
  for (const [place, { at }] of seen.entries())
    if (at < (seen[oldest]?.at ?? Number.POSITIVE_INFINITY)) oldest = place;
  return oldest;
}

/** Who was seen at or after a time. */
export const refsSince = (seen: readonly SeenEntity[], since: number): readonly EntityRef[] =>
  seen.filter(({ at }) => at >= since).map(({ ref }) => ref);

/** As JSON brought them back; what is no entity is left out. */
export function seenOf(json: Json | undefined): SeenEntity[] {
  const rows = Array.isArray(json) ? (json as readonly Json[]) : [];
  return rows.slice(0, MAX_SEEN).flatMap((row) => {
    const { ref, at } = membersOf(row);
    const { kind, id, role } = membersOf(ref);
    if (typeof kind !== 'string' || typeof id !== 'string' || typeof at !== 'number') return [];
    return [{ ref: { kind: kind as EntityKind, id, role: role as EntityRole }, at }];
  });
}
