import type { ForeignAlert } from './alert-stream.ts';
import { mulberry } from './rename.ts';

/** Other names for machines and addresses, by chance from a seed; the same one always the same. */
export function renameAlerts(
  alerts: readonly ForeignAlert[],
  seed: number,
): readonly ForeignAlert[] {
  const random = mulberry(seed);
  const hosts = new Map<string, string>();
  const addresses = new Map<string, string>();
  const nameOf = (host: string): string => {
    const there = hosts.get(host) ?? `m${Math.floor(random() * 1e9).toString(36)}`;
    hosts.set(host, there);
    return there;
  };
  const addressOf = (ip: string): string => {
    const octet = () => 1 + Math.floor(random() * 254);
    const there = addresses.get(ip) ?? `10.${octet()}.${octet()}.${octet()}`;
    addresses.set(ip, there);
    return there;
  };
  return alerts.map((alert) => ({ ...alert, host: nameOf(alert.host), ip: addressOf(alert.ip) }));
}
