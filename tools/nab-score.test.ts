import { describe, expect, it } from 'vitest';
import { PROFILES, probationOf, scoreNab, scoreProfile } from './eval/nab-score.ts';

/* By hand from the definition: σ(y) = 2/(1+e^5y) − 1, divided by σ(−1) inside a window. */

const sigma = (place: number) => 2 / (1 + Math.exp(5 * place)) - 1;
const series = (flags: readonly number[], windows = [{ from: 400, to: 499 }]) => ({
  length: 1_000,
  flags,
  windows,
});
/** On the scale of one window where saying nothing is 0 and a perfect answer 100. */
const standard = (raw: number) => (100 * (raw + 1)) / 2;

describe('the score of the benchmark', () => {
  it.each([
    { name: 'nothing said is 0', flags: [], raw: -1 },
    { name: 'the first point of the window is perfect', flags: [400], raw: 1 },
    { name: 'the last point is worth little', flags: [499], raw: sigma(-1 / 100) / sigma(-1) },
    { name: 'of several flags inside the best counts', flags: [400, 450, 499], raw: 1 },
    { name: 'the middle', flags: [450], raw: sigma(-0.5) / sigma(-1) },
    { name: 'a flag before any window costs in full', flags: [300], raw: -1 - 0.11 },
    { name: 'one right behind it costs little', flags: [400, 509], raw: 1 + 0.11 * sigma(10 / 99) },
    { name: 'one far behind costs in full', flags: [400, 900], raw: 1 - 0.11 },
    { name: 'the probation is not scored', flags: [0, 149], raw: -1 },
  ])('$name', ({ flags, raw }) => {
    expect(scoreProfile([series(flags)], PROFILES.standard)).toBeCloseTo(standard(raw), 9);
  });

  it('weighs false flags twice in one profile and misses twice in the other', () => {
    const judged = [series([300, 400, 900]), series([])];
    expect(scoreProfile(judged, PROFILES.lowFp)).toBeCloseTo((100 * (1 - 0.44 - 1 + 2)) / 4, 9);
    expect(scoreProfile(judged, PROFILES.lowFn)).toBeCloseTo((100 * (1 - 0.22 - 2 + 4)) / 6, 9);
  });

  it('counts what it is asked for', () => {
    const judged = scoreNab([series([10, 300, 400, 401]), series([])]);
    expect(judged).toMatchObject({ windows: 2, windowsHit: 1, falseFlags: 1 });
    expect(judged.falsePer1000).toBeCloseTo(1_000 / 1_700, 9);
  });

  it('learns on 15 % of a series, of a long one on 750 points', () => {
    expect([probationOf(1_000), probationOf(4_032), probationOf(22_695)]).toEqual([150, 604, 750]);
  });
});
