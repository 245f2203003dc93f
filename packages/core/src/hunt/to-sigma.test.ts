import { describe, expect, it } from 'vitest';
import { createDetectionEngine } from '../detect/create-engine.ts';
import { linkRules } from '../detect/link-rules.ts';
import type { Event } from '../event/event.ts';
import { idOf } from '../shared/id.ts';
import { toEpochMs } from '../shared/time.ts';
import { parseSigma } from '../sigma/parse-sigma.ts';
import { parseHunt } from './parse-hunt.ts';
import { huntToSigma } from './to-sigma.ts';

const meta = {
  id: 'draft',
  title: 'A: draft',
  level: 'high',
  author: 'Ann',
  date: '2026-11-24',
} as const;
const convert = (text: string) => {
  const hunt = parseHunt(text, { now: toEpochMs(0) });
  if (!hunt.ok) throw new Error(hunt.problem.detail);
  return huntToSigma(hunt.value, meta);
};
const event = (more: Partial<Event>, fields: Readonly<Record<string, unknown>> = {}): Event => ({
  id: idOf('evt', [1]),
  time: toEpochMs(1),
  class_uid: 3002,
  activity_id: 1,
  severity_id: 1,
  observables: [],
  ...more,
  provenance: {
    offset: 0,
    sourceId: 's',
    parserId: 'p',
    logsource: { product: 'windows', categories: [] },
    fields,
  },
});
const fires = (text: string, shown: Event): boolean => {
  const made = convert(text);
  if (!made.ok) throw new Error(made.problem.detail);
  const { values, problems } = parseSigma(made.value.text, 'draft.yml', { isOpen: true });
  expect(problems).toEqual([]);
  return createDetectionEngine({ rules: linkRules(values).values }).evaluate(shown).length > 0;
};

describe('a hunt as a Sigma rule', () => {
  it.each([
    ['user.name = root', event({ user: { name: 'Root' } }), true],
    ['user.name = root', event({ user: { name: 'roots' } }), false],
    ['user.name = "a*"', event({ user: { name: 'ab' } }), false],
    ['user.name = "a*"', event({ user: { name: 'a*' } }), true],
    ['user.name ~ a*', event({ user: { name: 'ab' } }), true],
    ['user.name ~ oo', event({ user: { name: 'root' } }), true],
    ['user.name != root', event({}), true],
    ['not user.name exists', event({}), true],
    [
      'user.name in (a, b) and src_endpoint.port > 1000',
      event({ user: { name: 'b' }, src_endpoint: { port: 1001 } }),
      true,
    ],
    ['file.path = "C:\\Windows\\x"', event({ file: { path: 'c:\\windows\\x' } }), true],
    ['file.path = "\\\\host\\*"', event({ file: { path: '\\\\host\\*' } }), true],
    ['file.path ~ "\\\\host\\*"', event({ file: { path: '\\\\host\\c$' } }), true],
    ['fields.EventID = 4624 or fields.EventID = 4625', event({}, { EventID: 4625 }), true],
    [
      '(user.name = a or user.name = b) and not src_endpoint.ip = 192.0.2.1',
      event({ user: { name: 'b' }, src_endpoint: { ip: '192.0.2.1' } }),
      false,
    ],
  ] as const)('%s', (text, shown, expected) => {
    expect(fires(`class_uid = 3002 and (${text})`, shown)).toBe(expected);
    expect(fires(`product = windows and (${text})`, shown)).toBe(expected);
  });

  it('leaves out and names what says nothing of what an event is', () => {
    const made = convert(
      'class_uid = 3002 and user.name = a and time > now-7d and any.ip = 192.0.2.1',
    );
    expect(made.ok && made.value.leftOut).toEqual([
      'time > 1970-01-01T00:00:00.000Z',
      'any.ip = 192.0.2.1',
    ]);
  });

  it.each([
    ['user.name = a', 'what kind of events'],
    ['class_uid = 3002', 'a condition beyond its log source'],
    ['class_uid = 3002 and (user.name = a or time > now)', 'cannot say'],
  ])('refuses %s', (text, detail) => {
    const made = convert(text);
    expect(made.ok ? '' : made.problem.detail).toContain(detail);
  });
});
