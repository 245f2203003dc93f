import { expect, it } from 'vitest';
import { rankCauses } from '../rootcause/rank-causes.ts';
import { MINUTE_MS, toEpochMs } from '../shared/time.ts';
import type { Check, CheckState } from './check.ts';
import { beganAt, toCheckSeries } from './check-series.ts';

const START = 1_000 * MINUTE_MS;
const check = (id: string, asset: string, dependsOn: readonly string[] = []): Check => ({
  id,
  kind: 'tcp',
  asset,
  host: asset,
  port: 80,
  path: '/',
  everyMs: MINUTE_MS,
  confirmCount: 2,
  dependsOn,
  expect: {},
});
/** Readings by the minute, one letter each: well or failing. */
const readings = (letters: string) =>
  [...letters].map((letter, minute) => ({
    at: toEpochMs(START + minute * MINUTE_MS),
    state: (letter === 'o' ? 'ok' : 'fail') as CheckState,
    text: letter,
    ...(letter === 'o' ? { ms: 10 } : {}),
  }));

it('of two that fail, the one that is depended on is the cause', () => {
  const failing = `${'o'.repeat(30)}ffff`;
  const series = toCheckSeries([
    { check: check('shop', 'a-web', ['db']), readings: readings(failing) },
    { check: check('db', 'db-1'), readings: readings(failing) },
    { check: check('mail', 'mail-1'), readings: readings('o'.repeat(34)) },
  ]);
  const { causes } = rankCauses(
    { series, logs: [], changes: [] },
    { onset: toEpochMs(START + 30 * MINUTE_MS) },
  );
  expect(causes.map(({ service }) => service)).toEqual(['db-1', 'a-web', 'mail-1']);
  expect(causes[0]?.probability).toBeGreaterThan(0.8);
});

it.each([
  ['ooff', 2],
  ['offoff', 4],
  ['ff', 0],
  ['oo', undefined],
  ['', undefined],
])('the trouble of %s began at minute %s', (letters, minute) => {
  const at = beganAt(readings(letters));
  expect(at === undefined ? undefined : (at - START) / MINUTE_MS).toBe(minute);
});
