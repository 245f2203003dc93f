import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toEpochMs } from '@cordon/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Content, loadContent } from '../content/content.ts';
import type { NewAuditEntry } from '../store/ports.ts';
import { LiveContent } from './live-content.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'cordon-content-'));
  for (const kind of ['parsers', 'rules', 'playbooks']) await mkdir(join(dir, kind));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const parser = (id: string, pattern: string): string =>
  `id: ${id}\ntitle: ${id}\nread: text\nmessages:\n  - name: ${id}\n    pattern: '${pattern}'\n    class: 3002\n`;
async function write(kind: string, id: string, text: string): Promise<void> {
  await mkdir(join(dir, kind, id), { recursive: true });
  await writeFile(join(dir, kind, id, `${kind.slice(0, -1)}.yml`), text);
}

async function open() {
  const applied: Content[] = [];
  const audit: NewAuditEntry[] = [];
  const live = new LiveContent({
    first: await loadContent(dir),
    load: () => loadContent(dir),
    audit: async (entry) => void audit.push(entry),
    now: () => toEpochMs(7),
  });
  live.applyBy(async (content) => void applied.push(content));
  return { live, applied, audit };
}
const record = (text: string) => ({ offset: 0, sourceId: 's', receivedAt: toEpochMs(0), text });

describe('content that is read anew', () => {
  it('takes a new parser into force and notes who asked', async () => {
    await write('parsers', 'one', parser('one', 'one {n}'));
    const { live, applied, audit } = await open();
    expect(live.trace(record('two 2')).result.kind).toBe('unparsed');
    await write('parsers', 'two', parser('two', 'two {n}'));
    expect(await live.reload('ann')).toMatchObject({ parsers: 2, problems: [] });
    expect(applied[0]?.parsers.map(({ id }) => id)).toEqual(['one', 'two']);
    expect(live.trace(record('two 2')).result.kind).toBe('parsed');
    expect(audit).toMatchObject([{ actor: 'ann', what: 'content_reloaded' }]);
  });

  it('keeps the old version of a file that has become bad, with its place, and drops what was removed', async () => {
    await write('parsers', 'one', parser('one', 'one {n}'));
    await write('parsers', 'two', parser('two', 'two {n}'));
    await write('parsers', 'three', parser('three', 'three {n}'));
    const { live } = await open();
    await write('parsers', 'one', 'id: one\ntitle: [');
    await rm(join(dir, 'parsers', 'three'), { recursive: true });
    const view = await live.reload('ann');
    expect(view.parsers).toBe(2);
    expect(view.problems[0]?.at).toMatchObject({ file: join(dir, 'parsers', 'one', 'parser.yml') });
    expect(view.problems[0]?.hint).toContain('The version before stays in force.');
    expect(live.trace(record('one 1')).result.kind).toBe('parsed');
    expect(live.trace(record('three 3')).result.kind).toBe('unparsed');
  });

  it('keeps everything when a folder cannot be read or the content cannot be put in force', async () => {
    await write('parsers', 'one', parser('one', 'one {n}'));
    const { live } = await open();
    await rm(join(dir, 'parsers'), { recursive: true });
    expect(await live.reload('ann')).toMatchObject({ parsers: 1 });
    const failing = new LiveContent({
      first: live.current(),
      load: () => loadContent(dir),
      audit: async () => undefined,
      now: () => toEpochMs(7),
    });
    failing.applyBy(() => Promise.reject(new Error('no')));
    await expect(failing.reload('ann')).rejects.toThrow('no');
    expect(failing.view().parsers).toBe(1);
  });
});
