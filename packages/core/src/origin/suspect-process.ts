import type { CausalLinks } from './causal-links.ts';
import type { ProcessNode } from './read-event.ts';
import type { OriginSign } from './trace-back.ts';
import { clockOf } from './trace-back.ts';

/** What a step away from the sign is worth: an ancestor of everything explains nothing. */
const STEP_SHARE = 0.6;
/** A process that talked to another machine is more likely the one that is steered. */
const CONTACT_BONUS = 1.5;
const MAX_KEYS = 16;
const MAX_CONTACTS = 5;

/** Adds to each process on the way up from a sign the share of the sign that leads to it. */
function addSign(weights: Map<string, number>, sign: OriginSign, links: CausalLinks): void {
  const shares = new Map<string, number>();
  for (const key of sign.processKeys.slice(0, MAX_KEYS)) {
    for (const [depth, step] of links.lineageOf(key).entries()) {
      shares.set(step, Math.max(shares.get(step) ?? 0, STEP_SHARE ** depth));
    }
  }
  for (const [key, share] of shares) weights.set(key, (weights.get(key) ?? 0) + sign.p * share);
}

/** The process on a machine that most of its signs lead to, where its start was seen. */
export function findSuspect(
  place: string,
  signs: readonly OriginSign[],
  links: CausalLinks,
): ProcessNode | undefined {
  const weights = new Map<string, number>();
  for (const sign of signs) if (sign.host === place) addSign(weights, sign, links);
  const ranked = [...weights].flatMap(([key, weight]) => {
    const node = links.processOf(key);
    const bonus = links.contactsOf(key).length > 0 ? CONTACT_BONUS : 1;
    return node ? [{ node, weight: weight * bonus }] : [];
  });
  ranked.sort((a, b) => b.weight - a.weight || a.node.at - b.node.at);
  return ranked[0]?.node;
}

const byWhom = (node: ProcessNode): string => (node.user === undefined ? '' : ` by ${node.user}`);

/** What that process is, what it descends from and where it connected to, in sentences. */
export function tellSuspect(
  place: string,
  signs: readonly OriginSign[],
  links: CausalLinks,
): readonly string[] {
  const suspect = findSuspect(place, signs, links);
  if (!suspect) return [];
  const chain = links
    .lineageOf(suspect.key)
    .flatMap((key) => links.processOf(key)?.name ?? [])
    .reverse();
  const contacts = links
    .contactsOf(suspect.key)
    .slice(0, MAX_CONTACTS)
    .map((to) => {
      const port = to.port === undefined ? '' : ` port ${to.port}`;
      return `${suspect.name} connected to ${links.machineOf(to.ip)}${port} at ${clockOf(to.at)}`;
    });
  return [
    `Most signs on ${place} lead to ${suspect.name}, started${byWhom(suspect)} at ${clockOf(suspect.at)}`,
    ...(chain.length > 1 ? [`Chain of processes: ${chain.join(' → ')}`] : []),
    ...contacts,
  ];
}
