import { fileURLToPath } from 'node:url';
import { startServer } from '@cordon/server';
import { expect, it } from 'vitest';
import { runEntity } from './entity.ts';
import { useCommandWorld } from './fixtures/command-world.ts';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const world = useCommandWorld();

it('knows wrong use from a folder where nothing is, and that from a thing nobody spoke of', async () => {
  expect(await runEntity('ghost', 'x', world.flags())).toBe(2);
  expect(world.err).toContain('A kind is one of host, user, ip');
  expect(await runEntity('host', 'x', { ...world.flags(), at: 'yesterday' })).toBe(2);
  expect(await runEntity('host', 'x', world.flags())).toBe(2);
  const env = {
    CORDON_DATA_DIR: world.flags().data,
    CORDON_SERVER__PORT: '0',
    CORDON_LOG_LEVEL: 'silent',
  };
  await (await startServer({ root: ROOT, env })).stop();
  expect(await runEntity('host', 'srv-1', world.flags())).toBe(3);
}, 60_000);
