import { describe, expect, it } from 'vitest';
import { at, connect, launch, logon, makeEvent } from '../decide/fixtures/signals.ts';
import type { Event } from '../event/event.ts';
import { readCausalFacts } from '../origin/read-event.ts';
import { blastRadius } from './blast-radius.ts';
import { EntityGraph } from './entity-graph.ts';
import { learnNames } from './read-names.ts';

const graphOf = (events: readonly Event[]): EntityGraph => {
  const graph = new EntityGraph();
  for (const event of events) {
    const facts = readCausalFacts(event);
    learnNames(graph.names, event, facts);
    graph.observe(event, facts);
  }
  return graph;
};
const toldOf = (graph: EntityGraph, key: Parameters<EntityGraph['find']>[0]) =>
  (graph.find(key)?.links ?? []).map(({ from, relation, to }) => `${from} ${relation} ${to}`);

describe('who had to do with whom', () => {
  it.each<{ readonly name: string; readonly event: Event; readonly links: readonly string[] }>([
    {
      name: 'a log-in',
      event: logon(0, { onto: 'srv-1', from: '10.0.0.5', user: 'CORP\\Alice', session: '0x5f' }),
      links: [
        'ip:10.0.0.5 came_onto host:srv-1',
        'user:alice logged_in_to host:srv-1',
        'session:srv-1:0x5f belongs_to user:alice',
      ],
    },
    {
      name: 'a log-in of an account that every machine has',
      event: logon(0, { onto: 'srv-1', from: '10.0.0.5', user: 'root' }),
      links: ['ip:10.0.0.5 came_onto host:srv-1'],
    },
    {
      name: 'a process',
      event: launch(0, { on: 'ws-1', guid: '{b}', parent: '{a}', user: 'alice' }),
      links: [
        'process:g:{b} runs_on host:ws-1',
        'process:g:{a} started process:g:{b}',
        'user:alice ran process:g:{b}',
      ],
    },
    {
      name: 'a connection',
      event: connect(0, { from: 'ws-1', ownIp: '10.0.0.5', to: '198.51.100.9', guid: '{b}' }),
      links: ['process:g:{b} connected_to ip:198.51.100.9'],
    },
    {
      name: 'a file that was written',
      event: makeEvent(0, {
        class_uid: 1001,
        device: { hostname: 'ws-1' },
        file: { path: '/tmp/a.sh' },
        fields: { ProcessGuid: '{b}' },
      }),
      links: ['process:g:{b} wrote file:ws-1|/tmp/a.sh'],
    },
    {
      name: 'a name that was asked for',
      event: makeEvent(0, {
        class_uid: 4003,
        device: { hostname: 'ws-1' },
        query: { hostname: 'Evil.example' },
      }),
      links: ['host:ws-1 asked_for domain:evil.example'],
    },
    {
      name: 'a message',
      event: {
        ...makeEvent(0, { class_uid: 4009 }),
        email: { message_uid: '<1@x>', from: 'Eve@evil.example', to: ['mia@example.org'] },
      } as Event,
      links: [
        'user:eve@evil.example sent message:<1@x>',
        'message:<1@x> was_sent_to user:mia@example.org',
      ],
    },
    {
      name: 'a resource in a cloud',
      event: {
        ...makeEvent(0, { class_uid: 6003, actor: { user: { name: 'ops' } } }),
        resource: { uid: 'arn:aws:s3:::Ledger' },
      } as Event,
      links: ['user:ops used cloud_resource:arn:aws:s3:::ledger'],
    },
  ])('$name', ({ event, links }) => {
    const graph = graphOf([event]);
    const keys = new Set(links.flatMap((link) => [link.split(' ')[0], link.split(' ')[2]]));
    const told = [...keys].flatMap((key) => toldOf(graph, key as `host:${string}`));
    expect(new Set(told)).toEqual(new Set(links));
    expect(graph.stats().entities).toBe(keys.size);
  });

  it('keeps from when to when, in whatever order events come', () => {
    const again = [5, 0, 300].map((minute) =>
      logon(minute, { onto: 'srv-1', from: '10.0.0.5', user: 'alice' }),
    );
    expect(graphOf(again).find('user:alice')).toMatchObject({
      firstAt: at(0),
      lastAt: at(300),
      links: [{ firstAt: at(0), lastAt: at(300) }],
    });
  });

  it('keeps where people went, however much runs on a machine', () => {
    const graph = graphOf([
      logon(0, { onto: 'ws-1', from: '10.0.0.5', user: 'alice' }),
      ...Array.from({ length: 200 }, (_, n) => launch(n, { on: 'ws-1', guid: `{${n}}` })),
    ]);
    const told = toldOf(graph, 'host:ws-1');
    expect(told).toContain('user:alice logged_in_to host:ws-1');
    expect(told).toHaveLength(10);
  });

  it('is bounded, counts what goes, and comes back as it was', () => {
    const many = Array.from({ length: 6_000 }, (_, n) =>
      logon(n, { onto: `srv-${n}`, from: '10.0.0.5', user: `u${n}` }),
    );
    const graph = graphOf(many);
    expect(graph.stats()).toEqual({
      entities: 10_001,
      names: 0,
      evicted: { entities: 2_000, names: 0 },
    });
    expect(graph.find('ip:10.0.0.5')?.links).toHaveLength(32);
    const again = new EntityGraph();
    again.restore(JSON.parse(JSON.stringify(graph.snapshot())));
    expect(again.snapshot()).toEqual(graph.snapshot());
  });
});

describe('what can be reached', () => {
  const DAY = 24 * 60;
  const graph = graphOf([
    logon(0, { onto: 'ws-1', from: '10.0.0.5', user: 'admin-a' }),
    logon(1, { onto: 'dc-1', from: '10.0.0.5', user: 'admin-a' }),
    makeEvent(1, { device: { hostname: 'ws-1', ip: '10.0.0.11' } }),
    logon(2, { onto: 'srv-9', from: '10.0.0.11', user: 'root' }),
    logon(3, { onto: 'far', from: '10.0.0.7', user: 'somebody' }),
  ]);

  it('is where the accounts go that log in to the machine, and where it was left for', () => {
    const from = { hosts: ['ws-1'], users: [], at: at(10) };
    expect(blastRadius(graph, from)).toEqual({
      accounts: ['admin-a'],
      machines: ['srv-9', 'dc-1'],
    });
  });

  it('is where an account goes, and nothing of what is a month old', () => {
    const reachAt = (minute: number) =>
      blastRadius(graph, { hosts: [], users: ['admin-a'], at: at(minute) }).machines;
    expect([reachAt(10), reachAt(31 * DAY)]).toEqual([['ws-1', 'dc-1'], []]);
  });
});
