import type { EntityRef } from '../entity/entity.ts';
import { canonicalIp } from '../entity/resolve.ts';
import type { CausalLinks } from './causal-links.ts';
import { findEntry } from './entry.ts';
import { findBeginning } from './host-blame.ts';
import type { Origin, OriginHypothesis, OriginProcess } from './origin.ts';
import type { ProcessNode } from './read-event.ts';
import { findSettling } from './settle.ts';
import { tellSuspect } from './suspect-process.ts';
import type { Candidate, OriginSign } from './trace-back.ts';
import { clockOf, traceBack } from './trace-back.ts';

const UNSEEN_P = 0.15;
const KAPPA = 4;
const MAX_HYPOTHESES = 3;

const toEntity = (place: string): EntityRef =>
  canonicalIp(place)
    ? { kind: 'ip', id: place, role: 'source' }
    : { kind: 'host', id: place, role: 'source' };

/** The part that no earlier place explains, times e^(4 · share of the signs). */
function strengthOf(candidate: Candidate): number {
  const residual = candidate.coverage > 0 ? 1 - candidate.explained / candidate.coverage : 1;
  return residual * Math.exp(KAPPA * Math.min(1, candidate.coverage));
}

const byStrength = (a: Candidate, b: Candidate): number =>
  strengthOf(b) - strengthOf(a) || a.at - b.at || (a.place < b.place ? -1 : 1);

/** Never less than the prior, more where the places together do not explain all signs. */
function unseenShare(total: number): number {
  const odds = UNSEEN_P / (1 - UNSEEN_P);
  const weight = odds * Math.max(total, Math.exp(KAPPA));
  return weight / (weight + total);
}

function toHypothesis(
  candidate: Candidate,
  p: number,
  { signs, links }: { readonly signs: readonly OriginSign[]; readonly links: CausalLinks },
): OriginHypothesis {
  const beginning = findBeginning(candidate.place, signs, links);
  const entry = findEntry(candidate.place, { signs, links, beginning });
  const peer = beginning?.address;
  return {
    entity: toEntity(candidate.place),
    at: candidate.at,
    p,
    entryVector: entry.vector,
    ...(entry.text === undefined ? {} : { entryText: entry.text }),
    supporting: [
      ...candidate.supporting.slice(0, 5),
      ...(entry.text === undefined ? [] : [entry.text]),
      ...(beginning === undefined ? [] : tellSuspect(candidate.place, beginning, links)),
    ],
    contradicting:
      candidate.explained > 0
        ? ['Someone came onto this machine from another one before signs that show here']
        : [],
    offsets: [
      ...new Set([...candidate.offsets, ...(beginning?.process ? [beginning.process.offset] : [])]),
    ].slice(0, 20),
    ...(beginning?.process === undefined
      ? {}
      : { process: toProcess(beginning.process, beginning.share) }),
    ...(peer === undefined
      ? {}
      : { peer: peer.port === undefined ? { ip: peer.ip } : { ip: peer.ip, port: peer.port } }),
  };
}

const toProcess = ({ name, key, at, user }: ProcessNode, share: number): OriginProcess => ({
  name,
  key,
  at,
  ...(user === undefined ? {} : { user }),
  share,
});

function toHypotheses(
  candidates: readonly Candidate[],
  signs: readonly OriginSign[],
  links: CausalLinks,
): readonly OriginHypothesis[] {
  const total = candidates.reduce((sum, candidate) => sum + strengthOf(candidate), 0);
  const seen = 1 - unseenShare(total);
  const ranked = [...candidates].sort(byStrength).slice(0, MAX_HYPOTHESES);
  return ranked.map((candidate) =>
    toHypothesis(candidate, (seen * strengthOf(candidate)) / total, { signs, links }),
  );
}

const CLEAR_P = 0.4;

function toText(
  top: OriginHypothesis,
  places: number,
  hypotheses: readonly OriginHypothesis[],
): string {
  const rest = Math.round((1 - hypotheses.reduce((sum, one) => sum + one.p, 0)) * 100);
  const unlisted = places - hypotheses.length;
  const among = unlisted > 0 ? `${unlisted} further places and ` : '';
  const lead = `${top.entity.id} (${Math.round(top.p * 100)} %), first seen ${clockOf(top.at)}; ${rest} % is left for ${among}a beginning outside of what was seen.`;
  if (top.p >= CLEAR_P) return `It most likely began at ${lead}`;
  return `No single beginning stands out among ${places} places; the likeliest is ${lead}`;
}

/**
 * Where it began: the places that the signs can be traced back to, ranked. What the hypotheses leave
 * to 1 is the chance of the places that are not listed and of a beginning outside of what was seen.
 */
export function findOrigin(signs: readonly OriginSign[], links: CausalLinks): Origin {
  const candidates = traceBack(signs, links);
  const hypotheses = toHypotheses(candidates, signs, links);
  const top = hypotheses[0];
  if (!top) return UNSEEN;
  const entry = top.entryText;
  const told = entry === undefined || top.p < CLEAR_P ? '' : ` ${entry}.`;
  return {
    kind: 'found',
    hypotheses,
    text: `${toText(top, candidates.length, hypotheses)}${told}`,
    wouldSettle: findSettling(hypotheses, links),
  };
}

const UNSEEN: Origin = {
  kind: 'unseen',
  text: 'The signs name no machine and no address, so the beginning cannot be told.',
  wouldSettle: [
    'Process and log-in events of the machines involved',
    'Logs that carry the address of the other side',
  ],
};
