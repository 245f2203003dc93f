import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { parseSigma, type SigmaDocument } from '@cordon/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadContent } from '../content/content.ts';
import { checkAddress, cloneArguments, isAddress } from './git-source.ts';
import { importRules, removePack } from './import-rules.ts';
import { listPacks, loadPacks, packsFingerprint } from './pack.ts';
import { readSource, SOURCE_LIMITS } from './rule-source.ts';

let home = '';
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'cordon-import-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const rule = (id: string, more = ''): string =>
  `title: Rule ${id}\nid: ${id}\nauthor: Ann\nlogsource: {product: x}\ndetection: {a: {b: 1}, condition: a}\n${more}`;
const write = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(join(home, 'src', path)), { recursive: true });
  await writeFile(join(home, 'src', path), text);
};
const run = (
  more: Partial<Parameters<typeof importRules>[0]> = {},
  content: readonly SigmaDocument[] = [],
) =>
  importRules({
    from: join(home, 'src'),
    dataDir: join(home, 'data'),
    content,
    now: () => 1,
    ...more,
  });
const ids = (rules: readonly { readonly id: string }[]) => rules.map(({ id }) => id).sort();

describe('importing rules', () => {
  it('takes every good file with whose it is, and tells what it left out and why', async () => {
    await write('LICENSE.md', 'Detection Rule License (DRL) 1.1');
    await write('a/one.yml', rule('one'));
    await write('b/one.yml', rule('two', 'license: MIT\n'));
    await write(
      'b/bad.yml',
      'title: Bad\nid: bad\nlogsource: {product: x}\ndetection: {a: {b: 1}, condition: c}\n',
    );
    await write('b/old.yml', rule('old', 'status: deprecated\n'));
    await write('b/again.yml', rule('one'));
    await write(
      'b/lonely.yml',
      'title: L\nid: l\ncorrelation: {type: event_count, rules: [nowhere], group-by: [u], timespan: 1m, condition: {gte: 2}}\n',
    );
    await write('workflow.yml', 'on: push\n');
    await write('.github/x.yml', rule('hidden'));
    const report = await run();
    expect(report).toMatchObject({ name: 'src', licence: 'DRL-1.1', rules: 2, others: 1 });
    expect(ids(report.added)).toEqual(['one', 'two']);
    expect(report.refused.map(({ code, at }) => [code, at?.file, at?.line])).toEqual([
      ['rule_bad_condition', 'b/bad.yml', 4],
      ['rule_left_out', 'b/old.yml', 1],
      ['rule_duplicate_id', 'b/again.yml', 1],
      ['rule_unknown_reference', 'b/lonely.yml', 1],
    ]);
    const { values, problems } = await loadPacks(join(home, 'data'));
    expect(problems).toEqual([]);
    expect(
      values.map(({ id, license, source, author }) => [id, license, source, author]).sort(),
    ).toEqual([
      ['one', 'DRL-1.1', 'src', 'Ann'],
      ['two', 'MIT', 'src', 'Ann'],
    ]);
  });

  it('changes nothing when done again, and otherwise what the source changed', async () => {
    await write('one.yml', rule('one'));
    await write('two.yml', rule('two'));
    await run({ isShadow: true });
    const before = await packsFingerprint(join(home, 'data'));
    const again = await run();
    expect([again.added, again.changed, again.removed, again.isShadow]).toEqual([[], [], [], true]);
    expect(await packsFingerprint(join(home, 'data'))).toBe(before);
    await write('one.yml', rule('one', 'level: low\n'));
    await rm(join(home, 'src', 'two.yml'));
    await write('three.yml', rule('three'));
    const next = await run();
    expect([ids(next.added), ids(next.changed), ids(next.removed)]).toEqual([
      ['three'],
      ['one'],
      ['two'],
    ]);
    const folders = await readdir(join(home, 'data', 'rules', 'src'));
    expect(folders.filter((name) => name.startsWith('v-'))).toHaveLength(1);
    expect((await loadPacks(join(home, 'data'))).values.every(({ isShadow }) => isShadow)).toBe(
      true,
    );
    expect(await removePack(join(home, 'data'), 'src')).toBe(true);
    expect(await listPacks(join(home, 'data'))).toEqual({ packs: [], problems: [] });
    expect(await removePack(join(home, 'data'), '../..')).toBe(false);
  });

  it('leaves ids alone that are taken, and stands beside the content', async () => {
    await write('one.yml', rule('one'));
    const taken = parseSigma(rule('one'), 'own.yml', { isOpen: true }).values;
    await write('two.yml', rule('two'));
    const report = await run({}, taken);
    expect([report.rules, report.refused[0]?.code]).toEqual([1, 'rule_duplicate_id']);
    for (const kind of ['parsers', 'rules', 'playbooks'])
      await mkdir(join(home, 'content', kind), { recursive: true });
    const content = await loadContent(join(home, 'content'), join(home, 'data'));
    expect([ids(content.rules), content.problems]).toEqual([['two'], []]);
  });

  it('keeps the cases that come beside a rule', async () => {
    await write('x/rule.yml', rule('x'));
    await write('x/cases.yml', 'must_fire: []\n');
    await run();
    const [pack] = (await listPacks(join(home, 'data'))).packs;
    const file = join(home, 'data', 'rules', 'src', pack?.version ?? '', 'x', 'cases.yml');
    expect(await readFile(file, 'utf8')).toBe('must_fire: []\n');
  });

  it('refuses a source that is not there or holds no rule, and changes nothing', async () => {
    await write('x.yml', 'a: 1\n');
    await expect(run()).rejects.toMatchObject({ problem: { code: 'rule_source_unreadable' } });
    await expect(run({ from: join(home, 'nowhere') })).rejects.toMatchObject({
      problem: { code: 'rule_source_unreadable' },
    });
    expect((await listPacks(join(home, 'data'))).packs).toEqual([]);
  });
});

describe('a hostile source', () => {
  const read = (from: string, more: Partial<typeof SOURCE_LIMITS> = {}) =>
    readSource(from, { ...SOURCE_LIMITS, ...more }, () => undefined);

  it('does not lead outside by a link', async () => {
    await writeFile(join(home, 'secret.yml'), rule('secret'));
    await write('one.yml', rule('one'));
    await symlink(join(home, 'secret.yml'), join(home, 'src', 'link.yml'));
    await symlink(home, join(home, 'src', 'up'));
    expect((await read(join(home, 'src'))).map(({ path }) => path)).toEqual(['one.yml']);
  });

  it('is bounded in files and bytes', async () => {
    await write('one.yml', rule('one'));
    await write('two.yml', rule('two'));
    await expect(read(join(home, 'src'), { files: 1 })).rejects.toThrow('more than 1 files');
    await expect(read(join(home, 'src'), { totalBytes: 100 })).rejects.toThrow(
      'more than 100 bytes',
    );
  });

  it('is an archive that unpacks to too much, has too many members, or paths that climb', async () => {
    const zip = join(home, 'x.zip');
    await writeFile(
      zip,
      makeZip({ 'a.yml': rule('a'), 'b.yml': `${' '.repeat(300_000)}detection: 1` }),
    );
    const files = await read(zip, { fileBytes: 10_000 });
    expect(files.map(({ path, text }) => [path, text.length])).toEqual([
      ['a.yml', rule('a').length],
      ['b.yml', 10_001],
    ]);
    await expect(read(zip, { members: 1 })).rejects.toThrow('more than 1 members');
    await expect(read(zip, { totalBytes: 100 })).rejects.toThrow('more than 100 bytes');
    await writeFile(zip, makeZip({ '../../up.yml': rule('up') }));
    await expect(read(zip)).rejects.toMatchObject({ problem: { code: 'rule_source_unreadable' } });
    await writeFile(zip, 'no archive');
    await expect(read(zip)).rejects.toMatchObject({ problem: { code: 'rule_source_unreadable' } });
  });

  it.each([
    'ext::sh -c touch% /tmp/x',
    'ssh://example.com/x',
    'git://example.com/x',
    'http://example.com/x',
    'file:///etc',
    'https://user:secret@example.com/x',
  ])('is no address: %s', (from) => {
    expect(isAddress(from)).toBe(true);
    expect(() => checkAddress(from)).toThrow();
  });

  it('cannot hand git an option or another protocol', () => {
    const args = cloneArguments(checkAddress('https://example.com/--upload-pack=x'), '/tmp/x');
    expect(args.slice(-3)).toEqual(['--', 'https://example.com/--upload-pack=x', '/tmp/x']);
    const local = [...args.slice(0, -2), join(home, 'src'), join(home, 'out')];
    const env = { PATH: process.env['PATH'], GIT_ALLOW_PROTOCOL: 'https', HOME: home };
    expect(() => execFileSync('git', local, { env, stdio: 'pipe' })).toThrow();
  });
});

/** A ZIP of deflated members, as small as one can be. */
function makeZip(members: Readonly<Record<string, string>>): Buffer {
  const locals: Buffer[] = [];
  const heads: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(members)) {
    const packed = deflateRawSync(text);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(8, 4);
    shared.writeUInt32LE(crc32(Buffer.from(text)), 10);
    shared.writeUInt32LE(packed.length, 14);
    shared.writeUInt32LE(Buffer.byteLength(text), 18);
    shared.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), shared, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    heads.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), shared, tail, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(heads);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(heads.length, 8);
  end.writeUInt16LE(heads.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}
