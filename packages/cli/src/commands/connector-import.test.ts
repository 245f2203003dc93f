import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConnectors } from '@cordon/server';
import { expect, it } from 'vitest';
import { runConnectorImport } from './connector-import.ts';
import { useCommandWorld } from './fixtures/command-world.ts';

const world = useCommandWorld();
const API = {
  openapi: '3.0.3',
  info: { title: 'Wall' },
  servers: [{ url: 'https://wall.example/v1' }],
  paths: {
    '/rules': {
      get: {
        operationId: 'listRules',
        responses: {
          200: {
            content: {
              'application/json': {
                schema: {
                  type: 'array',
                  items: { properties: { id: { type: 'string' }, ip: { type: 'string' } } },
                },
              },
            },
          },
        },
      },
      post: {
        operationId: 'addRule',
        requestBody: { content: { 'application/json': { schema: { required: ['ip'] } } } },
      },
    },
    '/rules/{id}': { delete: { summary: 'Removes\nit' } },
  },
};
const write = async (document: object = API): Promise<string> => {
  const file = join(world.home, 'wall.json');
  await writeFile(file, JSON.stringify(document));
  return file;
};
const CHOSEN = {
  verb: 'net.ip.block',
  look: 'listRules',
  apply: 'addRule',
  undo: 'DELETE /rules/{id}',
};

it('tells the operations that there are', async () => {
  expect(await runConnectorImport(await write(), {})).toBe(0);
  expect(world.out).toContain('listRules  GET /rules');
  expect(world.out).toContain('DELETE /rules/{id}    Removes\n');
});

it('prints a manifest that Cordon reads', async () => {
  expect(await runConnectorImport(await write(), CHOSEN)).toBe(0);
  await mkdir(join(world.home, 'connectors'));
  await writeFile(join(world.home, 'connectors', 'wall.yml'), world.out);
  const configFile = join(world.home, 'cordon.yml');
  const { values, problems } = await loadConnectors({ root: world.home, configFile });
  expect(problems).toEqual([]);
  const wall = values.find(({ id }) => id === 'wall');
  expect(wall).toMatchObject({ title: 'Wall', tried: 'schema' });
  expect(wall?.actions.map(({ verb }) => verb)).toEqual(['net.ip.block', 'net.ip.unblock']);
});

it.each<[string, object, object, number]>([
  ['no description', { swagger: '2.0' }, {}, 3],
  ['an operation that is not there', API, { ...CHOSEN, apply: 'x' }, 3],
  ['a block that nothing takes back', API, { verb: CHOSEN.verb, apply: 'addRule' }, 3],
])('refuses %s', async (...[, document, flags, exit]) => {
  expect(await runConnectorImport(await write(document), flags)).toBe(exit);
  expect(world.out).toBe('');
  expect(world.err).not.toBe('');
});

it('says that a file cannot be read', async () => {
  expect(await runConnectorImport(join(world.home, 'nowhere'), {})).toBe(2);
});
