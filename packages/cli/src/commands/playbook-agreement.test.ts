import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startServer } from '@cordon/server';
import { expect, it } from 'vitest';
import { useCommandWorld } from './fixtures/command-world.ts';
import { runPlaybookAgreement } from './playbook-agreement.ts';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const world = useCommandWorld();

it('tells where automations stand and what is missing; nothing is said of what people start', async () => {
  for (const [id, on] of [
    ['block', 'on: incident.severity >= high'],
    ['by-hand', ''],
  ] as const) {
    const folder = join(world.home, 'content', 'playbooks', id);
    await mkdir(folder);
    await writeFile(
      join(folder, 'playbook.yml'),
      `playbook: ${id}\n${on}\nsteps: [{ id: say, do: notify.chat.post, with: { text: hello } }]\n`,
    );
  }
  const { data } = world.flags();
  expect(await runPlaybookAgreement(world.flags())).toBe(2);
  const env = { CORDON_DATA_DIR: data, CORDON_SERVER__PORT: '0', CORDON_LOG_LEVEL: 'silent' };
  await (await startServer({ root: ROOT, env })).stop();
  expect(await runPlaybookAgreement({ ...world.flags(), json: true })).toBe(0);
  expect(JSON.parse(world.out)).toMatchObject({
    automations: [{ id: 'block', stage: 'live', agreement: { k: 0, n: 0 }, mayPromote: false }],
  });
  world.out = '';
  await runPlaybookAgreement(world.flags());
  expect(world.out).toContain('people agreed in 0 of 0');
  expect(world.out).not.toContain('by-hand');
}, 60_000);
