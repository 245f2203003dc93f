import { ask, type Diagnosis, type Fault, fault, type Passed, type Walk } from './diagnosis.ts';
import type { ConnectFact, OwnAction } from './fact.ts';
import { deadResolver, type Named, walkNames, wrongAddress } from './names.ts';
import { walkReach } from './reach.ts';
import { walkGreeting } from './talk-greeting.ts';
import { walkHttp } from './talk-http.ts';
import { walkTls } from './talk-tls.ts';
import { type Target, usesHttp, usesTls } from './target.ts';

/** As many addresses of a name are tried. */
const MAX_ADDRESSES = 6;
/** Lost packets are told from this share on. */
const LOSS_SHARE = 0.1;

type Reached = ReadonlyMap<string, ConnectFact>;

/**
 * Walks the tree of a target that cannot be reached: own actions, names, route and link, filters, TCP,
 * TLS, HTTP or the service's own greeting. Asks only for what still distinguishes, ends at the first layer
 * that is at fault, and says what the layers before rule out. Drive it with the facts of the tests it asks:
 * the same facts give the same diagnosis.
 */
export function* diagnose(target: Target): Walk<Diagnosis> {
  const passed: Passed[] = [];
  const end = (faults: readonly Fault[], nothingFound: 'healthy' | 'undecided'): Diagnosis => ({
    target,
    outcome: faults.length === 0 ? nothingFound : faults.length === 1 ? 'cause' : 'candidates',
    faults,
    passed,
  });
  const named = yield* walkNames(target);
  const own = yield* ask<'own-actions'>({
    kind: 'own-actions',
    host: target.host,
    addresses: named.addresses,
  });
  if (own?.length === 0)
    passed.push({ layer: 'own-action', text: 'no action of Cordon holds the target' });
  if (named.faults.length > 0) return end(withOwn(target, own, named.faults), 'undecided');
  passed.push({ layer: 'names', text: `the name leads to ${named.addresses.join(', ')}` });
  const reached = yield* connectAll(target, named.addresses);
  const open = named.addresses.find((address) => reached.get(address)?.outcome === 'open');
  if (open === undefined)
    return end(withOwn(target, own, yield* whyNone({ target, named, reached })), 'undecided');
  passed.push({ layer: 'tcp', text: `${open} port ${target.port} accepts a connection` });
  const talk = yield* walkTalk(target, open);
  if (talk.length > 0)
    return end(
      withOwn(target, own, yield* orOtherAddress({ target, named, found: talk })),
      'undecided',
    );
  passed.push({
    layer: usesTls(target) ? 'tls' : 'service',
    text: 'the service answers as it should',
  });
  const half = yield* whyHalf({ target, named, reached });
  if (half.length > 0) return end(withOwn(target, own, half), 'healthy');
  return end(yield* whatElse({ target, named, reached }), 'healthy');
}

/** An action of ours that touches the target comes before everything else that would explain a failure. */
function withOwn(
  target: Target,
  own: readonly OwnAction[] | undefined,
  faults: readonly Fault[],
): readonly Fault[] {
  const [action] = own ?? [];
  if (action === undefined) return faults;
  const evidence = [
    `${action.verb} on ${action.target} since ${new Date(action.at).toISOString()}: ${action.reason}`,
  ];
  const found = fault('own-block', [...evidence, ...faults.flatMap((one) => one.evidence)], {
    action: action.id,
    target: `${target.host}:${target.port}`,
  });
  return [{ ...found, actionId: action.id }];
}

function* connectAll(target: Target, addresses: readonly string[]): Walk<Reached> {
  const reached = new Map<string, ConnectFact>();
  for (const address of addresses.slice(0, MAX_ADDRESSES)) {
    const fact = yield* ask<'connect'>({ kind: 'connect', address, port: target.port });
    if (fact !== undefined) reached.set(address, fact);
  }
  return reached;
}

interface Tried {
  readonly target: Target;
  readonly named: Named;
  readonly reached: Reached;
}

/** No address works: perhaps another one would, else why the first (IPv4 before IPv6) does not. */
function* whyNone({ target, named, reached }: Tried): Walk<readonly Fault[]> {
  const other = yield* anotherWorks(target, named);
  if (other !== undefined) return [other];
  const tried = [...reached].sort(([a], [b]) => Number(a.includes(':')) - Number(b.includes(':')));
  const [first] = tried;
  return first === undefined ? [] : yield* walkReach({ target, address: first[0] }, first[1]);
}

function* anotherWorks(target: Target, { fact }: Named): Walk<Fault | undefined> {
  if (fact === undefined) return undefined;
  const known = new Set(fact.system.addresses);
  const others = [...new Set(fact.resolvers.flatMap(({ addresses }) => addresses))].filter(
    (address) => !known.has(address),
  );
  const works = new Set<string>();
  for (const address of others.slice(0, MAX_ADDRESSES)) {
    const connect = yield* ask<'connect'>({ kind: 'connect', address, port: target.port });
    if (connect?.outcome === 'open') works.add(address);
  }
  return wrongAddress(target, fact, (address) => works.has(address));
}

interface Talked {
  readonly target: Target;
  readonly named: Named;
  readonly found: readonly Fault[];
}

/** The service is not what it should be: is it the wrong machine, because a name leads there? */
function* orOtherAddress({ target, named, found }: Talked): Walk<readonly Fault[]> {
  const other = yield* anotherWorks(target, named);
  return other === undefined ? found : [other];
}

function* walkTalk(target: Target, address: string): Walk<readonly Fault[]> {
  if (usesTls(target)) {
    const tls = yield* walkTls(target, address);
    if (tls.length > 0) return tls;
  }
  if (usesHttp(target)) return yield* walkHttp(target, address);
  if (usesTls(target) || target.service === 'tcp') return [];
  return yield* walkGreeting(target, address);
}

/** One address works and another does not: IPv6 that is only announced, or half of several machines. */
function* whyHalf({ target, reached }: Tried): Walk<readonly Fault[]> {
  const [address, connect] = [...reached].find(([, { outcome }]) => outcome !== 'open') ?? [];
  if (address === undefined || connect === undefined) return [];
  if (!address.includes(':')) return yield* walkReach({ target, address }, connect);
  const evidence = [`${address} is announced and ${connect.outcome}`, 'IPv4 works'];
  return [fault('ipv6-broken', evidence, { host: target.host, port: target.port })];
}

/** It works; and yet there may be what makes it slow, or work only sometimes. */
function* whatElse({ target, named, reached }: Tried): Walk<readonly Fault[]> {
  const dead = deadResolver(target, named.fact);
  if (dead !== undefined) return [dead];
  const [address = ''] = reached.keys();
  const ping = yield* ask<'ping'>({ kind: 'ping', address });
  if (ping === undefined || ping.received === 0) return [];
  const lost = ping.sent - ping.received;
  if (lost < ping.sent * LOSS_SHARE) return [];
  const words = { host: target.host, port: target.port, address };
  return [fault('packet-loss', [`${lost} of ${ping.sent} pings were lost`], words)];
}
