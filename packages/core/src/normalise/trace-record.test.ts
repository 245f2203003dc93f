import { describe, expect, it } from 'vitest';
import { toEpochMs } from '../shared/time.ts';
import { parseParser } from './parse-parser.ts';
import { traceRecord } from './trace-record.ts';

const read = (yaml: string) => {
  const { values, problems } = parseParser(yaml, 'parser.yml');
  expect(problems).toEqual([]);
  return values;
};

const parsers = [
  ...read('id: a-json\ntitle: A\nread: json\nkeys: [EventID]\nmessages: [{name: any, class: 0}]\n'),
  ...read(
    "id: b-door\ntitle: B\nread: syslog\nprograms: [doord]\nmessages: [{name: opened, pattern: 'opened by {user}', class: 6003}]\n",
  ),
  ...read(
    "id: c-door\ntitle: C\nread: syslog\nprograms: [doord]\nmessages: [{name: closed, pattern: 'closed by {user}', class: 6003}]\n",
  ),
  ...read('id: d-text\ntitle: D\nread: text\nmessages: [{name: any, class: 0}]\n'),
];
const trace = (text: string) =>
  traceRecord({
    parsers,
    record: { offset: 0, sourceId: 's', receivedAt: toEpochMs(1_700_000_000_000), text },
  });

describe('the trace of a record', () => {
  it('tells every parser that was asked, up to the one that took it', () => {
    const { envelope, steps, result } = trace('Mar  4 08:15:22 gate doord[7]: closed by mia');
    expect(envelope).toEqual({ program: 'doord', host: 'gate' });
    expect(steps).toEqual([
      {
        parserId: 'b-door',
        took: false,
        why: 'none of its 1 messages has this form',
        passed: 'message',
      },
      { parserId: 'c-door', took: true, why: 'message "closed"' },
    ]);
    expect(result.kind).toBe('parsed');
  });

  it.each([
    {
      text: '{"x": 1}',
      parserId: 'a-json',
      passed: 'fields',
      why: 'asks for EventID, and the record lacks EventID',
    },
    {
      text: 'no header',
      parserId: 'b-door',
      passed: 'form',
      why: 'reads syslog, and the record has no syslog header',
    },
    {
      text: 'Mar  4 08:15:22 gate cron[7]: x',
      parserId: 'b-door',
      passed: 'program',
      why: 'takes the programs doord, and the record is of cron',
    },
  ])('says why $parserId passed over $text', ({ text, ...step }) => {
    expect(trace(text).steps).toContainEqual({ ...step, took: false });
  });
});
