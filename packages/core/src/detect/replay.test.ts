import { expect, it } from 'vitest';
import type { Event } from '../event/event.ts';
import type { Json } from '../shared/json.ts';
import { parseSigma } from '../sigma/parse-sigma.ts';
import { createDetectionEngine } from './create-engine.ts';
import { createDetectorBank } from './detector-bank.ts';
import { createDetectors } from './detectors.ts';
import { createDice, mixedStream, shuffledWithin } from './fixtures/stream.ts';
import { linkRules } from './link-rules.ts';
import type { Signal } from './signal.ts';

/*
 * Events that come shuffled within the lateness, to a process that is killed in the middle and goes
 * on from its last snapshot, give the signals of the same events in order: rules, every kind of
 * correlation and every stream detector at once.
 */

const LATENESS_MS = 60_000;
const EVENTS = mixedStream(2_000, 23);
const BASES = `
title: base of log-ins
id: login
logsource: {category: authentication}
detection: {a: {class_uid: 3002}, condition: a}
level: informational
---
title: base of requests
id: request
logsource: {category: http_activity}
detection: {a: {class_uid: 4002}, condition: a}
level: informational
---
title: base of connections
id: connection
logsource: {category: network_activity}
detection: {a: {class_uid: 4001}, condition: a}
level: informational
`;
const correlation = (type: string, id: string, more: string): string => `
title: ${id}
id: ${id}
correlation: {type: ${type}, group-by: [src_endpoint.ip], timespan: 5m, ${more}}
level: high
`;
const RULES = [
  BASES,
  correlation('event_count', 'many', 'rules: [login], condition: {gte: 4}'),
  correlation('event_count', 'few', 'rules: [request], condition: {lt: 3}'),
  correlation('value_count', 'users', 'rules: [login], condition: {gte: 3, field: user.name}'),
  correlation('temporal', 'both', 'rules: [login, request]'),
  correlation('temporal_ordered', 'chain', 'rules: [connection, login]'),
  `title: victim
id: victim
correlation: {type: event_count, group-by: [user.name], timespan: 5m, rules: [login], condition: {gte: 4}}
level: high
cordon: {refire: each_source}
`,
].join('---\n');
const { values, problems } = parseSigma(RULES, 'rules.yml');
const rules = linkRules(values).values;

function createThinking() {
  const engine = createDetectionEngine({ rules, latenessMs: LATENESS_MS });
  const bank = createDetectorBank({ detectors: createDetectors(), latenessMs: LATENESS_MS });
  return {
    see: (event: Event): readonly Signal[] => [...engine.evaluate(event), ...bank.observe(event)],
    finish: (): readonly Signal[] => [...engine.finish(), ...bank.finish()],
    snapshot: (): Json => [engine.snapshot(), bank.snapshot()],
    restore(text: string): void {
      const [ofEngine = null, ofBank = null] = JSON.parse(text) as Json[];
      engine.restore(ofEngine);
      bank.restore(ofBank);
    },
  };
}

const inOrder = (signals: readonly Signal[]): readonly Signal[] =>
  signals.toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));

/**
 * Killed at `kill`, with the snapshot written by then and no sooner; what was seen since it was taken is
 * seen again, its signals are the same ones.
 */
function runKilled(events: readonly Event[], { snapshot, kill }: Record<string, number>) {
  const first = createThinking();
  const before = events.slice(0, snapshot).flatMap(first.see);
  const saved = first.snapshot();
  const lost = events.slice(snapshot, kill).flatMap(first.see);
  const second = createThinking();
  second.restore(JSON.stringify(saved));
  const after = [...events.slice(snapshot).flatMap(second.see), ...second.finish()];
  const all = new Map([...before, ...lost, ...after].map((signal) => [signal.id, signal]));
  return inOrder([...all.values()]);
}

it('gives the same signals whatever the order within the lateness and wherever it is killed', () => {
  expect(problems).toEqual([]);
  const whole = createThinking();
  const expected = inOrder([...EVENTS.flatMap(whole.see), ...whole.finish()]);
  const kinds = new Set(expected.map(({ rule }) => rule.id));
  for (const id of ['many', 'few', 'users', 'both', 'chain']) expect(kinds).toContain(id);
  expect([...kinds].some((id) => id.startsWith('detector:'))).toBe(true);
  const dice = createDice(5);
  for (let round = 0; round < 3; round += 1) {
    const snapshot = Math.floor(dice() * EVENTS.length);
    const kill = snapshot + Math.floor(dice() * (EVENTS.length - snapshot));
    const shuffled = shuffledWithin(EVENTS, LATENESS_MS, round + 1);
    expect(runKilled(shuffled, { snapshot, kill })).toEqual(expected);
  }
});
