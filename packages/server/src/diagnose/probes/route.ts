import type { RouteFact } from '@cordon/core';
import type { View } from '../view.ts';

interface Found {
  readonly dev?: string;
  readonly gateway?: string;
  readonly prefsrc?: string;
  readonly flags?: readonly string[];
  readonly operstate?: string;
  readonly state?: readonly string[];
  readonly ifname?: string;
  readonly type?: string;
}

/** The kernel's own choice for an address, its link, and whether the next hop answers (`ip`). */
export async function readRoute(view: View, address: string): Promise<RouteFact | undefined> {
  const { code, text } = await view.run('ip', ['-j', 'route', 'get', address]);
  if (code === 127) return undefined;
  const [route] = code === 0 ? readJson(text) : [];
  const links = readJson((await view.run('ip', ['-j', 'link', 'show'])).text);
  if (route?.dev === undefined)
    return { outcome: outcomeOf(text, route?.type), ...whichLink(links), neighbour: 'unknown' };
  const hop = route.gateway ?? address;
  const neighbours = await view.run('ip', ['-j', 'neigh', 'show', hop, 'dev', route.dev]);
  return {
    outcome: 'route',
    device: route.dev,
    ...(route.gateway === undefined ? {} : { gateway: route.gateway }),
    ...(route.prefsrc === undefined ? {} : { source: route.prefsrc }),
    isLinkUp: links.some((link) => link.ifname === route.dev && isUp(link)),
    neighbour: neighbourOf(readJson(neighbours.text)),
  };
}

function outcomeOf(text: string, type: string | undefined): RouteFact['outcome'] {
  if (type === 'blackhole' || /invalid argument/i.test(text)) return 'blackhole';
  if (type === 'prohibit' || /permission denied/i.test(text)) return 'prohibited';
  if (type === 'unreachable' || /no route to host/i.test(text)) return 'unreachable';
  return 'none';
}

/** Without a route: is there a link that could carry one? */
function whichLink(links: readonly Found[]) {
  const outer = links.filter(({ ifname }) => ifname !== 'lo');
  const down = outer.find((link) => !isUp(link));
  const isLinkUp = outer.some(isUp);
  return { isLinkUp, ...(isLinkUp || down?.ifname === undefined ? {} : { device: down.ifname }) };
}

const isUp = ({ flags = [], ifname }: Found): boolean =>
  ifname === 'lo' || (flags.includes('UP') && !flags.includes('NO-CARRIER'));

function neighbourOf(found: readonly Found[]): RouteFact['neighbour'] {
  const states = found.flatMap(({ state = [] }) => state);
  if (states.some((state) => state === 'FAILED' || state === 'INCOMPLETE')) return 'failed';
  return states.length > 0 ? 'reachable' : 'unknown';
}

function readJson(text: string): readonly Found[] {
  try {
    const value: unknown = JSON.parse(text.trim() || '[]');
    return Array.isArray(value) ? (value as Found[]) : [];
  } catch {
    return [];
  }
}
