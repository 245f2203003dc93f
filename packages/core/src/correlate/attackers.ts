import { canonicalIp } from '../entity/resolve.ts';
import type { Member } from './member.ts';

/** What an address does to others over the network. Everything else happens on a machine, and blocking an address ends it no more. */
const OVER_THE_NETWORK: ReadonlySet<string> = new Set([
  'bruteforce',
  'password_spray',
  'scanning',
  'web_attack',
]);
/** From here on an address is more likely an attacker than not. */
const ATTACKER_P = 0.5;
const MAX_ATTACKERS = 64;

const isOverTheNetwork = ({ alert, trace }: Member): boolean =>
  OVER_THE_NETWORK.has(alert.rule.behaviour) ||
  (alert.rule.behaviour === 'impact' && trace.isAddressOnly);

function actingIn({ alert }: Member): readonly string[] {
  return alert.entities
    .filter((ref) => ref.kind === 'ip' && (ref.role === 'source' || ref.role === 'actor'))
    .flatMap((ref) => canonicalIp(ref.id) ?? []);
}

/**
 * The addresses that attack, in the order they were seen: those whose own signs, taken together,
 * make it more likely than not. `probabilityOf` tells how likely signs are genuine.
 */
export function findAttackers(
  members: readonly Member[],
  probabilityOf: (own: readonly Member[]) => number,
): readonly string[] {
  const byAddress = new Map<string, Member[]>();
  for (const member of members.filter(isOverTheNetwork)) {
    for (const ip of actingIn(member)) {
      const own = byAddress.get(ip);
      if (own) own.push(member);
      else if (byAddress.size < MAX_ATTACKERS) byAddress.set(ip, [member]);
    }
  }
  return [...byAddress].filter(([, own]) => probabilityOf(own) >= ATTACKER_P).map(([ip]) => ip);
}
