import { describe, expect, it } from 'vitest';
import type { Certificate, HttpFact, ResolveFact, TlsFact } from '../diagnose/fact.ts';
import { DAY_MS, toEpochMs } from '../shared/time.ts';
import type { Expectations } from './check.ts';
import {
  judgeClock,
  judgeConnect,
  judgeDirectory,
  judgeHttp,
  judgePing,
  judgeResolve,
  judgeTalk,
  judgeTls,
} from './judge.ts';

const NOW = toEpochMs(1_000 * DAY_MS);

function tls(
  change: Partial<TlsFact> & { cert?: Partial<Certificate> },
  expect: Expectations = {},
) {
  const { cert, ...fact } = change;
  const certificate: Certificate = {
    names: ['shop.example'],
    issuer: 'A',
    subject: 'shop.example',
    notBefore: toEpochMs(NOW - DAY_MS),
    notAfter: toEpochMs(NOW + 90 * DAY_MS),
    chainLength: 2,
    isSelfSigned: false,
    ...cert,
  };
  return judgeTls(
    { outcome: 'ok', detail: 'TLSv1.3 X', isNameCovered: true, certificate, ...fact },
    { now: NOW, ms: 20, expect },
  );
}

describe('TLS', () => {
  it.each<[string, Parameters<typeof tls>[0], [Expectations, string, RegExp]]>([
    ['is well', {}, [{}, 'ok', /ends in 90 days/]],
    ['ends soon', { cert: { notAfter: toEpochMs(NOW + 6 * DAY_MS) } }, [{}, 'warn', /in 6 days/]],
    ['ends today', { cert: { notAfter: toEpochMs(NOW + 60_000) } }, [{}, 'warn', /ends today/]],
    ['is asked for more days', {}, [{ daysLeft: 120 }, 'warn', /in 90 days/]],
    ['has ended', { cert: { notAfter: toEpochMs(NOW - 2 * DAY_MS) } }, [{}, 'fail', /2 days ago/]],
    ['has not begun', { cert: { notBefore: toEpochMs(NOW + 1) } }, [{}, 'fail', /not valid yet/]],
    ['is for another', { isNameCovered: false }, [{}, 'fail', /is for shop\.example/]],
    ['has a broken chain', { distrust: 'SELF_SIGNED' }, [{}, 'fail', /SELF_SIGNED/]],
    [
      'has our own chain',
      { distrust: 'SELF_SIGNED' },
      [{ isUntrustedWell: true }, 'ok', /90 days/],
    ],
    [
      'accepts too much',
      { versions: ['TLSv1', 'TLSv1.3'] },
      [{ tlsVersions: ['TLSv1.3'] }, 'warn', /TLSv1 /],
    ],
    ['speaks no h2', {}, [{ alpn: 'h2' }, 'warn', /no application protocol where h2/]],
    ['is slow', {}, [{ slowMs: 10 }, 'warn', /20 ms of 10/]],
    ['does not begin', { outcome: 'alert-version' }, [{}, 'fail', /alert version/]],
  ])('a service that %s', (_, change, [expectations, state, text]) => {
    expect(tls(change, expectations)).toMatchObject({
      state,
      text: expect.stringMatching(text),
    });
  });
});

describe('HTTP', () => {
  const well: HttpFact = { outcome: 'answer', status: 200, ms: 9, redirects: [], headers: {} };
  it.each<[string, Partial<HttpFact>, [Expectations, string]]>([
    ['answers', {}, [{}, 'ok']],
    ['answers with a redirect', { status: 302 }, [{}, 'ok']],
    ['answers with 502', { status: 502 }, [{}, 'fail']],
    ['answers with what is asked for', { status: 401 }, [{ statuses: [401] }, 'ok']],
    ['answers otherwise', { status: 200 }, [{ statuses: [204] }, 'fail']],
    ['lacks the text', { hasBody: false }, [{ body: 'x' }, 'fail']],
    ['has the text', { hasBody: true }, [{ body: 'x' }, 'ok']],
    ['leads nowhere', { status: 302, brokenRedirect: 'https://x' }, [{}, 'fail']],
    ['is slow', {}, [{ slowMs: 5 }, 'warn']],
    ['is silent', { outcome: 'silent' }, [{}, 'fail']],
  ])('a server that %s', (_, change, [expectations, state]) => {
    expect(judgeHttp({ ...well, ...change }, expectations).state).toBe(state);
  });
});

describe('names', () => {
  const told = (server: string, ...addresses: string[]) => ({
    server,
    said: 'answers' as const,
    addresses,
  });
  const fact = (...resolvers: ResolveFact['resolvers'][number][]): ResolveFact => ({
    system: { said: 'answers', addresses: ['192.0.2.2', '192.0.2.1'], ms: 2 },
    resolvers,
    hostsFile: [],
  });
  it.each<[string, ResolveFact, [Expectations, string]]>([
    ['all agree', fact(told('a', '192.0.2.1'), told('b', '192.0.2.1', '192.0.2.2')), [{}, 'ok']],
    ['two differ', fact(told('a', '192.0.2.1'), told('b', '192.0.2.9')), [{}, 'warn']],
    ['one is lame', fact({ server: 'a', said: 'silent', addresses: [] }), [{}, 'warn']],
    [
      'the hosts file says it',
      { ...fact({ server: 'a', said: 'no-name', addresses: [] }), hostsFile: ['192.0.2.1'] },
      [{}, 'ok'],
    ],
    ['as asked for', fact(), [{ addresses: ['192.0.2.1', '192.0.2.2'] }, 'ok']],
    ['not as asked for', fact(), [{ addresses: ['192.0.2.1'] }, 'fail']],
    [
      'nobody knows it',
      { system: { said: 'no-name', addresses: [], ms: 1 }, resolvers: [], hostsFile: [] },
      [{}, 'fail'],
    ],
  ])('%s', (_, seen, [expectations, state]) => {
    expect(judgeResolve(seen, expectations).state).toBe(state);
  });
});

it.each<[string, { state: string; text: string }, string]>([
  ['no ping here', judgePing(undefined, {}), 'unknown'],
  ['all answered', judgePing({ sent: 20, received: 20, rttMs: 1 }, {}), 'ok'],
  ['some lost', judgePing({ sent: 20, received: 15, rttMs: 1 }, {}), 'warn'],
  ['none came', judgePing({ sent: 20, received: 0, rttMs: 0 }, {}), 'fail'],
  ['open', judgeConnect({ outcome: 'open', ms: 1 }, {}), 'ok'],
  ['refused', judgeConnect({ outcome: 'refused', ms: 1 }, {}), 'fail'],
  ['greets', judgeTalk({ outcome: 'greets', text: 'SSH-2.0-x' }, 3, {}), 'ok'],
  [
    'wants a password',
    judgeTalk({ outcome: 'refuses', text: '-NOAUTH', reason: 'needs-password' }, 3, {}),
    'ok',
  ],
  [
    'has no place left',
    judgeTalk({ outcome: 'refuses', text: '1040', reason: 'too-many-connections' }, 3, {}),
    'fail',
  ],
  ['in step', judgeClock({ offsetMs: 12, ms: 4 }, {}), 'ok'],
  ['behind', judgeClock({ offsetMs: -4_000, ms: 4 }, {}), 'warn'],
  ['tells no time', judgeClock(undefined, {}), 'fail'],
  ['a directory', judgeDirectory(undefined, 5, {}), 'ok'],
  ['no directory', judgeDirectory('ECONNREFUSED', 5, {}), 'fail'],
])('%s', (_, judged, state) => {
  expect(judged.state).toBe(state);
  expect(judged.text).toMatch(/^[A-Z0-9].*\.$/);
});
