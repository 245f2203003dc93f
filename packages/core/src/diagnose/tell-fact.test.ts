import { expect, it } from 'vitest';
import type { Fact } from './fact.ts';
import { tellFact } from './tell-fact.ts';

const TARGET = { address: '192.0.2.1', port: 443 } as const;
const connect = (outcome: 'open' | 'refused' | 'silent'): Fact => ({
  test: { kind: 'connect', ...TARGET },
  result: { outcome, ms: 3.4 },
});
const route = (neighbour: 'reachable' | 'failed', isLinkUp = true): Fact => ({
  test: { kind: 'route', address: '192.0.2.1', at: 'from' },
  result: { outcome: 'route', device: 'eth0', gateway: '10.0.0.1', isLinkUp, neighbour },
});
const clock = (offsetMs: number | undefined): Fact => ({
  test: { kind: 'clock', ...TARGET, isTls: true },
  result: { localAt: 0 as never, toldBy: 'the server', ...(offsetMs && { offsetMs }) },
});
const http = (status: number): Fact => ({
  test: { kind: 'http', ...TARGET, host: 'web', path: '/', isTls: true },
  result: {
    outcome: 'answer',
    status,
    ms: 12,
    redirects: ['/login'],
    server: 'nginx',
    headers: {},
  },
});
const tls = (isNameCovered: boolean): Fact => ({
  test: { kind: 'tls', ...TARGET, serverName: 'web' },
  result: { outcome: 'ok', detail: '', isNameCovered },
});
const limits = (used: number): Fact => ({
  test: { kind: 'limits', at: 'from' },
  result: { localPorts: { used, size: 100 }, descriptors: { used: 1, max: 10 } },
});
const ping = (received: number): Fact => ({
  test: { kind: 'ping', address: '192.0.2.1' },
  result: {
    sent: 5,
    received,
    rttMs: 1.25,
    ...(received === 0 && { error: { kind: 'host-unreachable', by: '10.0.0.1' } }),
  },
});

it.each<readonly [string, Fact, ...words: readonly [string, string | undefined]]>([
  [
    'an open port',
    connect('open'),
    'yes (3 ms)',
    'route, link, filters on this port, a service that is down',
  ],
  [
    'a refused one',
    connect('refused'),
    'no, it is refused at once (3 ms)',
    'a filter that drops without a word',
  ],
  [
    'a silent one',
    connect('silent'),
    'no, nothing comes back (3 ms)',
    'a port that is merely closed',
  ],
  [
    'a way',
    route('reachable'),
    'eth0, by 10.0.0.1',
    'a missing route, a link that is down, a next hop that is gone',
  ],
  ['a dead next hop', route('failed'), 'eth0, by 10.0.0.1, which does not answer', undefined],
  ['a dead link', route('reachable', false), 'eth0, by 10.0.0.1, which is down', undefined],
  ['all pings', ping(5), '5 of 5 came back, 1.3 ms', 'route, link, a lossy path'],
  ['some pings', ping(3), '3 of 5 came back, 1.3 ms', 'route, link'],
  ['no ping', ping(0), 'no, 10.0.0.1 says host unreachable', undefined],
  ['clocks that agree', clock(900), '1 s apart from the server', 'clocks that disagree'],
  ['clocks that do not', clock(-120_000), '120 s apart from the server', undefined],
  ['no clock', clock(undefined), 'nobody told a time', undefined],
  [
    'a good answer',
    http(200),
    'status 200 from nginx after /login (12 ms)',
    'proxies, redirects, the server itself',
  ],
  ['a bad answer', http(502), 'status 502 from nginx after /login (12 ms)', undefined],
  ['trusted TLS', tls(true), 'yes', 'TLS versions, ciphers, certificate'],
  [
    'TLS of another name',
    tls(false),
    'yes, but the certificate is for another name',
    'TLS versions, ciphers',
  ],
  ['room', limits(99), 'no', 'exhausted local ports, descriptors'],
  ['no room', limits(100), '100 of 100 local ports', undefined],
  [
    'nothing of ours',
    { test: { kind: 'own-actions', host: 'web', addresses: [] }, result: [] },
    'no',
    'an action of Cordon',
  ],
  [
    'what could not be asked',
    { test: { kind: 'listening', port: 1 }, result: undefined, missing: 'no view' },
    'no view',
    undefined,
  ],
])('of %s it says what it told and what that rules out', (_, fact, ...[text, rulesOut]) => {
  expect(tellFact(fact)).toEqual(rulesOut === undefined ? { text } : { text, rulesOut });
});
