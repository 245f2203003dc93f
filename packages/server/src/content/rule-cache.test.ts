import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { RuleCache } from './rule-cache.ts';

const RULE = (word: string) =>
  `title: T\nid: t-${word}\nlogsource: {product: test}\ndetection: {s: {f|contains: '${word}*'}, condition: s}\n`;

describe('the cache of rules', () => {
  let path = '';
  beforeEach(async () => {
    path = join(await mkdtemp(join(tmpdir(), 'rule-cache-')), 'not-there-yet/rules.cache');
  });

  async function read(...texts: readonly string[]) {
    const cache = await RuleCache.open(path);
    const batches = texts.map((text) => cache.read(text, 'r.yml'));
    return { batches, problems: [...cache.problems, ...(await cache.save())] };
  }

  it('gives back what was read, good rules and bad ones', async () => {
    const first = await read(RULE('a'), 'title: no more than this');
    const kept = await readFile(path, 'utf8');
    const second = await read(RULE('a'), 'title: no more than this');
    expect(second.batches).toEqual(first.batches);
    expect(second.batches[1]?.problems).not.toEqual([]);
    expect(await readFile(path, 'utf8')).toBe(kept);
  });

  it('reads a text that changed anew and forgets the old one', async () => {
    await read(RULE('a'), RULE('b'));
    const { batches } = await read(RULE('a'), RULE('c'));
    expect(batches.flatMap(({ values }) => values.map(({ id }) => id))).toEqual(['t-a', 't-c']);
    const kept = await readFile(path, 'utf8');
    expect([kept.includes('t-b'), kept.includes('t-c')]).toEqual([false, true]);
  });

  it.each([
    ['a byte changed', (kept: string) => kept.replace('t-a', 't-x')],
    ['it was cut', (kept: string) => kept.slice(0, -20)],
    ['it is something else', () => '[]'],
    ['it is empty', () => ''],
  ])('is of no use when %s, says so and is written anew', async (_, damage) => {
    const { batches } = await read(RULE('a'));
    await writeFile(path, damage(await readFile(path, 'utf8')));
    const after = await read(RULE('a'));
    expect(after.batches).toEqual(batches);
    expect(after.problems.map(({ code }) => code)).toEqual(['rule_cache_unusable']);
    expect((await read(RULE('a'))).problems).toEqual([]);
  });

  it('says nothing of the cache of another version', async () => {
    await read(RULE('a'));
    const kept = await readFile(path, 'utf8');
    await writeFile(path, kept.replace(/^cordon-rules \d+/, 'cordon-rules 0'));
    expect((await read(RULE('a'))).problems).toEqual([]);
  });

  it('runs without a place it could be written to, and says so', async () => {
    path = '/dev/null/rules.cache';
    const { batches, problems } = await read(RULE('a'));
    expect(batches[0]?.values).toHaveLength(1);
    expect(problems.map(({ code }) => code)).toEqual(['rule_cache_unusable']);
  });
});
