import { type Alert, selectPlaybooks, toEpochMs } from '@cordon/core';
import { createSandboxFirewall } from '@cordon/extensions';
import { expect, it } from 'vitest';
import { alert as toAlert } from '../store/fixtures/facts.ts';
import { createMemoryStateStore } from '../store/memory/memory-state-store.ts';
import { blockIt } from './fixtures/block-it.ts';
import { toIncident } from './fixtures/incident.ts';
import { createRunner } from './runner.ts';

const START = 1_700_000_000_000;
const ATTACKER = '203.0.113.7';

/** What one alert says: whom it names, and whether it was guessed at. */
interface Says {
  readonly names: string;
  readonly isGuess: boolean;
}

/** What becomes of the block in enforce mode when these alerts make up its incident. */
async function respond(alerts: readonly Says[]) {
  const store = createMemoryStateStore();
  const now = () => toEpochMs(START);
  const incident = toIncident(ATTACKER, 'one', START);
  await store.commitBatch({
    committedOffset: 0,
    tallies: [],
    deadLetters: [],
    signals: [],
    outcomes: [],
    alerts: alerts.map(
      ({ names, isGuess }, n): Alert => ({
        ...toAlert(n, { status: 'in_incident', incidentId: incident.id, why: 'x' }),
        entities: [{ kind: 'ip', id: names, role: 'source' }],
        ...(isGuess ? { isGuess } : {}),
      }),
    ),
    incidents: [incident],
    runs: selectPlaybooks(incident, blockIt, now()),
  });
  const { connector, held } = createSandboxFirewall(() => START);
  const runner = await createRunner({
    store,
    now,
    events: { count: async () => 3, find: async () => [] },
    playbooks: blockIt,
    config: { mode: 'enforce' },
    connectors: [{ id: 'firewall', definition: connector, config: {} }],
  });
  await runner.tick();
  const [action] = (await store.listActions({ limit: 1 })).items;
  return { status: action?.status, isHeld: held.get(ATTACKER) !== undefined };
}

const guess = (names: string): Says => ({ names, isGuess: true });
const read = (names: string): Says => ({ names, isGuess: false });

it.each([
  ['it was read', [read(ATTACKER)], true],
  ['one alert of two was read', [guess(ATTACKER), read(ATTACKER)], true],
  ['it was guessed at', [guess(ATTACKER), guess(ATTACKER)], false],
  ['what was read names another', [guess(ATTACKER), read('198.51.100.9')], false],
  ['nothing names it and all was guessed at', [guess('198.51.100.9')], false],
  ['nothing names it and something was read', [guess('198.51.100.9'), read('198.51.100.8')], true],
])('an address is blocked without a person where %s: %j %s', async (_what, alerts, isHeld) => {
  expect(await respond(alerts)).toEqual({ status: isHeld ? 'held' : 'awaiting_approval', isHeld });
});
