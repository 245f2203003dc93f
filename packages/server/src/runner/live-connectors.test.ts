import { err, ok, toEpochMs } from '@cordon/core';
import { createSandboxFirewall } from '@cordon/extensions';
import type { ConnectorDefinition } from '@cordon/kit';
import { expect, it } from 'vitest';
import { createMemoryStateStore } from '../store/memory/memory-state-store.ts';
import { LiveConnectors } from './live-connectors.ts';

const NOW = toEpochMs(1_700_000_000_000);
const { connector: firewall } = createSandboxFirewall(() => NOW);
const named = (id: string, check: ConnectorDefinition['check']): ConnectorDefinition => ({
  ...firewall,
  id,
  ...(check ? { check } : {}),
});
const createDesk = (definitions: readonly ConnectorDefinition[], configured = definitions) =>
  new LiveConnectors({
    definitions,
    configured: configured.map((definition) => ({ id: definition.id, definition, config: {} })),
    store: createMemoryStateStore(),
    now: () => NOW,
  });

it('lists those that are configured first, and tests none by itself', async () => {
  const never = async () => {
    throw new Error('nobody asked');
  };
  const [a, b] = [named('a', never), named('b', never)];
  const list = await createDesk([a, b], [b]).list();
  expect(list.map(({ definition, isConfigured }) => [definition.id, isConfigured])).toEqual([
    ['b', true],
    ['a', false],
  ]);
  expect(list.every(({ test }) => test === undefined)).toBe(true);
});

it('keeps what the last test found', async () => {
  const desk = createDesk([named('a', async () => ok({ text: 'Well.', granted: ['x'] }))]);
  expect(await desk.test('a')).toMatchObject({ ok: true });
  expect((await desk.list())[0]?.test).toEqual({
    at: NOW,
    result: ok({ text: 'Well.', granted: ['x'] }),
  });
});

it.each<[string, ConnectorDefinition['check'], string]>([
  ['a refusal', async () => err({ code: 'target_denied', detail: 'No.', retryable: false }), 'No.'],
  [
    'a connector that breaks',
    async () => {
      throw new Error('oops');
    },
    'The test failed: oops.',
  ],
])('tells %s', async (_what, check, detail) => {
  const desk = createDesk([named('a', check)]);
  await desk.test('a');
  expect((await desk.list())[0]?.test?.result).toMatchObject({ ok: false, problem: { detail } });
});

it('tests nothing that is not configured', async () => {
  expect(await createDesk([firewall], []).test(firewall.id)).toMatchObject({
    ok: false,
    problem: { code: 'not_found' },
  });
});
