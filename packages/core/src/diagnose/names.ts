import { canonicalIp } from '../entity/resolve.ts';
import { ask, type Fault, fault, type Walk } from './diagnosis.ts';
import type { ResolveFact, ResolverAnswer } from './fact.ts';
import { whyRoute } from './reach.ts';
import type { Target } from './target.ts';

/** A lookup that takes longer waited for a resolver that does not answer. */
const SLOW_MS = 1_500;

/** The addresses a target has, or why it has none. */
export interface Named {
  readonly addresses: readonly string[];
  readonly faults: readonly Fault[];
  readonly fact: ResolveFact | undefined;
}

/** Name resolution: the system's own way, each resolver by itself, the hosts file. */
export function* walkNames(target: Target): Walk<Named> {
  const { host } = target;
  if (isAddress(host)) return { addresses: [host], faults: [], fact: undefined };
  const fact = yield* ask<'resolve'>({ kind: 'resolve', host });
  if (fact === undefined) return { addresses: [], faults: [], fact };
  if (fact.system.addresses.length > 0)
    return { addresses: fact.system.addresses, faults: [], fact };
  const onTheWay = yield* whyNoResolver(host, fact);
  return { addresses: [], faults: [onTheWay ?? whyNoAddress(host, fact)], fact };
}

/** No resolver says a word: is it the way to them? */
function* whyNoResolver(host: string, { resolvers }: ResolveFact): Walk<Fault | undefined> {
  const [first] = resolvers;
  if (first === undefined || resolvers.some(({ said }) => said !== 'silent')) return undefined;
  const route = yield* ask<'route'>({ kind: 'route', address: first.server, at: 'from' });
  if (route === undefined) return undefined;
  const { device, gateway } = route;
  return whyRoute(route, { host, address: first.server, device, gateway });
}

export const isAddress = (host: string): boolean => canonicalIp(host) !== undefined;

/** What one resolver says outweighs what others leave open. */
const LOUDEST = ['answers', 'no-name', 'no-address', 'server-failure', 'refused'] as const;

function whyNoAddress(host: string, { resolvers }: ResolveFact): Fault {
  const [first] = resolvers;
  if (first === undefined) return fault('no-resolver', ['no resolver is configured'], { host });
  const loudest =
    LOUDEST.map((said) => resolvers.find((one) => one.said === said)).find(
      (one) => one !== undefined,
    ) ?? first;
  const words = { host, resolver: loudest.server };
  const evidence = resolvers.map(tellResolver);
  switch (loudest.said) {
    case 'no-name':
      return fault('name-unknown', evidence, words);
    case 'answers':
      return fault('lookup-broken', evidence, words);
    case 'no-address':
      return fault('no-address-record', evidence, words);
    case 'server-failure':
      return fault(isBogus(loudest) ? 'dnssec-bogus' : 'resolver-failure', evidence, words);
    case 'refused':
      return fault('resolver-refuses', evidence, words);
    case 'silent':
      return fault('resolver-silent', evidence, words);
  }
}

const isBogus = ({ saidUnchecked, extended }: ResolverAnswer): boolean =>
  saidUnchecked === 'answers' || /dnssec|bogus|signature/i.test(extended ?? '');

const SAID: Readonly<Record<ResolverAnswer['said'], string>> = {
  answers: 'answers',
  'no-name': 'says there is no such name (NXDOMAIN)',
  'no-address': 'knows the name, without an address',
  'server-failure': 'fails (SERVFAIL)',
  refused: 'refuses (REFUSED)',
  silent: 'says nothing',
};

export function tellResolver({
  server,
  said,
  addresses,
  extended,
  saidUnchecked,
}: ResolverAnswer): string {
  const more = [
    addresses.join(', '),
    extended ?? '',
    saidUnchecked === 'answers' ? 'answers when signatures are not checked' : '',
  ].filter((part) => part !== '');
  return `${server} ${SAID[said]}${more.length > 0 ? `: ${more.join('; ')}` : ''}`;
}

/** What is wrong with names although there is an address that does not work. */
export function wrongAddress(
  target: Target,
  fact: ResolveFact | undefined,
  works: (address: string) => boolean,
): Fault | undefined {
  if (fact === undefined) return undefined;
  const { system, resolvers, hostsFile } = fact;
  const words = { host: target.host, target: target.host };
  const others = [...new Set(resolvers.flatMap(({ addresses }) => addresses))].filter(
    (address) => !system.addresses.includes(address) && works(address),
  );
  if (others.length === 0) return undefined;
  const evidence = resolvers.map(tellResolver);
  if (hostsFile.length > 0)
    return fault(
      'hosts-file',
      [`the hosts file says ${hostsFile.join(', ')}`, ...evidence, `${others.join(', ')} works`],
      words,
    );
  const wrong = resolvers.find(({ addresses }) =>
    addresses.some((address) => system.addresses.includes(address)),
  );
  return fault('resolvers-disagree', [...evidence, `${others.join(', ')} works`], {
    ...words,
    resolver: wrong?.server,
  });
}

/** A dead resolver before a live one: everything works, after a wait. */
export function deadResolver(target: Target, fact: ResolveFact | undefined): Fault | undefined {
  if (fact === undefined || fact.system.ms < SLOW_MS) return undefined;
  const dead = fact.resolvers.find(({ said }) => said === 'silent');
  if (dead === undefined) return undefined;
  const evidence = [
    `looking up the name took ${Math.round(fact.system.ms)} ms`,
    ...fact.resolvers.map(tellResolver),
  ];
  return fault('dead-first-resolver', evidence, { host: target.host, resolver: dead.server });
}
