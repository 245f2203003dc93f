import { describe, expect, it } from 'vitest';
import { createDecider } from '../decide/create-decider.ts';
import {
  connect,
  host,
  launch,
  logon,
  makeEvent,
  makeSignal,
  process,
  user,
} from '../decide/fixtures/signals.ts';
import type { Signal } from '../detect/signal.ts';
import type { Event } from '../event/event.ts';
import { createNamedPair } from './fixtures/named-pair.ts';
import type { Origin } from './origin.ts';

type Found = Extract<Origin, { readonly kind: 'found' }>;

/** The origin of everything that came of these, whether or not an incident holds it. */
function originOf(inputs: readonly (Signal | Event)[]): Origin {
  const decider = createDecider();
  for (const input of inputs) {
    if ('rule' in input) decider.consider(input);
    else decider.observe(input);
  }
  return decider.traceOrigin(decider.drain().alerts.map(({ id }) => id));
}

function found(origin: Origin): Found {
  if (origin.kind !== 'found') throw new Error(origin.text);
  return origin;
}

/** A connection that the machine reached tells of. */
const reached = (minute: number, port: number): Event =>
  makeEvent(minute, {
    class_uid: 4001,
    device: { hostname: 'srv-1' },
    src_endpoint: { ip: '10.0.0.5' },
    dst_endpoint: { ip: '10.0.0.9', port },
    connection_info: { direction: 'inbound' },
  });
const signOn = (name: string, minute: number, severity: Signal['severity_id'] = 3): Signal =>
  makeSignal({ minute, severity, entities: [host(name), user('eve')] });

describe('where it began, over connections', () => {
  it.each([
    { name: 'a port of control right before', port: 5985, minute: 9.9, first: 'ws-5' },
    { name: 'a port that only serves', port: 443, minute: 9.9, first: 'srv-1' },
    { name: 'long before', port: 5985, minute: -30, first: 'srv-1' },
    { name: 'only afterwards', port: 5985, minute: 12, first: 'srv-1' },
  ])('$name', ({ port, minute, first }) => {
    const origin = found(
      originOf([...createNamedPair(), reached(minute, port), signOn('srv-1', 10)]),
    );
    expect(origin.hypotheses[0]?.entity.id).toBe(first);
  });

  it('leaves more to a beginning outside where the places explain less', () => {
    const certain = found(originOf([signOn('srv-1', 10)]));
    const unsure = found(originOf([...createNamedPair(), reached(9.9, 445), signOn('srv-1', 10)]));
    const rest = ({ hypotheses }: Found): number =>
      1 - hypotheses.reduce((sum, one) => sum + one.p, 0);
    expect(rest(certain)).toBeCloseTo(0.15, 6);
    expect(rest(unsure)).toBeGreaterThan(rest(certain));
  });
});

describe('where it began within a machine', () => {
  const written = (minute: number, by: string): Event =>
    makeEvent(minute, {
      class_uid: 1001,
      activity_id: 1,
      device: { hostname: 'ws-5' },
      file: { path: 'program-{b}.exe' },
      actor: { process: { file: { path: by } } },
      fields: { ProcessGuid: '{w}' },
    });
  const startedFile = (minute: number): Event => {
    const event = launch(minute, { on: 'ws-5', guid: '{b}', user: 'eve' });
    return { ...event, process: { ...event.process, file: { path: 'program-{b}.exe' } } };
  };
  const sign = (started: Event): Signal =>
    makeSignal({
      minute: 4,
      severity: 4,
      entities: [host('ws-5'), process('b')],
      eventIds: [started.id],
    });

  it('names the process, whom it talks to, and how its file came', () => {
    const started = startedFile(2);
    const { hypotheses } = found(
      originOf([
        written(1, 'C:\\Edge\\msedge.exe'),
        started,
        connect(3, { from: 'ws-5', ownIp: '10.0.0.5', to: '198.51.100.9', guid: '{b}' }),
        sign(started),
      ]),
    );
    expect(hypotheses[0]).toMatchObject({
      entity: { id: 'ws-5' },
      process: { name: 'program-{b}.exe', key: 'g:{b}', user: 'eve' },
      peer: { ip: '198.51.100.9', port: 443 },
      entryVector: 'phishing',
      entryText: 'eve started program-{b}.exe on ws-5, which msedge had loaded',
    });
    expect(hypotheses[0]?.supporting.join('\n')).toContain('was written by C:\\Edge\\msedge.exe');
  });

  it.each([
    { name: 'a program that updates others', by: '/opt/acme/acme-updater', vector: 'supply_chain' },
    { name: 'a compiler', by: '/usr/bin/gcc', vector: 'unseen' },
  ])('reads the way in off who wrote the file: $name', ({ by, vector }) => {
    const started = startedFile(2);
    const { hypotheses } = found(originOf([written(1, by), started, sign(started)]));
    expect(hypotheses[0]?.entryVector).toBe(vector);
  });

  it('does not hold a file against a process that was started before it was written', () => {
    const started = startedFile(2);
    const { hypotheses } = found(originOf([started, written(3, 'msedge.exe'), sign(started)]));
    expect(hypotheses[0]?.entryVector).toBe('unseen');
  });

  it('blames a program that serves the outside for what descends from it', () => {
    const server = launch(0, { on: 'web-1', guid: '{s}' });
    const shell = launch(1, { on: 'web-1', guid: '{c}', parent: '{s}' });
    const { hypotheses } = found(
      originOf([
        { ...server, process: { ...server.process, file: { path: '/usr/sbin/apache2' } } },
        shell,
        makeSignal({
          minute: 2,
          severity: 4,
          entities: [host('web-1'), process('c')],
          eventIds: [shell.id],
        }),
      ]),
    );
    expect(hypotheses[0]?.entryVector).toBe('exposed_service');
  });
});

describe('what would settle it', () => {
  const settling = (inputs: readonly (Signal | Event)[]): string =>
    (found(originOf(inputs)).wouldSettle ?? []).join('\n');

  it('asks for process starts and log-ins where none were seen', () => {
    const text = settling([signOn('srv-1', 10)]);
    expect(text).toContain('Process starts on srv-1 between 07:10:00 UTC and 08:10:00 UTC');
    expect(text).toContain('Log-ins onto srv-1');
  });

  it('asks which machine an address was', () => {
    const text = settling([
      logon(9, { onto: 'srv-1', from: '10.0.0.77', user: 'eve' }),
      signOn('srv-1', 10),
    ]);
    expect(text).toContain('Which machine had the address 10.0.0.77 at');
  });

  it('tells two that are nearly as likely apart by who came onto the later one', () => {
    const text = settling([signOn('srv-1', 10), signOn('srv-2', 20)]);
    expect(text).toContain('onto srv-2 before 08:20:00 UTC: one from srv-1 would mean');
  });
});
