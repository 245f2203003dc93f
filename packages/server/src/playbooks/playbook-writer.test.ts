import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Playbook, toEpochMs } from '@cordon/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadPlaybooks } from '../content/playbooks.ts';
import type { NewAuditEntry } from '../store/ports.ts';
import { type PlaybookDraft, PlaybookWriter } from './playbook-writer.ts';

const TEXT = `# Ours.
playbook: block
version: 1
title: Block
inputs: { ip: { type: ip } }
steps:
  - { id: block, do: net.ip.block, with: { ip: '\${{ inputs.ip }}' }, for: 4h, undo: auto, reason: Test }
`;
const CALLER = `playbook: caller
version: 1
title: Caller
steps:
  - { id: call, call: block, with: { ip: 192.0.2.1 } }
`;

let folder = '';
let dataDir = '';
let playbooks: readonly Playbook[] = [];
let audited: NewAuditEntry[] = [];
const load = async () => {
  const loaded = await loadPlaybooks(folder, dataDir);
  playbooks = loaded.values;
  return loaded;
};
const writer = () =>
  new PlaybookWriter({
    dataDir,
    playbooks: () => playbooks,
    audit: async (entry) => void audited.push(entry),
    reload: load,
    now: () => toEpochMs(1_700_000_000_000),
  });
const write = (more: Partial<PlaybookDraft> = {}) =>
  writer().write({ id: 'block', text: TEXT, baseVersion: 1, reason: 'why', ...more }, 'ann');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cordon-playbooks-'));
  dataDir = await mkdtemp(join(tmpdir(), 'cordon-data-'));
  audited = [];
  for (const [id, text] of [
    ['block', TEXT],
    ['caller', CALLER],
  ] as const) {
    await mkdir(join(folder, id));
    await writeFile(join(folder, id, 'playbook.yml'), text);
  }
  expect((await load()).problems).toEqual([]);
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  await rm(dataDir, { recursive: true });
});

it('puts a text in force under the next version, with its comments, and tells who and why', async () => {
  expect(await write({ text: TEXT.replace('4h', '2h') })).toMatchObject({
    ok: true,
    value: { version: 2 },
  });
  const [block] = playbooks;
  expect(block).toMatchObject({ id: 'block', version: 2, steps: [{ ttlMs: 7_200_000 }] });
  expect(block?.source.text).toMatch(/^# Ours\.\n/);
  expect(audited).toMatchObject([
    {
      actor: 'ann',
      what: 'playbook_written',
      subject: 'block',
      data: { version: 2, reason: 'why' },
    },
  ]);
});

it('keeps every version, what came along first, and brings an earlier one back as a new one', async () => {
  await write({ text: TEXT.replace('4h', '2h') });
  const [, first] = await writer().versions('block');
  expect(first).toMatchObject({ version: 1, by: 'cordon', text: TEXT });
  expect(first?.at).toBeUndefined();
  await write({ text: first?.text ?? '', baseVersion: 2 });
  expect(playbooks[0]).toMatchObject({ version: 3, steps: [{ ttlMs: 14_400_000 }] });
  expect((await writer().versions('block')).map(({ version, by }) => [version, by])).toEqual([
    [3, 'ann'],
    [2, 'ann'],
    [1, 'cordon'],
  ]);
});

it('takes a new playbook', async () => {
  const text = TEXT.replace('playbook: block', 'playbook: mine');
  expect(await write({ id: 'mine', text, baseVersion: 0 })).toMatchObject({ ok: true });
  expect(playbooks.map(({ id }) => id)).toEqual(['block', 'caller', 'mine']);
});

it('lets one of two through who save at once', async () => {
  const answers = await Promise.all([write(), write(), write()]);
  expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  for (const answer of answers)
    if (!answer.ok) expect(answer.problem.code).toBe('playbook_changed');
  expect((await readdir(join(dataDir, 'playbooks', 'block'))).sort()).toEqual(['1.json', '2.json']);
});

it.each<[string, Partial<PlaybookDraft>, string]>([
  ['what is no YAML', { text: 'a: [' }, 'playbook_syntax'],
  ['what is no map', { text: '- a' }, 'playbook_bad_value'],
  ['a step without its undo', { text: TEXT.replace('undo: auto, ', '') }, 'playbook_missing_undo'],
  ['another name', { text: TEXT.replace('playbook: block', 'playbook: x') }, 'playbook_bad_value'],
  ['an old base', { baseVersion: 7 }, 'playbook_changed'],
  ['what breaks a caller', { text: TEXT.replaceAll('ip:', 'address:') }, 'playbook_'],
])('refuses %s and keeps nothing of it', async (_what, more, code) => {
  const answer = await write(more);
  expect(answer).toMatchObject({ ok: false });
  if (!answer.ok) expect(answer.problem.code).toContain(code);
  expect(await readdir(dataDir)).toEqual([]);
  expect(audited).toEqual([]);
});

it('runs nothing where what was saved cannot be read, says so, and takes it anew', async () => {
  await write();
  await writeFile(join(dataDir, 'playbooks', 'block', '2.json'), '{"text": "pla');
  const { values, problems } = await load();
  expect(values.map(({ id }) => id)).not.toContain('block');
  expect(problems.map(({ code }) => code)).toContain('playbook_syntax');
  expect(await write()).toMatchObject({ ok: true, value: { version: 3 } });
  expect(playbooks.map(({ id }) => id)).toContain('block');
});
