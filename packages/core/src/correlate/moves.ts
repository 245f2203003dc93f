import type { CausalLinks } from '../origin/causal-links.ts';
import { clockOf } from '../origin/trace-back.ts';
import { SLACK_MS } from '../origin/way-back.ts';
import type { EpochMs } from '../shared/time.ts';
import type { Member } from './member.ts';

/** Somebody went from one place of an incident to another before it showed there. */
export interface Move {
  readonly at: EpochMs;
  readonly text: string;
}

const MAX_MOVES = 5;

/** When each place of the incident first showed something. */
function beginningsOf(members: readonly Member[]): ReadonlyMap<string, EpochMs> {
  const first = new Map<string, EpochMs>();
  for (const { alert, trace } of members) {
    const places = trace.isAddressOnly ? trace.externalIps : [trace.host ?? ''];
    for (const place of places) {
      if (alert.firstAt < (first.get(place) ?? Number.POSITIVE_INFINITY))
        first.set(place, alert.firstAt);
    }
  }
  first.delete('');
  return first;
}

/** The last log-in from each place of the incident onto another, between the first signs on both; oldest first. */
export function findMoves(members: readonly Member[], links: CausalLinks): readonly Move[] {
  const first = beginningsOf(members);
  const moves = new Map<string, Move>();
  for (const [host, beganAt] of first) {
    for (const { from, at, user } of links.logonsOnto(host)) {
      const place = links.machineOf(from, at);
      const leftAfter = first.get(place);
      if (leftAfter === undefined || place === host) continue;
      if (at > beganAt + SLACK_MS || at < leftAfter) continue;
      const text = `${clockOf(at)}: ${user} logged in from ${place} to ${host}.`;
      moves.set(`${place}|${host}`, { at, text });
    }
  }
  return [...moves.values()].sort((a, b) => a.at - b.at).slice(0, MAX_MOVES);
}
