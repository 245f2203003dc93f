import { ask, type Fault, fault, type Walk } from './diagnosis.ts';
import type { ConnectFact, PingFact, RouteFact, TraceFact } from './fact.ts';
import type { Target } from './target.ts';

/** What is known of a path when a connection did not come about. */
interface Path {
  readonly target: Target;
  readonly address: string;
}

const wordsOf = ({ target, address }: Path) => ({
  host: target.host,
  port: target.port,
  address,
  target: `${target.host}:${target.port}`,
});

/** Why a connection to an address does not come about: route, next hop, filter, listener, limits. */
export function* walkReach(path: Path, connect: ConnectFact): Walk<readonly Fault[]> {
  switch (connect.outcome) {
    case 'open':
      return [];
    case 'no-local-port':
    case 'no-descriptor':
      return [yield* whyNoPort(path, connect.outcome)];
    case 'forbidden-here':
    case 'no-network':
    case 'no-host':
      return yield* whyNoPath(path, connect.outcome);
    case 'refused':
      return yield* whyRefused(path);
    case 'reset':
      return [fault('reset-early', ['the connection is reset during its opening'], wordsOf(path))];
    case 'silent':
      return yield* whySilent(path);
  }
}

function* whyNoPort(path: Path, outcome: 'no-local-port' | 'no-descriptor'): Walk<Fault> {
  const limits = yield* ask<'limits'>({ kind: 'limits', at: 'from' });
  const evidence =
    limits === undefined
      ? []
      : [
          `${limits.localPorts.used} of ${limits.localPorts.size} local ports and ${limits.descriptors.used} of ${limits.descriptors.max} descriptors are used`,
        ];
  return fault(
    outcome === 'no-local-port' ? 'ports-exhausted' : 'descriptors-exhausted',
    evidence,
    wordsOf(path),
  );
}

function* whyNoPath(path: Path, outcome: ConnectFact['outcome']): Walk<readonly Fault[]> {
  const { address } = path;
  const route = yield* ask<'route'>({ kind: 'route', address, at: 'from' });
  const words = { ...wordsOf(path), ...routeWords(route) };
  const atRoute = route === undefined ? undefined : whyRoute(route, words);
  if (atRoute !== undefined) return [atRoute];
  if (outcome === 'forbidden-here')
    return [fault('local-firewall', ['this machine itself forbids the connection (EPERM)'], words)];
  const ping = yield* ask<'ping'>({ kind: 'ping', address });
  if (ping !== undefined) return [whyUnreachable({ ping, route, words })];
  const told = ['the network says that the host cannot be reached'];
  const hop = { ...words, hop: route?.gateway ?? 'the target' };
  return [fault('host-gone', told, hop), fault('firewall-rejects', told, hop)];
}

interface Unreachable {
  readonly ping: PingFact;
  readonly route: RouteFact | undefined;
  readonly words: Record<string, string | number | undefined>;
}

function whyUnreachable({ ping, route, words }: Unreachable): Fault {
  const by = ping.error?.by;
  const isOwn = by === undefined || by === route?.source;
  const told = by === undefined ? [] : [`${by} says ${ping.error?.kind}`];
  const hop = { ...words, hop: by };
  if (ping.error?.kind === 'ttl-exceeded') return fault('routing-loop', told, hop);
  if (ping.error?.kind === 'prohibited') return fault('firewall-rejects', told, hop);
  if (ping.received > 0)
    return fault(
      'firewall-rejects',
      ['the address answers to ping, the port is refused as unreachable'],
      { ...words, hop: route?.gateway ?? 'the target' },
    );
  if (!isOwn && ping.error?.kind === 'net-unreachable') return fault('beyond-router', told, hop);
  if (!isOwn) return fault('host-gone', told, hop);
  return fault('host-gone', [`nobody at ${words['address']} answers on the link`, ...told], hop);
}

const routeWords = (route: RouteFact | undefined) => ({
  gateway: route?.gateway,
  device: route?.device,
  source: route?.source,
});

/** What is wrong with the way as this machine itself sees it: link, route, next hop. */
export function whyRoute(
  route: RouteFact,
  words: Record<string, string | number | undefined>,
): Fault | undefined {
  if (route.device !== undefined && !route.isLinkUp)
    return fault('link-down', [`${route.device} is down`], words);
  if (route.outcome === 'none')
    return route.isLinkUp
      ? fault('no-route', ['the routing table knows no way'], words)
      : fault('link-down', ['every link but the loopback is down'], {
          ...words,
          device: route.device ?? 'the link',
        });
  if (route.outcome !== 'route')
    return fault('route-blackhole', [`the routing table says ${route.outcome}`], words);
  if (route.neighbour === 'failed' && route.gateway !== undefined)
    return fault(
      'gateway-gone',
      [`the gateway ${route.gateway} does not answer on ${route.device}`],
      words,
    );
  return undefined;
}

function* whyRefused(path: Path): Walk<readonly Fault[]> {
  const { target, address } = path;
  const words = { ...wordsOf(path), hop: 'a filter on the way' };
  const listening = yield* ask<'listening'>({ kind: 'listening', port: target.port });
  if (listening === undefined) {
    const told = ['the target answers with a reset', 'nobody lets us see whether it listens'];
    return [fault('not-listening', told, words), fault('firewall-rejects', told, words)];
  }
  if (listening.addresses.length === 0)
    return [
      fault('not-listening', [`nothing listens on port ${target.port} of the target`], words),
    ];
  const isOpen = listening.addresses.some((one) => isWildcard(one) || one === address);
  if (isOpen)
    return [
      fault(
        'firewall-rejects',
        [`the target listens on ${listening.addresses.join(', ')}, yet the connection is reset`],
        words,
      ),
    ];
  const evidence = [`the service listens on ${listening.addresses.join(', ')} only`];
  return [fault('listens-locally', evidence, words)];
}

const isWildcard = (address: string): boolean => ['0.0.0.0', '::', '*'].includes(address);

function* whySilent(path: Path): Walk<readonly Fault[]> {
  const { address, target } = path;
  const route = yield* ask<'route'>({ kind: 'route', address, at: 'from' });
  const words = { ...wordsOf(path), ...routeWords(route) };
  const atRoute = route === undefined ? undefined : whyRoute(route, words);
  if (atRoute !== undefined) return [atRoute];
  const ping = yield* ask<'ping'>({ kind: 'ping', address });
  if (ping?.error !== undefined && ping.received === 0)
    return [whyUnreachable({ ping, route, words })];
  const listening = yield* ask<'listening'>({ kind: 'listening', port: target.port });
  const { backlog = 0, waiting = 0 } = listening ?? {};
  if (backlog > 0 && waiting > backlog)
    return [fault('backlog-full', [`${waiting} connections wait, ${backlog} may`], words)];
  const atTarget = yield* whyNoWayBack(path, { route, words });
  if (atTarget !== undefined) return [atTarget];
  const full = yield* whyFull(words);
  if (full !== undefined) return [full];
  if (ping !== undefined && ping.received > 0) return [yield* whoDrops(path, words)];
  return yield* whereItEnds(path, words);
}

function* whyNoWayBack(
  { address }: Path,
  { route, words }: Pick<Unreachable, 'route' | 'words'>,
): Walk<Fault | undefined> {
  if (route?.source === undefined) return undefined;
  const back = yield* ask<'route'>({ kind: 'route', address: route.source, at: 'target' });
  if (back === undefined) return undefined;
  if (back.outcome === 'route' && back.isLinkUp && back.neighbour !== 'failed') return undefined;
  const evidence = [
    `at ${address} the way back to ${route.source} is: ${back.outcome === 'route' ? 'next hop failed' : back.outcome}`,
  ];
  return fault('no-return-path', evidence, words);
}

function* whyFull(words: Unreachable['words']): Walk<Fault | undefined> {
  for (const at of ['from', 'target'] as const) {
    const limits = yield* ask<'limits'>({ kind: 'limits', at });
    const { used = 0, max = 0 } = limits?.conntrack ?? {};
    if (max > 0 && used >= max)
      return fault('conntrack-full', [`${used} of ${max} tracked connections are in use`], words);
  }
  return undefined;
}

function* whoDrops({ address, target }: Path, words: Unreachable['words']): Walk<Fault> {
  const evidence = [`${address} answers to ping, the port says nothing`];
  const trace = yield* ask<'trace'>({ kind: 'trace', address, port: target.port });
  const hop = lastHop(trace);
  if (trace !== undefined && hop === undefined && words['gateway'] !== undefined)
    return fault('local-firewall', [...evidence, 'not even the first hop sees the packets'], words);
  const where = hop === undefined ? [] : [`the packets are last seen at ${hop}`];
  return fault('firewall-drops', [...evidence, ...where], { ...words, hop: hop ?? address });
}

function* whereItEnds(
  { address, target }: Path,
  words: Unreachable['words'],
): Walk<readonly Fault[]> {
  const trace = yield* ask<'trace'>({ kind: 'trace', address, port: target.port });
  const hop = lastHop(trace);
  const told = [
    `neither ping nor port ${target.port} is answered`,
    ...(hop === undefined ? [] : [`the path ends after ${hop}`]),
  ];
  if (trace?.isLoop)
    return [fault('routing-loop', [`${hop} answers again and again`], { ...words, hop })];
  const alive = yield* ask<'listening'>({ kind: 'listening', port: target.port });
  if (alive !== undefined)
    return [
      fault(
        'firewall-drops',
        [...told, `the target itself is up${alive.addresses.length > 0 ? ' and listens' : ''}`],
        { ...words, hop: hop ?? 'the target' },
      ),
    ];
  const where = { ...words, hop: hop ?? 'this machine' };
  return [fault('firewall-drops', told, where), fault('host-gone', told, where)];
}

const lastHop = (trace: TraceFact | undefined): string | undefined =>
  trace?.hops.filter((hop) => hop !== undefined).at(-1);
