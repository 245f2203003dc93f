import { type Target, toEpochMs } from '@cordon/core';
import { expect, test } from 'vitest';
import { createMemoryStateStore } from '../store/memory/memory-state-store.ts';
import { DiagnosisDesk } from './diagnosis-desk.ts';
import type { DiagnosisRun } from './run-diagnosis.ts';

const TARGET: Target = { host: '192.0.2.1', port: 80, service: 'http', path: '/' };
const HEALTHY: DiagnosisRun = {
  diagnosis: { target: TARGET, outcome: 'healthy', faults: [], passed: [] },
  facts: [],
};

function openDesk(walk: () => Promise<DiagnosisRun>) {
  let at = 0;
  const broken: unknown[] = [];
  const desk = new DiagnosisDesk({
    state: createMemoryStateStore(),
    now: () => toEpochMs(at),
    onBroken: (error) => broken.push(error),
    walk,
  });
  const start = (by: string) => {
    const started = desk.start(TARGET, by);
    return started.ok ? started.value.id : started.problem.code;
  };
  const advance = (ms: number) => {
    at += ms;
  };
  return { desk, start, advance, broken };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('two run at once, a third is refused until one ends', async () => {
  const ends: (() => void)[] = [];
  const { start } = openDesk(() => new Promise((end) => ends.push(() => end(HEALTHY))));
  start('ann');
  start('ann');
  expect(start('bob')).toBe('diagnoses_throttled');
  ends[0]?.();
  await settle();
  expect(start('bob')).not.toBe('diagnoses_throttled');
});

test('a person asks six times a minute, another one is not held up by that', async () => {
  const { start, advance } = openDesk(async () => HEALTHY);
  for (let count = 0; count < 6; count += 1) {
    expect(start('ann')).not.toBe('diagnoses_throttled');
    await settle();
  }
  expect(start('ann')).toBe('diagnoses_throttled');
  expect(start('bob')).not.toBe('diagnoses_throttled');
  await settle();
  advance(60_000);
  expect(start('ann')).not.toBe('diagnoses_throttled');
});

test('the last fifty are kept, newest first, and one that breaks says so and is reported', async () => {
  const { desk, start, advance, broken } = openDesk(() => Promise.reject(new Error('broken')));
  const ids: string[] = [];
  for (let count = 0; count < 51; count += 1) {
    ids.push(start('ann'));
    await settle();
    advance(60_000);
  }
  expect(desk.get(ids[0] ?? '')).toBeUndefined();
  expect(desk.get(ids[1] ?? '')).toMatchObject({ status: 'failed', problem: { code: 'bug' } });
  expect(desk.list().map(({ id }) => id)).toEqual(ids.slice(1).toReversed());
  expect(broken).toHaveLength(51);
  expect(broken[0]).toEqual(new Error('broken'));
});
