import { describe, expect, it } from 'vitest';
import type { Event } from '../event/event.ts';
import type { Json } from '../shared/json.ts';
import { isBehaviour } from '../sigma/behaviour.ts';
import { createDetectorBank } from './detector-bank.ts';
import { createDetectors, DETECTORS } from './detectors.ts';
import { mixedStream, shuffledWithin } from './fixtures/stream.ts';
import type { Signal } from './signal.ts';

/* What every stream detector keeps to, over a stream with odd events in it. */

const LATENESS_MS = 60_000;
const EVENTS = mixedStream(6_000, 7);

const only = (name: string) =>
  createDetectors(
    Object.fromEntries(
      DETECTORS.map((definition) => [definition.name, { enabled: definition.name === name }]),
    ),
  );
const bankOf = (name: string, latenessMs = 0) =>
  createDetectorBank({ detectors: only(name), latenessMs });

function run(bank: ReturnType<typeof bankOf>, events: readonly Event[]): readonly Signal[] {
  return [...events.flatMap((event) => bank.observe(event)), ...bank.finish()];
}

const throughJson = (json: Json): Json => JSON.parse(JSON.stringify(json)) as Json;

it('lists the detectors in order of name, each with its name in its id', () => {
  const names = DETECTORS.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)].sort());
  for (const name of names)
    expect(only(name).map(({ rule }) => rule.id)).toEqual([`detector:${name}`]);
});

describe.each(DETECTORS)('detector $name', ({ name, parameters }) => {
  it('introduces itself in the words of rules, and its parameters hold their own defaults', () => {
    const [detector] = only(name);
    expect(isBehaviour(detector?.rule.behaviour ?? '')).toBe(true);
    for (const technique of detector?.rule.techniques ?? [])
      expect(technique).toMatch(/^T\d{4}(\.\d{3})?$/);
    for (const one of Object.values(parameters)) {
      expect(one.minimum).toBeLessThanOrEqual(one.default);
      expect(one.default).toBeLessThanOrEqual(one.maximum);
    }
  });

  it('never breaks on odd events and says what is well-formed', () => {
    const bank = bankOf(name);
    const signals = run(bank, EVENTS);
    expect(bank.stats()[0]?.failed).toBe(0);
    for (const { anomaly, text, count } of signals) {
      expect(anomaly?.p).toBeGreaterThan(0);
      expect(anomaly?.p).toBeLessThanOrEqual(1);
      expect(text).toMatch(/\.$/);
      expect(count).toBeGreaterThan(0);
    }
    expect(new Set(signals.map(({ id }) => id)).size).toBe(signals.length);
  });

  it('says the same of the same events, and of events shuffled within the lateness', () => {
    const straight = run(bankOf(name, LATENESS_MS), EVENTS);
    expect(run(bankOf(name, LATENESS_MS), EVENTS)).toEqual(straight);
    const shuffled = shuffledWithin(EVENTS, LATENESS_MS, 11);
    expect(run(bankOf(name, LATENESS_MS), shuffled)).toEqual(straight);
  });

  it('goes on from a snapshot in the middle as if nothing had been', () => {
    const whole = run(bankOf(name, LATENESS_MS), EVENTS);
    const half = EVENTS.length / 2;
    const first = bankOf(name, LATENESS_MS);
    const before = EVENTS.slice(0, half).flatMap((event) => first.observe(event));
    const second = bankOf(name, LATENESS_MS);
    second.restore(throughJson(first.snapshot()));
    expect([...before, ...run(second, EVENTS.slice(half))]).toEqual(whole);
  });

  it('gives a snapshot that nothing changes any more', () => {
    const bank = bankOf(name);
    const half = EVENTS.length / 2;
    for (const event of EVENTS.slice(0, half)) bank.observe(event);
    const taken = bank.snapshot();
    const text = JSON.stringify(taken);
    for (const event of EVENTS.slice(half)) bank.observe(event);
    expect(JSON.stringify(taken) === text).toBe(true);
  });

  it('takes anything for a snapshot', () => {
    const odd: readonly Json[] = [
      null,
      3,
      'x',
      [],
      [[]],
      {},
      { keys: 3 },
      { version: 1, keys: [[1]] },
    ];
    for (const json of odd) {
      const [detector] = only(name);
      detector?.restore(json);
      expect(() => detector?.observe(EVENTS[0] as Event, (EVENTS[0] as Event).time)).not.toThrow();
    }
  });

  it('keeps a bounded number of keys and counts what goes', () => {
    const [detector] = only(name);
    const flood = (from: number) =>
      mixedStream(3_000, from).map((event, index): Event => {
        const key = `${from}-${index}`;
        const ip = `2001:db8::${from.toString(16)}:${index.toString(16)}`;
        return {
          ...event,
          device: { hostname: `h${key}` },
          src_endpoint: { ip },
          dst_endpoint: { ip, hostname: `d${key}.example`, port: 443 },
          user: { name: `u${key}` },
          message: `word${key} of a kind of its own`,
          query: { hostname: `x.z${key}.example` },
          provenance: { ...event.provenance, sourceId: `s${key}` },
        };
      });
    let size = 0;
    for (let round = 1; round <= 8; round += 1) {
      for (const event of flood(round)) detector?.observe(event, event.time);
      if (round === 4) size = JSON.stringify(detector?.snapshot()).length;
    }
    expect(JSON.stringify(detector?.snapshot()).length).toBeLessThan(
      Math.max(size * 1.6, 20_000_000),
    );
    expect(detector?.stats().keys).toBeLessThanOrEqual(100_000);
  });
});
