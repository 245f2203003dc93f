import type { Signal } from '../detect/signal.ts';
import type { EntityRef } from '../entity/entity.ts';
import { entityKey } from '../entity/entity.ts';
import { canonicalUser, isExternalIp } from '../entity/resolve.ts';

/** Who does it and to what machine, as far as the entities tell. Canonical ids. */
export interface Principal {
  /** Addresses on the internet that act. */
  readonly externalIps: readonly string[];
  /** Addresses inside that act. */
  readonly internalIps: readonly string[];
  /** The machine it happens on. */
  readonly host?: string;
  readonly users: readonly string[];
}

const idsOf = (entities: readonly EntityRef[], kind: EntityRef['kind']): readonly EntityRef[] =>
  entities.filter((ref) => ref.kind === kind);

/** Acting addresses: those said to act; without any, and with no process that may have called them, those of no said role. */
function actingIps(entities: readonly EntityRef[]): readonly string[] {
  const ips = idsOf(entities, 'ip');
  const acting = ips.filter((ref) => ref.role === 'source' || ref.role === 'actor');
  const hasProcess = entities.some((ref) => ref.kind === 'process');
  const chosen =
    acting.length > 0 || hasProcess ? acting : ips.filter((ref) => ref.role === 'related');
  return chosen.map((ref) => ref.id);
}

const HOST_ROLE_ORDER = ['target', 'related', 'actor', 'source'] as const;

function hostOf(entities: readonly EntityRef[]): string | undefined {
  const hosts = idsOf(entities, 'host');
  for (const role of HOST_ROLE_ORDER) {
    const found = hosts.find((ref) => ref.role === role);
    if (found) return found.id;
  }
  return idsOf(entities, 'ip').find((ref) => ref.role === 'target')?.id;
}

/**
 * A sensor on the network reports what goes past it: what an address outside acts on is then the
 * address inside that it reached, not the sensor's own machine.
 */
function attackedAddress(entities: readonly EntityRef[]): string | undefined {
  return idsOf(entities, 'ip').find((ref) => ref.role === 'target' && !isExternalIp(ref.id))?.id;
}

/** What a machine inside does to an address outside happens on the machine inside. */
function machineOf(host: string | undefined, inside: readonly string[]): string | undefined {
  return host !== undefined && isExternalIp(host) ? (inside[0] ?? host) : host;
}

/** The principal of something with these (canonical) entities; `deviceHost` is where the events happened, if known. */
export function principalOf(entities: readonly EntityRef[], deviceHost?: string): Principal {
  const ips = actingIps(entities);
  const externalIps = ips.filter(isExternalIp);
  const attacked = externalIps.length > 0 ? attackedAddress(entities) : undefined;
  const inside = ips.filter((ip) => !isExternalIp(ip));
  const host = machineOf(attacked ?? deviceHost ?? hostOf(entities), inside);
  return {
    externalIps,
    internalIps: inside.filter((ip) => ip !== host),
    ...(host === undefined ? {} : { host }),
    users: [...new Set(idsOf(entities, 'user').map((ref) => canonicalUser(ref.id)))],
  };
}

/** Does an address outside act, on a machine or without an account of ours? Then the address is who it is. */
export function isAddressOnly(principal: Principal): boolean {
  const isAccountDriven = principal.host === undefined && principal.users.length > 0;
  return principal.externalIps.length > 0 && !isAccountDriven;
}

/**
 * Signals with the same key are one alert: the rule and what makes it one thing. From outside that
 * is the address and the machine (the accounts tried are many); on a machine it is the machine and
 * who acted there; without either, everything the signal names.
 */
export function dedupKeyOf(
  rule: Signal['rule'],
  entities: readonly EntityRef[],
  principal: Principal,
): string {
  const outside = principal.externalIps.length > 0 ? principal.externalIps : principal.internalIps;
  const host = principal.host ? [`host:${principal.host}`] : [];
  if (isAddressOnly(principal)) return [rule.id, ...[...outside].sort(), ...host].join('|');
  const users = [...principal.users]
    .sort()
    .slice(0, 1)
    .map((user) => `user:${user}`);
  if (host.length > 0)
    return [rule.id, ...host, ...(outside.length > 0 ? outside.slice(0, 1) : users)].join('|');
  if (users.length > 0) return [rule.id, ...users].join('|');
  return [rule.id, ...entities.map(entityKey).sort().slice(0, 8)].join('|');
}
