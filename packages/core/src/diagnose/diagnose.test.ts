import { describe, expect, it } from 'vitest';
import { toEpochMs } from '../shared/time.ts';
import { CAUSES } from './causes.ts';
import { diagnose } from './diagnose.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Fact, Test, TestKind } from './fact.ts';
import { parseTarget, type Target } from './target.ts';

type Answers = Partial<Record<TestKind, (test: Test) => unknown>>;

/** Walks with made-up facts; a test nothing is said about could not be made. */
function walk(
  text: string,
  answers: Answers,
): { diagnosis: Diagnosis; asked: readonly TestKind[] } {
  const target = parseTarget(text);
  if (!target.ok) throw new Error(target.problem.detail);
  const tree = diagnose(target.value);
  const asked: TestKind[] = [];
  let step = tree.next();
  while (!step.done) {
    asked.push(step.value.kind);
    step = tree.next({ test: step.value, result: answers[step.value.kind]?.(step.value) } as Fact);
  }
  return { diagnosis: step.value, asked };
}

const named = (...addresses: readonly string[]) => ({
  system: { said: 'answers', addresses, ms: 4 },
  resolvers: [{ server: '192.0.2.53', said: 'answers', addresses }],
  hostsFile: [],
});
const nameless = (said: string, more: object = {}) => ({
  system: { said: 'no-name', addresses: [], ms: 4 },
  resolvers: [{ server: '192.0.2.53', said, addresses: [], ...more }],
  hostsFile: [],
});
const well: Answers = {
  'own-actions': () => [],
  resolve: () => named('192.0.2.10'),
  connect: () => ({ outcome: 'open', ms: 3 }),
  ping: () => ({ sent: 20, received: 20, rttMs: 1 }),
  route: () => ({
    outcome: 'route',
    device: 'eth0',
    gateway: '192.0.2.1',
    source: '192.0.2.7',
    isLinkUp: true,
    neighbour: 'reachable',
  }),
  http: () => ({ outcome: 'answer', status: 200, ms: 9, redirects: [], headers: {} }),
  clock: () => ({ localAt: toEpochMs(Date.UTC(2026, 2, 1)), offsetMs: 0, toldBy: 'it' }),
  tls: () => ({
    outcome: 'ok',
    detail: 'TLSv1.3',
    isNameCovered: true,
    certificate: {
      names: ['web.example'],
      issuer: 'CA',
      subject: 'web.example',
      notBefore: toEpochMs(Date.UTC(2026, 0, 1)),
      notAfter: toEpochMs(Date.UTC(2026, 5, 1)),
      chainLength: 3,
      isSelfSigned: false,
    },
  }),
};
const not = (outcome: string): Answers => ({ connect: () => ({ outcome, ms: 3_000 }) });
const causesOf = (text: string, answers: Answers) =>
  walk(text, { ...well, ...answers }).diagnosis.faults.map(({ cause }) => cause);

describe('the tree', () => {
  it('finds nothing where nothing is wrong, and says what it ruled out', () => {
    const { diagnosis } = walk('https://web.example/', well);
    expect(diagnosis.outcome).toBe('healthy');
    expect(diagnosis.passed.map(({ layer }) => layer)).toEqual([
      'own-action',
      'names',
      'tcp',
      'tls',
    ]);
  });

  it.each<[string, Answers, string]>([
    ['no name', { resolve: () => nameless('no-name') }, 'name-unknown'],
    ['no address', { resolve: () => nameless('no-address') }, 'no-address-record'],
    ['a silent resolver', { resolve: () => nameless('silent') }, 'resolver-silent'],
    ['a failing resolver', { resolve: () => nameless('server-failure') }, 'resolver-failure'],
    [
      'bad signatures',
      { resolve: () => nameless('server-failure', { saidUnchecked: 'answers' }) },
      'dnssec-bogus',
    ],
    [
      'no route',
      {
        ...not('no-network'),
        route: () => ({ outcome: 'none', isLinkUp: true, neighbour: 'unknown' }),
      },
      'no-route',
    ],
    [
      'no link',
      {
        ...not('no-network'),
        route: () => ({ outcome: 'none', isLinkUp: false, device: 'eth0', neighbour: 'unknown' }),
      },
      'link-down',
    ],
    [
      'a gateway that is gone',
      {
        ...not('no-host'),
        route: () => ({
          outcome: 'route',
          device: 'eth0',
          gateway: '192.0.2.1',
          isLinkUp: true,
          neighbour: 'failed',
        }),
      },
      'gateway-gone',
    ],
    [
      'nothing that listens',
      { ...not('refused'), listening: () => ({ addresses: [] }) },
      'not-listening',
    ],
    [
      'a listener of its own',
      { ...not('refused'), listening: () => ({ addresses: ['127.0.0.1'] }) },
      'listens-locally',
    ],
    [
      'a reset in spite of a listener',
      { ...not('refused'), listening: () => ({ addresses: ['0.0.0.0'] }) },
      'firewall-rejects',
    ],
    ['a silent port of a living host', not('silent'), 'firewall-drops'],
    [
      'a full queue',
      { ...not('silent'), listening: () => ({ addresses: ['*'], waiting: 9, backlog: 8 }) },
      'backlog-full',
    ],
    [
      'an expired certificate',
      { clock: () => ({ localAt: toEpochMs(Date.UTC(2026, 7, 1)), offsetMs: 0, toldBy: 'it' }) },
      'certificate-expired',
    ],
    [
      'a clock ahead of an unexpired certificate',
      {
        clock: () => ({
          localAt: toEpochMs(Date.UTC(2026, 7, 1)),
          offsetMs: 100 * 86_400_000,
          toldBy: 'it',
        }),
      },
      'clock-skew',
    ],
    [
      'a gateway without what is behind it',
      { http: () => ({ outcome: 'answer', status: 502, ms: 1, redirects: [], headers: {} }) },
      'upstream-down',
    ],
    [
      'a stall of large packets',
      {
        http: () => ({ outcome: 'silent', ms: 5_000, redirects: [], headers: {} }),
        'path-mtu': () => ({ passedBytes: 1_280, lostBytes: 1_350, isToldTooLarge: false }),
      },
      'mtu-black-hole',
    ],
    [
      'a stall of everything',
      {
        http: () => ({ outcome: 'silent', ms: 5_000, redirects: [], headers: {} }),
        'path-mtu': () => ({ passedBytes: 1_500, isToldTooLarge: false }),
      },
      'service-hangs',
    ],
  ])('names %s', (_, answers, cause) =>
    expect(causesOf('https://web.example/', answers)).toEqual([cause]),
  );

  it('names the few that remain where nobody lets us look, the likeliest first', () => {
    const { diagnosis } = walk('https://web.example/', { ...well, ...not('refused') });
    expect(diagnosis.outcome).toBe('candidates');
    expect(diagnosis.faults.map(({ cause }) => cause)).toEqual([
      'not-listening',
      'firewall-rejects',
    ]);
    const unseen = { ...well, ...not('no-host'), ping: () => undefined };
    expect(causesOf('https://web.example/', unseen)).toEqual(['host-gone', 'firewall-rejects']);
  });

  it('is undecided, not well, where nothing could be asked', () => {
    expect(walk('https://web.example/', {}).diagnosis.outcome).toBe('undecided');
  });

  it('tells that only this machine cannot look the name up', () => {
    const resolve = () => ({ ...named('192.0.2.10'), system: nameless('silent').system });
    expect(causesOf('https://web.example/', { resolve })).toEqual(['lookup-broken']);
  });

  it('holds an action of ours against an address that alone fails, not against the protocol', () => {
    const own = () => [
      { id: 'act_1', verb: 'net.ip.block', target: '2001:db8::1', at: toEpochMs(0), reason: 'x' },
    ];
    const half: Answers = {
      resolve: () => named('192.0.2.10', '2001:db8::1'),
      connect: (test) => ({
        outcome: 'address' in test && test.address.includes(':') ? 'silent' : 'open',
        ms: 1,
      }),
    };
    expect(causesOf('http://web.example/', half)).toEqual(['ipv6-broken']);
    expect(causesOf('http://web.example/', { ...half, 'own-actions': own })).toEqual(['own-block']);
  });

  it('asks our own actions first, and undoes nothing that works', () => {
    const own = () => [
      {
        id: 'act_1',
        verb: 'net.ip.block',
        target: '192.0.2.10',
        at: toEpochMs(0),
        reason: 'guessing',
      },
    ];
    const blocked = walk('https://web.example/', { ...well, ...not('silent'), 'own-actions': own });
    expect(blocked.diagnosis.faults.map(({ cause, fix }) => [cause, fix])).toEqual([
      ['own-block', 'undo the action act_1'],
    ]);
    expect(causesOf('https://web.example/', { 'own-actions': own })).toEqual([]);
  });

  it('asks no further than it must', () => {
    expect(
      walk('https://web.example/', { ...well, resolve: () => nameless('no-name') }).asked,
    ).toEqual(['resolve', 'own-actions']);
    expect(walk('http://192.0.2.10/', well).asked).toEqual([
      'own-actions',
      'connect',
      'http',
      'ping',
    ]);
  });

  it('every cause has a layer, a title, a fix and a command, and no gap of it is left open', () => {
    for (const [code, { title, fix, confirm }] of Object.entries(CAUSES)) {
      expect(title.length, code).toBeGreaterThan(3);
      expect(fix.length, code).toBeGreaterThan(3);
      expect(confirm.length, code).toBeGreaterThan(3);
    }
    const { diagnosis } = walk('https://web.example/', { ...well, ...not('silent') });
    expect(JSON.stringify(diagnosis.faults)).not.toContain('?');
  });
});

describe('a target', () => {
  const at = (place: Omit<Target, 'path'> & Partial<Target>): Target => ({ path: '/', ...place });
  it.each([
    ['web.example:443', at({ host: 'web.example', port: 443, service: 'https' })],
    [
      'https://web.example/a?b',
      at({ host: 'web.example', port: 443, service: 'https', path: '/a?b' }),
    ],
    ['postgres://db.example', at({ host: 'db.example', port: 5432, service: 'postgres' })],
    ['[2001:db8::1]:22', at({ host: '2001:db8::1', port: 22, service: 'ssh' })],
    ['tcp://192.0.2.1:9999', at({ host: '192.0.2.1', port: 9999, service: 'tcp' })],
  ])('is read from %s', (text, value) => expect(parseTarget(text)).toEqual({ ok: true, value }));

  it.each(['', 'web.example', 'web.example:0', 'web.example:99999', 'http://a b/', '-'])(
    'is not read from "%s"',
    (text) => {
      const read = parseTarget(text);
      expect(read.ok ? read.value : read.problem.code).toBe('target_unreadable');
    },
  );
});
