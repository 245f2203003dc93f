import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '../../shared/time.ts';
import { createDetectorBank } from '../detector-bank.ts';
import { createDetectors } from '../detectors.ts';
import { createDice, toEvent } from '../fixtures/stream.ts';

const START = Date.UTC(2026, 0, 5);
const SLOT_MS = 5 * MINUTE_MS;

/** Events of one machine, `countOf` in each slot of five minutes. */
function slots(count: number, countOf: (slot: number) => number) {
  let offset = 0;
  return Array.from({ length: count }, (_, slot) =>
    Array.from({ length: countOf(slot) }, (_, nth) => {
      offset += 1;
      return toEvent(
        { time: START + slot * SLOT_MS + nth, class_uid: 3002, device: { hostname: 'Srv-1' } },
        offset,
      );
    }),
  ).flat();
}

const bank = (parameters: Record<string, number> = {}) =>
  createDetectorBank({
    detectors: createDetectors({ 'event-rate': parameters }).filter(
      ({ rule }) => rule.id === 'detector:event-rate',
    ),
  });

describe('event rates', () => {
  const steady = (seed: number) => {
    const dice = createDice(seed);
    return () => 8 + Math.floor(dice() * 8);
  };

  it('tells a burst once, with the figures and the records, after the machine was learnt', () => {
    const usual = steady(1);
    const events = slots(900, (slot) => (slot === 800 ? 900 : usual()));
    const watch = bank();
    const signals = events.flatMap((event) => watch.observe(event));
    const [first] = signals.filter(({ since }) => since === START + 800 * SLOT_MS);
    expect(first?.text).toMatch(/^srv-1 brought 900 events in 5 minutes, where about 1\d/);
    expect(first?.anomaly?.p).toBeLessThan(1e-4);
    expect(first?.entities).toEqual([{ kind: 'host', id: 'srv-1', role: 'target' }]);
    expect(first?.eventIds.length).toBeGreaterThan(1);
  });

  it('says nothing of what is steady, of what is new, and of a pause', () => {
    const usual = steady(2);
    const events = slots(1_500, (slot) => (slot > 700 && slot < 1_100 ? 0 : usual()));
    const watch = bank();
    expect(events.flatMap((event) => watch.observe(event))).toEqual([]);
    const burst = bank();
    expect(slots(100, (slot) => slot * 50).flatMap((event) => burst.observe(event))).toEqual([]);
  });

  it('goes on after one event with a clock that is a year ahead', () => {
    const watch = bank();
    const usual = steady(1);
    const events = slots(900, (slot) => (slot === 800 ? 900 : usual()));
    const ahead = toEvent(
      { time: START + 365 * 288 * SLOT_MS, class_uid: 3002, device: { hostname: 'srv-1' } },
      99_999,
    );
    const signals = events.flatMap((event, nth) =>
      nth === 5_000 ? [...watch.observe(ahead), ...watch.observe(event)] : watch.observe(event),
    );
    expect(signals.some(({ since }) => since === START + 800 * SLOT_MS)).toBe(true);
  });

  it('keeps whom it knows when a flood of names comes', () => {
    const watch = bank({ max_keys: 10 });
    const usual = steady(3);
    for (const event of slots(20, usual)) watch.observe(event);
    for (let nth = 0; nth < 500; nth += 1)
      watch.observe(toEvent({ time: START + 21 * SLOT_MS, device: { hostname: `h${nth}` } }, nth));
    expect(watch.stats()[0]?.keys).toBe(10);
    expect(watch.stats()[0]?.evicted).toBeGreaterThan(400);
    expect(JSON.stringify(watch.snapshot())).toContain('host:srv-1');
  });
});
