import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { runOnCall } from './oncall.ts';

const dir = mkdtempSync(join(tmpdir(), 'cordon-oncall-'));
afterAll(() => rmSync(dir, { recursive: true }));

const file = (text: string): string => {
  const path = join(dir, 'cordon.yml');
  writeFileSync(path, text);
  return path;
};

const HOUSE = `
people: [{id: ann, name: "Ann\\u001b[2J", page: [{channel: chat}]}, {id: ben, page: [{channel: chat}]}]
teams: [{id: soc, covers: [web-*], escalation: [{tell: ['schedule:first'], wait_minutes: 7}, {tell: ['person:ben']}]}]
on_call: [{id: first, title: First line, time_zone: UTC, rotations: [{people: [ann], from: '2026-01-05'}]}]
notify: {channels: [{id: chat, kind: slack, url: 'https://hooks.example/x'}]}
`;

async function say(given: Partial<Parameters<typeof runOnCall>[0]>) {
  const [out, words] = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockReturnValue(true),
  );
  const code = await runOnCall({ priority: 'P1', ...given });
  const read = (spy: typeof out) => spy?.mock.calls.map(([text]) => String(text)).join('') ?? '';
  const told = { code, out: read(out), words: read(words) };
  out?.mockRestore();
  words?.mockRestore();
  return told;
}

it('says who is on call and who would be told, with no word that drives a terminal', async () => {
  const { code, out } = await say({ config: file(HOUSE), subject: 'web-9' });
  expect(code).toBe(0);
  expect(out).toContain('First line: Ann\\x1b[2J\n');
  expect(out).toContain('A P1 now: soc looks after web-9 (web-*).');
  expect(out).toContain('  step 2, after 7 min: ben gets a page: this step names you');
});

it('says the same as JSON', async () => {
  const { out } = await say({ config: file(HOUSE), json: true });
  expect(JSON.parse(out)).toMatchObject({ team: 'soc', duties: [{ schedule: 'First line' }] });
});

it.each([
  ['nobody is configured', { config: '' }, 'Nobody is configured'],
  ['there is no such team', { team: 'x' }, 'There is no team "x"; there are: soc.'],
  ['the priority is none', { priority: 'P9' }, '--priority is P1, P2, P3 or P4.'],
  ['there is no data for the report', { fatigue: true }, 'There is no data there yet.'],
])('refuses when %s', async (_, flags, words) => {
  const config = 'config' in flags ? file('log_level: info\n') : file(HOUSE);
  const told = await say({ ...flags, config });
  expect(told.code).toBe(2);
  expect(told.words).toContain(words);
});
