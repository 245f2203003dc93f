import type {
  Asked,
  Connected,
  Fact,
  HttpFact,
  LimitsFact,
  PathMtuFact,
  PingFact,
  ResultOf,
  RouteFact,
  Test,
  TestKind,
  TlsFact,
  TraceFact,
} from './fact.ts';
import { isSkewed } from './talk-tls.ts';

/** What a test told, in words. */
export interface Telling {
  readonly text: string;
  /** What can no longer be the cause; absent where it rules out nothing. */
  readonly rulesOut?: string;
}

/** What a fact says, and which causes it rules out; a test that could not be made says why. */
export function tellFact(fact: Fact): Telling {
  if (fact.result === undefined) return { text: fact.missing ?? 'it could not be made' };
  const teller = TELLERS[fact.test.kind] as (result: unknown, test: Test) => Telling;
  return teller(fact.result, fact.test);
}

type Tellers = {
  readonly [K in TestKind]: (result: ResultOf<K>, test: Extract<Test, { kind: K }>) => Telling;
};

const SAID: Readonly<Record<Asked, string>> = {
  answers: 'it has no address',
  'no-name': 'there is no such name',
  'no-address': 'the name has no address',
  'server-failure': 'the resolver fails',
  refused: 'the resolver refuses',
  silent: 'no resolver says a word',
};

const CONNECTED: Readonly<Record<Connected, Telling>> = {
  open: { text: 'yes', rulesOut: 'route, link, filters on this port, a service that is down' },
  refused: { text: 'no, it is refused at once', rulesOut: 'a filter that drops without a word' },
  silent: { text: 'no, nothing comes back', rulesOut: 'a port that is merely closed' },
  'no-network': { text: 'no, there is no way to that network' },
  'no-host': { text: 'no, the network says that the host is not there' },
  'forbidden-here': { text: 'no, this machine itself forbids it', rulesOut: 'the target itself' },
  'no-local-port': { text: 'no, this machine has no free port', rulesOut: 'the target itself' },
  'no-descriptor': { text: 'no, this program may open no more', rulesOut: 'the target itself' },
  reset: { text: 'no, it is reset while it opens', rulesOut: 'a filter that drops without a word' },
};

const TELLERS: Tellers = {
  'own-actions': (actions) =>
    actions.length === 0
      ? { text: 'no', rulesOut: 'an action of Cordon' }
      : {
          text: `yes: ${actions.map(({ verb, target }) => `${verb} on ${target}`).join(', ')}`,
        },
  resolve: ({ system }) =>
    system.addresses.length > 0
      ? { text: system.addresses.join(', '), rulesOut: 'a name that leads nowhere' }
      : { text: SAID[system.said] },
  connect: ({ outcome, ms }) => {
    const telling = CONNECTED[outcome];
    return { ...telling, text: `${telling.text} (${Math.round(ms)} ms)` };
  },
  route: tellRoute,
  ping: tellPing,
  trace: tellTrace,
  'path-mtu': tellPathMtu,
  listening: ({ addresses }) =>
    addresses.length > 0
      ? { text: `on ${addresses.join(', ')}`, rulesOut: 'a service that is not running' }
      : { text: 'no' },
  limits: tellLimits,
  talk: ({ outcome, text }) => ({
    text: text === '' ? outcome.replaceAll('-', ' ') : text,
    ...(outcome === 'greets' && {
      rulesOut: 'another protocol on this port, a service that hangs',
    }),
  }),
  tls: tellTls,
  http: tellHttp,
  clock: (clock) => {
    if (clock.offsetMs === undefined) return { text: 'nobody told a time' };
    const text = `${Math.abs(Math.round(clock.offsetMs / 1_000))} s apart from ${clock.toldBy}`;
    return isSkewed(clock) ? { text } : { text, rulesOut: 'clocks that disagree' };
  },
};

function tellRoute({ outcome, device, gateway, isLinkUp, neighbour }: RouteFact): Telling {
  if (outcome !== 'route') return { text: outcome === 'none' ? 'none' : `none: ${outcome}` };
  const by = [device, gateway === undefined ? 'on the link' : `by ${gateway}`].filter(Boolean);
  const text = `${by.join(', ')}${isLinkUp ? '' : ', which is down'}${neighbour === 'failed' ? ', which does not answer' : ''}`;
  if (!isLinkUp || neighbour === 'failed') return { text };
  const hop = neighbour === 'reachable' ? ', a next hop that is gone' : '';
  return { text, rulesOut: `a missing route, a link that is down${hop}` };
}

function tellPing({ sent, received, rttMs, error }: PingFact): Telling {
  if (received === 0)
    return {
      text: error ? `no, ${error.by} says ${error.kind.replaceAll('-', ' ')}` : 'no',
    };
  const text = `${received} of ${sent} came back, ${rttMs.toFixed(1)} ms`;
  return {
    text,
    rulesOut: received === sent ? 'route, link, a lossy path' : 'route, link',
  };
}

function tellTrace({ hops, isLoop }: TraceFact): Telling {
  const seen = hops.filter((hop) => hop !== undefined);
  if (isLoop) return { text: `packets go round at ${seen.at(-1)}` };
  if (seen.length === 0) return { text: 'nobody on the way answers' };
  return { text: `after ${seen.at(-1)}`, rulesOut: 'packets that go round' };
}

function tellPathMtu({ passedBytes, lostBytes }: PathMtuFact): Telling {
  if (lostBytes !== undefined)
    return { text: `${passedBytes} bytes come through, ${lostBytes} do not` };
  return passedBytes > 0
    ? { text: `${passedBytes} bytes come through`, rulesOut: 'packets that are too large' }
    : { text: 'none came through' };
}

function tellLimits({ localPorts, conntrack, descriptors }: LimitsFact): Telling {
  const limits = [
    ['local ports', localPorts.used, localPorts.size],
    ['descriptors', descriptors.used, descriptors.max],
    ...(conntrack ? [['tracked connections', conntrack.used, conntrack.max] as const] : []),
  ] as const;
  const full = limits.filter(([, used, max]) => max > 0 && used >= max);
  if (full.length === 0)
    return { text: 'no', rulesOut: `exhausted ${limits.map(([name]) => name).join(', ')}` };
  return { text: full.map(([name, used, max]) => `${used} of ${max} ${name}`).join(', ') };
}

function tellTls({ outcome, detail, distrust, isNameCovered, certificate }: TlsFact): Telling {
  if (outcome !== 'ok') return { text: `no: ${detail}` };
  const doubts = [
    ...(distrust === undefined ? [] : [`the certificate is not trusted: ${distrust}`]),
    ...(isNameCovered ? [] : ['the certificate is for another name']),
  ];
  if (doubts.length > 0) return { text: `yes, but ${doubts.join('; ')}`, rulesOut: TLS_ITSELF };
  const until = certificate
    ? `, certificate until ${new Date(certificate.notAfter).toISOString().slice(0, 10)}`
    : '';
  return { text: `yes${until}`, rulesOut: `${TLS_ITSELF}, certificate` };
}

const TLS_ITSELF = 'TLS versions, ciphers';

function tellHttp({ outcome, status, ms, redirects, server }: HttpFact): Telling {
  if (outcome !== 'answer') return { text: outcome.replaceAll('-', ' ') };
  const by = server === undefined ? '' : ` from ${server}`;
  const after = redirects.length === 0 ? '' : ` after ${redirects.join(' -> ')}`;
  const text = `status ${status}${by}${after} (${Math.round(ms)} ms)`;
  return (status ?? 0) < 400
    ? { text, rulesOut: 'proxies, redirects, the server itself' }
    : { text };
}
