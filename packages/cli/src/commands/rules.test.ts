import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { toSpanMs } from '../rules-settings.ts';
import { useCommandWorld } from './fixtures/command-world.ts';
import { runHunt } from './hunt.ts';
import { runRulesBacktest } from './rules-backtest.ts';
import { runRulesExplain } from './rules-explain.ts';
import { runRulesImport, runRulesRemove } from './rules-import.ts';
import { runRulesLint } from './rules-lint.ts';
import { runRulesTest } from './rules-test.ts';

const RULE = `title: Log-in of root
id: root
author: Ann
license: MIT
logsource: {category: authentication}
detection: {who: {user.name: [root, 'adm*']}, condition: who}
tags: [attack.t1078]
`;
const CASES = `must_fire:
  - title: root
    events: [{attributes: {class_uid: 3002, user: {name: root}}}]
must_not_fire:
  - title: nobody
    events: [{attributes: {class_uid: 3002, user: {name: nobody}}}]
`;

const world = useCommandWorld();
const { flags } = world;
beforeEach(async () => {
  await mkdir(join(world.home, 'mine', 'root'), { recursive: true });
  await writeFile(join(world.home, 'mine', 'root', 'rule.yml'), RULE);
  await writeFile(join(world.home, 'mine', 'root', 'cases.yml'), CASES);
});
const mine = () => join(world.home, 'mine');

describe('cordon rules', () => {
  it('imports, does nothing the second time, and takes away', async () => {
    expect(await runRulesImport(mine(), { ...flags(), json: true })).toBe(0);
    expect(JSON.parse(world.out)).toMatchObject({
      name: 'mine',
      rules: 1,
      added: [{ id: 'root' }],
    });
    world.out = '';
    expect(await runRulesImport(mine(), flags())).toBe(0);
    expect(world.out).toContain('Nothing has changed.');
    expect(await runRulesExplain('Log-in of root', flags())).toBe(0);
    expect(world.out).toContain('by Ann, licence MIT, imported with mine');
    expect(world.out).toContain('user.name is adm*');
    expect(await runRulesRemove('mine', flags())).toBe(0);
    expect(await runRulesRemove('mine', flags())).toBe(2);
  });

  it('puts the lists of the configuration in for placeholders', async () => {
    const config = join(world.home, 'cordon.yml');
    await writeFile(config, 'placeholders: {masters: [root, sys]}\n');
    const listed = RULE.replace("user.name: [root, 'adm*']", "user.name|expand: '%masters%'");
    await writeFile(join(mine(), 'root', 'rule.yml'), listed);
    expect(await runRulesLint(mine(), flags())).toBe(3);
    expect(world.err).toContain('masters');
    expect(await runRulesLint(mine(), { ...flags(), config })).toBe(0);
    expect(await runRulesTest(mine(), { ...flags(), config })).toBe(0);
    expect(world.out).toContain('2 passed, 0 failed');
    const file = join(mine(), 'root', 'rule.yml');
    expect(await runRulesExplain(file, { ...flags(), config })).toBe(0);
    expect(world.out).toContain('sys');
  });

  it('tells what is wrong with its place', async () => {
    expect(await runRulesLint(mine(), flags())).toBe(0);
    await writeFile(join(mine(), 'bad.yml'), RULE.replace('condition: who', 'condition: whom'));
    expect(await runRulesLint(mine(), flags())).toBe(3);
    expect(world.err).toMatch(/bad\.yml:6:\d+: .*\[rule_bad_condition\]/);
    expect(await runRulesLint(join(world.home, 'nowhere'), flags())).toBe(2);
    expect(await runRulesImport('ext::sh', flags())).toBe(2);
  });

  it('runs cases, and says which do not go as they say', async () => {
    expect(await runRulesTest(mine(), flags())).toBe(0);
    expect(world.out).toContain('1 rules with cases: 2 passed, 0 failed');
    await writeFile(join(mine(), 'root', 'cases.yml'), CASES.replaceAll('name: root', 'name: ro'));
    expect(await runRulesTest(mine(), flags())).toBe(3);
    expect(world.out).toContain('FAILED root: did not fire: root');
  });

  it('asks for what it needs', async () => {
    const since = { since: '30d' };
    expect(await runRulesBacktest('nowhere', { ...flags(), ...since })).toBe(2);
    expect(await runRulesBacktest('root', { ...flags(), since: 'soon' })).toBe(2);
    const draft = join(mine(), 'root', 'rule.yml');
    expect(await runRulesBacktest(draft, { ...flags(), ...since })).toBe(2);
    expect(world.err).toContain('Nothing was ever written');
    expect(await runHunt('user.nam = a', { ...flags(), limit: '5' })).toBe(2);
    expect(world.err).toContain('query:1:1: There is no field `user.nam`.');
  });

  it.each([
    ['90m', 5_400_000],
    ['2w', 1_209_600_000],
    ['7', undefined],
    ['-1d', undefined],
  ])('reads the span %s', (text, ms) => {
    expect(toSpanMs(text)).toBe(ms);
  });
});
