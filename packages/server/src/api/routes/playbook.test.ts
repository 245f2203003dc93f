import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parsePlaybook } from '@cordon/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadPlaybooks } from '../../content/playbooks.ts';
import { createHarness, type Harness } from '../fixtures/api-harness.ts';

const TEXT = `playbook: tell
title: Tell
steps:
  - { stop: succeeded, text: Nothing to do }
`;
const { playbook } = parsePlaybook(TEXT, 'tell/playbook.yml');
if (!playbook) throw new Error('The playbook of the test must read.');

let dataDir = '';
let harness: Harness;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cordon-playbook-'));
  harness = await createHarness({ settings: { dataDir }, playbooks: [playbook] });
});
afterEach(async () => {
  await harness[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true, force: true });
});

const put = async (role: 'administrator' | 'responder', more: object = {}) => {
  const headers = { cookie: await harness.cookieOf(role) };
  const payload = {
    text: TEXT.replace('Nothing to do', 'Enough'),
    base_version: playbook.version,
    reason: 'clearer',
    ...more,
  };
  return harness.ask({ method: 'PUT', url: '/api/v1/playbooks/tell', payload, headers });
};
const written = async () => (await loadPlaybooks(dataDir, dataDir)).values.map(({ id }) => id);

it('an administrator puts a text in force, and it is told by whom', async () => {
  const answer = await put('administrator');
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject({ id: 'tell', version: playbook.version + 1 });
  const cookie = await harness.cookieOf('viewer');
  const versions = await harness.ask({
    url: '/api/v1/playbooks/tell/versions',
    headers: { cookie },
  });
  expect(versions.json().items).toMatchObject([
    { version: playbook.version + 1, by: 'administrator', reason: 'clearer' },
    { version: playbook.version, by: 'cordon' },
  ]);
});

it('nobody else may, since it acts without being asked', async () => {
  expect((await put('responder')).statusCode).toBe(403);
  expect(await written()).toEqual([]);
});

it.each([
  ['an old base', { base_version: 7 }, 409, 'playbook_changed'],
  ['a text that is none', { text: 'a: [' }, 409, 'playbook_syntax'],
  ['no reason', { reason: '' }, 400, 'bad_request'],
] as const)('%s is refused', async (...[, more, status, code]) => {
  const answer = await put('administrator', more);
  expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
  expect(await written()).toEqual([]);
});

it.each(['..%2F..%2Fetc', 'UPPER', '-a'])('the name %s reaches no folder', async (id) => {
  const cookie = await harness.cookieOf('administrator');
  const url = `/api/v1/playbooks/${id}/versions`;
  expect((await harness.ask({ url, headers: { cookie } })).statusCode).toBe(400);
});
