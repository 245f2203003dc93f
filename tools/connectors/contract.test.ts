/* Every manifest of content/connectors keeps the contract of connectors, against a product with a state of its own. */
import { createServer } from 'node:net';
import { describeConnector } from '@cordon/kit/connector-contract';
import { afterEach, describe, expect, it } from 'vitest';
import type { Emulator } from './emulator.ts';
import {
  BENCHES,
  configAt,
  definitionOf,
  manifested,
  problems,
  secretOf,
  startVendor,
} from './vendors.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function start(bench: (typeof BENCHES)[number]): Promise<Emulator> {
  const emulator = await startVendor(bench);
  open.push(emulator);
  return emulator;
}

it('every manifest can be read, and those of emulators are tried here', () => {
  expect(problems).toEqual([]);
  expect(manifested.map(({ id }) => id).sort()).toEqual(BENCHES.map(({ id }) => id).sort());
});

for (const bench of BENCHES) {
  const definition = definitionOf(bench);
  describeConnector(definition, {
    config: async () => configAt(bench, (await start(bench)).base),
    params: Object.fromEntries(definition.actions.map(({ verb }) => [verb, bench.params])),
    secrets: [secretOf(bench)],
    unreachable: async () => configAt(bench, 'http://127.0.0.1:1'),
    silent: async () => {
      const server = createServer(() => undefined);
      open.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as { port: number };
      return configAt(bench, `http://127.0.0.1:${port}`);
    },
  });

  describe(`${bench.id} and what it is told`, () => {
    const context = (config: unknown) => ({
      config,
      signal: AbortSignal.timeout(5_000),
      idempotencyKey: 'act_told',
    });
    it.each(definition.actions)('$verb does nothing under wrong credentials', async (action) => {
      const emulator = await start(bench);
      const config = { ...configAt(bench, emulator.base), secret: secretOf(bench) };
      const wrong = bench.config['client_id']
        ? { ...config, token_url: `${emulator.base}/nowhere` }
        : { ...config, secret: 'another' };
      const answer = await action.apply(bench.params, context(wrong) as never);
      expect(answer).toMatchObject({ ok: false });
      expect(emulator.changes()).toBe(0);
    });
    if (bench.unknown)
      it.each(definition.actions)('$verb says that the target is not known', async (action) => {
        const emulator = await start(bench);
        const config = configAt(bench, emulator.base);
        const answer = await action.apply(bench.unknown, context(config) as never);
        const isRestore = action.class === 'restore';
        expect(answer).toMatchObject(
          isRestore
            ? { ok: true, value: { changed: false } }
            : { ok: false, problem: { code: 'target_unknown', retryable: false } },
        );
        expect(emulator.changes()).toBe(0);
      });
    it('does not send to this machine unless that is meant', async () => {
      const emulator = await start(bench);
      const config = { ...configAt(bench, emulator.base), allow_private: false };
      const [action] = definition.actions;
      expect(await action?.apply(bench.params, context(config) as never)).toMatchObject({
        ok: false,
        problem: { code: 'target_not_allowed' },
      });
    });
  });
}
