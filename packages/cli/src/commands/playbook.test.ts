import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { useCommandWorld } from './fixtures/command-world.ts';
import { runPlaybookExport } from './playbook-export.ts';
import { runPlaybookImport } from './playbook-import.ts';
import { runPlaybookLint } from './playbook-lint.ts';
import { runPlaybookList } from './playbook-list.ts';
import { runPlaybookTest } from './playbook-test.ts';

const PLAYBOOK = `playbook: tell
title: Tell
inputs: { who: user }
steps: [{ id: say, do: notify.chat.post, with: { text: '\${{ inputs.who }}' } }]
`;
const toCases = (target: string): string => `- name: tells
  incident: { behaviours: [malware], severity: high, p: 0.9, entities: [] }
  inputs: { who: eve }
  expect: [{ verb: notify.chat.post, target: ${target} }]
`;
const uuid = (n: number): string => `00000000-0000-4000-8000-00000000000${n}`;
const toCacao = (type: string) => ({
  type: 'playbook',
  spec_version: 'cacao-2.0',
  id: `playbook--${uuid(1)}`,
  name: 'Theirs',
  created_by: `identity--${uuid(2)}`,
  created: '2024-01-01T00:00:00.000Z',
  modified: '2024-01-01T00:00:00.000Z',
  workflow_start: `start--${uuid(3)}`,
  workflow: {
    [`start--${uuid(3)}`]: { type: 'start', on_completion: `action--${uuid(4)}` },
    [`action--${uuid(4)}`]: {
      type: 'action',
      name: 'Look',
      'x-own': [1],
      agent: `group--${uuid(6)}`,
      commands: [{ type, command: 'look around' }],
      on_completion: `end--${uuid(5)}`,
    },
    [`end--${uuid(5)}`]: { type: 'end' },
  },
  agent_definitions: { [`group--${uuid(6)}`]: { type: 'group', name: 'Team' } },
});

const world = useCommandWorld();
const { flags } = world;
const folder = (name: string): string => join(world.home, 'content', 'playbooks', name);
beforeEach(async () => {
  await mkdir(folder('tell'));
  await writeFile(join(folder('tell'), 'playbook.yml'), PLAYBOOK);
  await writeFile(join(folder('tell'), 'cases.yml'), toCases('eve'));
});
async function take(document: object, more: object = {}): Promise<number> {
  const file = join(world.home, 'theirs.json');
  await writeFile(file, JSON.stringify(document));
  return runPlaybookImport(file, { ...flags(), ...more });
}

describe('cordon playbook', () => {
  it('lists, lints and tests', async () => {
    expect(await runPlaybookList({ ...flags(), json: true })).toBe(0);
    expect(JSON.parse(world.out).playbooks).toMatchObject([
      { id: 'tell', starts: 'by hand', inputs: ['who: user'], steps: 1 },
    ]);
    expect(await runPlaybookLint(undefined, flags())).toBe(0);
    expect(await runPlaybookTest(undefined, flags())).toBe(0);
  });

  it('says where a playbook is wrong and which case does not hold', async () => {
    await writeFile(join(folder('tell'), 'cases.yml'), toCases('mallory'));
    expect(await runPlaybookTest('tell', flags())).toBe(3);
    expect(world.out).toContain('FAILED tell: tells: 1: expected mallory');
    await writeFile(
      join(folder('tell'), 'playbook.yml'),
      PLAYBOOK.replace('inputs.who', 'inputs.whom'),
    );
    expect(await runPlaybookLint(folder('tell'), flags())).toBe(3);
    expect(world.err).toMatch(/playbook\.yml:4:\d+: "inputs" has no "whom"; it has who/);
    expect(await runPlaybookLint('nowhere', flags())).toBe(2);
  });

  it('takes over what a person can do, and gives it back as it came', async () => {
    expect(await take(toCacao('manual'))).toBe(0);
    expect(await readFile(join(folder('theirs'), 'playbook.yml'), 'utf8')).toContain('ask: ');
    expect(await take(toCacao('manual'))).toBe(2);
    world.out = '';
    expect(await runPlaybookExport('theirs', flags())).toBe(0);
    expect(JSON.parse(world.out)).toEqual(toCacao('manual'));
  });

  it('refuses what nothing here carries out, unless it is to be done by hand', async () => {
    expect(await take(toCacao('bash'))).toBe(3);
    expect(world.err).toContain('nothing here carries out a command of type "bash"');
    expect(await take(toCacao('bash'), { byHand: true })).toBe(0);
    expect(await take({ type: 'playbook' }, { name: 'bad' })).toBe(3);
  });

  it('exports one of ours so that it comes back word for word', async () => {
    expect(await runPlaybookExport('tell', flags())).toBe(0);
    const document = JSON.parse(world.out);
    await rm(folder('tell'), { recursive: true });
    expect(await take(document)).toBe(0);
    expect(await readFile(join(folder('tell'), 'playbook.yml'), 'utf8')).toBe(PLAYBOOK);
  });

  it('takes over a graph of Splunk SOAR as a playbook to complete', async () => {
    const node = (id: string, type: string, data: object = {}) => ({
      [id]: { id, type, data: { type, ...data } },
    });
    const nodes = {
      ...node('0', 'start'),
      ...node('1', 'end'),
      ...node('2', 'action', { action: 'block ip' }),
      ...node('3', 'action', { action: 'hunt file' }),
    };
    const edges = [
      ['0', '2'],
      ['2', '3'],
      ['3', '1'],
    ].map(([sourceNode, targetNode]) => ({
      sourceNode,
      targetNode,
      sourcePort: `${sourceNode}_out`,
    }));
    expect(await take({ coa: { data: { description: 'x', nodes, edges } } })).toBe(0);
    expect(world.out).toContain('4 of 4 boxes and 3 of 3 arrows were kept.');
    expect(world.out).toContain('Put to a person: hunt file');
    const text = await readFile(join(folder('theirs'), 'playbook.yml'), 'utf8');
    expect(text).toContain('do: net.ip.block');
  });
});
