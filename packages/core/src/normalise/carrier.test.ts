import { describe, expect, it } from 'vitest';
import type { RawRecord } from '../event/record.ts';
import { toEpochMs } from '../shared/time.ts';
import { createNormaliser } from './create-normaliser.ts';
import { parseParser } from './parse-parser.ts';
import { traceRecord } from './trace-record.ts';

const RECEIVED = toEpochMs(Date.UTC(2026, 10, 24, 6, 0, 0));
const AT = Date.UTC(2026, 10, 24, 5, 59, 58);

const read = (yaml: string) => {
  const { values, problems } = parseParser(yaml, 'parser.yml');
  expect(problems).toEqual([]);
  return values;
};
const doors = read(
  'id: doord\ntitle: Doors\nread: syslog\nprograms: [doord]\nlogsource: {product: door}\nmessages:\n  - name: entry\n    pattern: "entry of {user*} granted"\n    class: 3002\n    set: {user.name: $user}\n',
);
const shop = read(
  'id: shop\ntitle: Shop\nread: json\nkeys: [cart]\nlogsource: {product: shop}\nmessages:\n  - name: sale\n    when: {cart: []}\n    class: 6003\n',
);
const parsers = [...doors, ...shop];
const record = (value: unknown): RawRecord => ({
  offset: 3,
  sourceId: 's',
  receivedAt: RECEIVED,
  text: typeof value === 'string' ? value : JSON.stringify(value),
});
const normalise = (value: unknown) => createNormaliser({ parsers }).normalise(record(value));

const message = 'entry of mia granted';
const iso = '2026-11-24T05:59:58Z';
const nanos = `${AT}000000`;

const headed = `<13>Nov 24 05:59:58 gate doord[7]: ${message}`;

describe('a line that a shipper carries', () => {
  it.each([
    { name: 'Filebeat, with the header', json: { '@timestamp': iso, message: headed, agent: {} } },
    {
      name: 'Filebeat, with a header that has no time',
      json: { '@timestamp': iso, message: `gate doord[7]: ${message}`, agent: {} },
    },
    {
      name: 'Filebeat, without one',
      json: { '@timestamp': iso, message, host: { name: 'gate' }, process: { name: 'doord' } },
    },
    {
      name: 'an Elasticsearch hit',
      json: { _index: 'logs', _source: { '@timestamp': iso, message, host: 'gate', tag: 'doord' } },
    },
    {
      name: 'rsyslog',
      json: { timereported: iso, message, host: 'gate', 'syslog-tag': 'doord[7]:' },
    },
    { name: 'Docker', json: { log: `${headed}\n`, stream: 'stdout', time: iso } },
    {
      name: 'the journal',
      json: {
        MESSAGE: message,
        _HOSTNAME: 'gate',
        SYSLOG_IDENTIFIER: 'doord',
        __REALTIME_TIMESTAMP: `${AT}000`,
      },
    },
    { name: 'Splunk HEC', json: { time: AT / 1000, host: 'gate', event: headed } },
    {
      name: 'OpenTelemetry',
      json: {
        resource: { 'host.name': 'gate', 'service.name': 'doord' },
        scope: {},
        time_unix_nano: nanos,
        body: message,
      },
    },
    {
      name: 'Loki',
      json: { stream: { host: 'gate', app: 'doord' }, timestamp: nanos, line: message },
    },
  ])('is read with host, program and time: $name', ({ json }) => {
    expect(normalise(json)).toMatchObject({
      kind: 'parsed',
      event: {
        class_uid: 3002,
        time: AT,
        device: { hostname: 'gate' },
        user: { name: 'mia' },
        provenance: { parserId: 'doord', offset: 3 },
      },
    });
  });

  it('may be JSON itself', () => {
    const json = { time: AT / 1000, host: 'till', event: { cart: ['tea'] } };
    expect(normalise(json)).toMatchObject({
      kind: 'parsed',
      event: { class_uid: 6003, time: AT, device: { hostname: 'till' } },
    });
  });

  it('is not looked for when the whole is known', () => {
    expect(normalise({ cart: [], '@timestamp': iso, message: headed })).toMatchObject({
      event: { provenance: { parserId: 'shop' } },
    });
  });

  it('takes nothing from a host or program that is no name', () => {
    const json = { '@timestamp': iso, message, host: 'a b\nc', tag: 'doord' };
    const made = normalise(json);
    expect(made.kind === 'parsed' && 'device' in made.event).toBe(false);
    expect(normalise({ ...json, tag: 'do ord' }).kind).toBe('unparsed');
  });

  it('is shown by the trace as it was read', () => {
    const json = { '@timestamp': iso, message, host: 'gate', tag: 'doord' };
    const trace = traceRecord({ parsers, record: record(json) });
    expect(trace.envelope).toEqual({ program: 'doord', host: 'gate' });
    expect(trace.steps.at(-1)).toMatchObject({ parserId: 'doord', took: true });
  });
});

describe('a line of a container runtime', () => {
  const lines = read(
    'id: plain\ntitle: Plain\nread: text\nprograms: [plain]\nmessages:\n  - name: entry\n    pattern: "entry of {user*} granted"\n    class: 3002\n    set: {user.name: $user}\n',
  );
  it.each([
    { name: 'of Kubernetes', text: `${iso} stdout F ${message}`, time: AT },
    {
      name: 'of Kubernetes, of an error',
      text: `2026-11-24T05:59:58.123456789Z stderr P ${message}`,
      time: AT + 123,
    },
    { name: 'of Docker Compose', text: `gate-door-1  | ${message}`, time: RECEIVED },
    { name: 'of Docker Compose with times', text: `gate-1 | ${iso} ${message}`, time: AT },
    { name: 'that has its own header', text: `${iso} stdout F ${headed}`, with: doors, time: AT },
  ])('$name is read as if it stood alone', ({ text, time, ...more }) => {
    const made = createNormaliser({ parsers: more.with ?? lines }).normalise(record(text));
    expect(made).toMatchObject({ kind: 'parsed', event: { time, user: { name: 'mia' } } });
  });
});
