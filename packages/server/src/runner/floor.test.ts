import {
  type Floor,
  readWarninglist,
  selectPlaybooks,
  toEpochMs,
  type Warninglist,
  WarninglistBook,
} from '@cordon/core';
import { createSandboxFirewall } from '@cordon/extensions';
import { expect, it } from 'vitest';
import { createMemoryStateStore } from '../store/memory/memory-state-store.ts';
import { blockIt } from './fixtures/block-it.ts';
import { toIncident } from './fixtures/incident.ts';
import { createRunner } from './runner.ts';

const START = 1_700_000_000_000;
const ATTACKER = '203.0.113.7';

const toList = (name: string, floor?: Floor): Warninglist => {
  const text = JSON.stringify({ name, type: 'cidr', list: ['203.0.113.0/24'] });
  const read = readWarninglist(text, 'list.json', name.toLowerCase().replaceAll(' ', '-'));
  if (!read.ok) throw new Error(read.problem.detail);
  return { ...read.value, ...(floor === undefined ? {} : { floor }) };
};

/** Runs the playbook in enforce mode with the lists as floor. */
async function respond(lists: readonly Warninglist[]) {
  const store = createMemoryStateStore();
  const now = () => toEpochMs(START);
  const book = { now: new WarninglistBook(lists) };
  const { connector, held } = createSandboxFirewall(() => START);
  const runner = await createRunner({
    store,
    now,
    events: { count: async () => 3, find: async () => [] },
    playbooks: blockIt,
    config: { mode: 'enforce' },
    connectors: [{ id: 'firewall', definition: connector, config: {} }],
    floor: (text) => {
      const listed = book.now.floor(text);
      return listed === undefined || listed.floor === 'ignore'
        ? undefined
        : { value: text, why: `it is on "${listed.name}"`, floor: listed.floor };
    },
  });
  for (const run of selectPlaybooks(toIncident(ATTACKER, 'one', START), blockIt, now()))
    await store.saveRun(run);
  await runner.tick();
  const action = async () => (await store.listActions({ limit: 1 })).items[0];
  return { runner, action, held, book };
}

const checkOf = (action: Awaited<ReturnType<Awaited<ReturnType<typeof respond>>['action']>>) =>
  action?.guard.checks.find(({ name }) => name === 'never_touch');

it.each([
  ['resolvers', [toList('Public DNS resolvers')], 'refused'],
  [
    'ranges of a cloud',
    [toList('List of known Amazon AWS IP address ranges')],
    'awaiting_approval',
  ],
  ['a cloud that the house never touches', [toList('Amazon AWS', 'never')], 'refused'],
  ['resolvers that the house gave up', [toList('Public DNS resolvers', 'ignore')], 'held'],
  ['two lists, of which the stricter holds', [toList('Fastly'), toList('Own', 'never')], 'refused'],
])('on a list of %s', async (_what, lists, status) => {
  const { action, held } = await respond(lists);
  expect((await action())?.status).toBe(status);
  expect(held.get(ATTACKER) !== undefined).toBe(status === 'held');
});

it('names the list that refused, and the one that wants a person', async () => {
  const refused = await respond([toList('Public DNS resolvers')]);
  expect(checkOf(await refused.action())).toEqual({
    name: 'never_touch',
    outcome: 'refuse',
    text: `${ATTACKER} is protected: it is on "Public DNS resolvers" (${ATTACKER}).`,
  });
  const asked = await respond([toList('Cloudflare')]);
  expect(checkOf(await asked.action())).toMatchObject({
    outcome: 'ask',
    text: `${ATTACKER} may be many people's: it is on "Cloudflare". A person decides.`,
  });
});

it('does what a person said yes to, unless it came onto a stricter list meanwhile', async () => {
  for (const isStricter of [false, true]) {
    const { runner, action, held, book } = await respond([toList('Cloudflare')]);
    const waiting = await action();
    if (!waiting?.approval) throw new Error('an approval is expected');
    const { planHash } = waiting.approval;
    await runner.decide(waiting.id, { approved: true, reason: 'ours', planHash }, 'anna');
    if (isStricter) book.now = new WarninglistBook([toList('Own', 'never')]);
    await runner.tick();
    expect((await action())?.status).toBe(isStricter ? 'refused' : 'held');
    expect(held.get(ATTACKER) !== undefined).toBe(!isStricter);
  }
});
