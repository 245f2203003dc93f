import { cp, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadContent } from './content.ts';

const RULE = `
title: A log-on from a workstation
id: workstation
logsource: {product: windows}
detection: {s: {Workstation|expand: '%workstations%'}, condition: s}
`;

describe('content', () => {
  let dir = '';
  let dataDir = '';
  beforeEach(async () => {
    const home = await mkdtemp(join(tmpdir(), 'content-'));
    dir = join(home, 'content');
    dataDir = join(home, 'data');
    for (const folder of ['parsers', 'playbooks', 'rules/workstation'])
      await mkdir(join(dir, folder), { recursive: true });
    await mkdir(dataDir);
    await writeFile(join(dir, 'rules/workstation/rule.yml'), RULE);
  });

  it('puts configured values in the place of placeholders, and refuses a rule that lacks them', async () => {
    const placeholders = { workstations: ['ws-1', 'ws-2*'] };
    const { rules, problems } = await loadContent(dir, dataDir, { placeholders });
    expect([rules.length, problems]).toEqual([1, []]);
    const without = await loadContent(dir, dataDir);
    expect([without.rules.length, without.problems.map(({ code }) => code)]).toEqual([
      0,
      ['rule_bad_value'],
    ]);
  });

  it('keeps what was read, and reads what was kept as it was', async () => {
    const placeholders = { workstations: ['ws-1'] };
    const first = await loadContent(dir, dataDir, { placeholders });
    const kept = await readFile(join(dataDir, 'rules.cache'));
    const second = await loadContent(dir, dataDir, { placeholders });
    expect(second).toEqual(first);
    expect(await readFile(join(dataDir, 'rules.cache'))).toEqual(kept);
  });

  it('says that what was kept is damaged, and reads the files', async () => {
    const placeholders = { workstations: ['ws-1'] };
    await cp(join(dir, 'rules/workstation/rule.yml'), join(dataDir, 'rules.cache'));
    const { rules, problems } = await loadContent(dir, dataDir, { placeholders });
    expect([rules.length, problems.map(({ code }) => code)]).toEqual([1, ['rule_cache_unusable']]);
  });
});
