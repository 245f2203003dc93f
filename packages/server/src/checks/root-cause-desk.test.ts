import { type Check, type CheckReading, MINUTE_MS, toEpochMs } from '@cordon/core';
import { expect, test } from 'vitest';
import { createMemoryEventStore } from '../store/memory/memory-event-store.ts';
import type { CheckView } from './check-desk.ts';
import { RootCauseDesk } from './root-cause-desk.ts';

const START = 28_000_000 * MINUTE_MS;
const ONSET = START + 30 * MINUTE_MS;

const readings = (letters: string): readonly CheckReading[] =>
  [...letters].map((letter, minute) => ({
    at: toEpochMs(START + minute * MINUTE_MS),
    state: letter === 'o' ? ('ok' as const) : ('fail' as const),
    text: letter,
    ...(letter === 'o' ? { ms: 10 } : {}),
  }));
function view(
  id: string,
  asset: string,
  more: { dependsOn?: string[]; letters: string },
): CheckView {
  const check: Check = {
    id,
    kind: 'tcp',
    asset,
    host: asset,
    port: 80,
    path: '/',
    everyMs: MINUTE_MS,
    confirmCount: 2,
    dependsOn: more.dependsOn ?? [],
    expect: {},
  };
  return { check, state: 'ok', isFlapping: false, readings: readings(more.letters) };
}
const FAILING = `${'o'.repeat(30)}fffff`;
const INCIDENT = {
  id: 'inc_1',
  behaviours: ['availability'],
  firstAt: ONSET + 2 * MINUTE_MS,
  entities: [{ kind: 'host', id: 'web-1', role: 'target' }],
};

function openDesk(incidents: readonly object[]) {
  const settings = new Map<string, unknown>();
  let at = ONSET + 3 * MINUTE_MS;
  const events = createMemoryEventStore();
  const desk = new RootCauseDesk({
    store: {
      getSetting: async (name) => settings.get(name) as never,
      setSetting: async (name, value) => void settings.set(name, value),
      getIncident: async () => undefined,
      listIncidents: async () => ({ items: incidents as never }),
      listActions: async () => ({
        items: [
          { createdAt: ONSET - MINUTE_MS, verb: 'firewall.block_ip', target: { id: 'db-1' } },
          { createdAt: ONSET - 90 * MINUTE_MS, verb: 'old', target: { id: 'web-1' } },
        ] as never,
      }),
    },
    events,
    series: () => [],
    checks: () => [
      view('shop', 'web-1', { dependsOn: ['db'], letters: FAILING }),
      view('db', 'db-1', { letters: FAILING }),
      view('mail', 'mail-1', { letters: 'o'.repeat(35) }),
    ],
    now: () => toEpochMs(at),
    onProblem: ({ detail }) => {
      throw new Error(detail);
    },
  });
  const advance = (ms: number) => {
    at += ms;
  };
  return { desk, advance };
}

test('an outage is searched once enough was measured after it, and what was found is kept', async () => {
  const { desk, advance } = openDesk([INCIDENT]);
  await desk.look();
  expect(await desk.of('inc_1')).toBeUndefined();
  advance(4 * MINUTE_MS);
  await desk.look();
  const found = await desk.of('inc_1');
  expect(found?.onset).toBe(ONSET);
  expect(found?.causes.map(({ service }) => service)).toEqual(['db-1', 'web-1']);
  const texts = found?.causes[0]?.clues.map(({ text }) => text) ?? [];
  expect(texts.join('; ')).toContain('Cordon did firewall.block_ip on db-1');
  expect(JSON.stringify(found)).not.toContain('Cordon did old');
  advance(60 * MINUTE_MS);
  await desk.look();
  expect(await desk.of('inc_1')).toEqual(found);
});

test('an attack is no fault, and what began long ago cannot be searched any more', async () => {
  const attack = { ...INCIDENT, id: 'inc_2', behaviours: ['bruteforce'] };
  const old = { ...INCIDENT, id: 'inc_3', firstAt: ONSET - 100 * MINUTE_MS };
  const { desk, advance } = openDesk([attack, old]);
  advance(10 * MINUTE_MS);
  await desk.look();
  expect(await desk.of('inc_2')).toBeUndefined();
  expect(await desk.of('inc_3')).toBeUndefined();
});
