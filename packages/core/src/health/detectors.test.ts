import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../shared/time.ts';
import { ClockSkew } from './clock-skew.ts';
import { Lag } from './lag.ts';
import { ParseFailures } from './parse-failures.ts';
import { shapeOf } from './record-shape.ts';

const NOW = Date.UTC(2026, 0, 5, 12);

describe('parse failures', () => {
  const feed = (state: ParseFailures, batches: number, failures: number) => {
    for (let batch = 0; batch < batches; batch += 1) state.observe(100, failures);
  };

  it('alarms when a source that was read is not read any more, and clears when it is again', () => {
    const failures = new ParseFailures();
    feed(failures, 100, 1);
    expect(failures.check()).toBeUndefined();
    feed(failures, 10, 60);
    expect(failures.check()?.text).toMatch(/could not be read; usual for it is \d\.\d %/);
    feed(failures, 30, 1);
    expect(failures.check()).toBeUndefined();
  });

  it('alarms on a new source that nothing reads, and gets used to it', () => {
    const failures = new ParseFailures();
    feed(failures, 1, 90);
    expect(failures.check()?.text).toContain('it is new here');
    feed(failures, 5_000, 90);
    expect(failures.check()).toBeUndefined();
  });

  it('says nothing of a few records', () => {
    const failures = new ParseFailures();
    failures.observe(20, 20);
    expect(failures.check()).toBeUndefined();
  });
});

describe('clock skew', () => {
  const feed = (skew: ClockSkew, differenceOf: (minute: number, index: number) => number) => {
    for (let minute = 0; minute < 12; minute += 1)
      for (let index = 0; index < 20; index += 1) {
        const at = NOW + minute * MINUTE_MS + index * SECOND_MS;
        skew.observe(at + differenceOf(minute, index), at);
      }
    return skew.check(NOW + 12 * MINUTE_MS);
  };

  it('finds a clock that is ahead, one that is behind, and one of another zone', () => {
    expect(feed(new ClockSkew(), () => 90 * SECOND_MS)?.text).toContain('90 s ahead of');
    expect(feed(new ClockSkew(), () => -10 * MINUTE_MS)?.text).toContain('10 min behind');
    expect(feed(new ClockSkew(), () => 2 * HOUR_MS)?.hint).toContain('time zones');
  });

  it('is not fooled by records that come late in between', () => {
    const withLate = (_: number, index: number) => (index % 3 === 0 ? -5 * HOUR_MS : -SECOND_MS);
    expect(feed(new ClockSkew(), withLate)).toBeUndefined();
  });

  it('does not take a replay of old records for a wrong clock', () => {
    const replay = (minute: number) => -30 * DAY_MS + minute * 5 * HOUR_MS;
    expect(feed(new ClockSkew(), replay)).toBeUndefined();
  });

  it('says nothing of a minute or two', () => {
    const skew = new ClockSkew();
    for (let index = 0; index < 1_000; index += 1) skew.observe(NOW + HOUR_MS, NOW + index);
    expect(skew.check(NOW + 2 * MINUTE_MS)).toBeUndefined();
  });
});

describe('lag', () => {
  it('alarms when the wait is long and grows, and clears when it is gone', () => {
    const lag = new Lag();
    const look = (minute: number, ms: number) =>
      lag.check(NOW + minute * MINUTE_MS, { ms, records: 5 });
    expect(look(0, 0)).toBeUndefined();
    expect(look(1, 50 * SECOND_MS)).toBeUndefined();
    expect(look(2, 100 * SECOND_MS)?.text).toContain('the wait grows');
    expect(look(5, 40 * SECOND_MS)?.text).toContain('the wait shrinks');
    expect(look(6, 0)).toBeUndefined();
  });
});

describe('the shape of a record', () => {
  it.each([
    ['<34>Oct 11 22:14:15 web-1 vpnd[812]: user "ann" left after 32 s'],
    ['<38>Oct 12 02:01:55 web-2 vpnd[9]: user "bob c" left after 7 s'],
  ])('is the same for records that differ in values: %s', (text) => {
    expect(shapeOf(text)).toBe('# vpnd[#]: user "…" left after # s');
  });

  it('is the keys of JSON, and bounded', () => {
    expect(shapeOf('{"b":1,"a":"x"}')).toBe('{ a, b }');
    expect(shapeOf('{"b":')).toBe('{"…":');
    expect(shapeOf(' \t ')).toBe('(blank)');
    expect(shapeOf('ab '.repeat(100_000)).length).toBeLessThanOrEqual(160);
  });
});
