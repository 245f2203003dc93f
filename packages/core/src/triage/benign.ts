import type { BenignRule } from '../decide/config.ts';
import { isGlobMatch } from '../entity/glob.ts';
import { canonicalHost, canonicalUser, isInCidr } from '../entity/resolve.ts';
import type { EpochMs } from '../shared/time.ts';
import { HOUR_MS } from '../shared/time.ts';
import type { Principal } from './dedup.ts';

/** What of an alert a benign rule can speak of. */
export interface BenignSubject {
  readonly rule: { readonly id: string; readonly behaviour: string };
  readonly principal: Principal;
  readonly at: EpochMs;
}

const isHourWithin = (at: EpochMs, hours: BenignRule['hours']): boolean => {
  if (!hours) return true;
  const hour = (at / HOUR_MS) % 24;
  return hours.from <= hours.to
    ? hour >= hours.from && hour < hours.to
    : hour >= hours.from || hour < hours.to;
};

/** All of several: a second, unknown address in the alert is not covered by a rule for the first. */
function isEvery(values: readonly string[], holds: (value: string) => boolean): boolean {
  return values.length > 0 && values.every(holds);
}

function checksOf(match: BenignRule['match'], subject: BenignSubject): readonly boolean[] {
  const { principal, rule } = subject;
  const ips = [...principal.externalIps, ...principal.internalIps];
  const checks: boolean[] = [];
  const { ip, cidr, user, host } = match;
  if (match.rule !== undefined) checks.push(isGlobMatch(rule.id, match.rule));
  if (match.behaviour !== undefined) checks.push(isGlobMatch(rule.behaviour, match.behaviour));
  if (user !== undefined)
    checks.push(isEvery(principal.users, (name) => isGlobMatch(name, canonicalUser(user))));
  if (ip !== undefined) checks.push(isEvery(ips, (value) => isInCidr(value, ip)));
  if (cidr !== undefined) checks.push(isEvery(ips, (value) => isInCidr(value, cidr)));
  if (host !== undefined)
    checks.push(principal.host !== undefined && isGlobMatch(principal.host, canonicalHost(host)));
  return checks;
}

/** The first configured reason why this is harmless, or undefined. */
export function findBenign(
  rules: readonly BenignRule[],
  subject: BenignSubject,
): BenignRule | undefined {
  return rules.find((rule) => {
    if (!isHourWithin(subject.at, rule.hours)) return false;
    const checks = checksOf(rule.match, subject);
    return checks.length > 0 && checks.every(Boolean);
  });
}
