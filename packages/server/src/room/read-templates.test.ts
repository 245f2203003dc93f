import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AUDIENCES, BEHAVIOURS } from '@cordon/core';
import { describe, expect, it } from 'vitest';
import { readRoomContent } from './read-templates.ts';

const shipped = fileURLToPath(new URL('../../../../content', import.meta.url));

describe('templates of rooms', () => {
  it('come along without a problem, one wording for each audience', async () => {
    const { templates, updates, problems } = await readRoomContent(shipped);
    expect(problems).toEqual([]);
    expect([...updates.keys()].toSorted()).toEqual([...AUDIENCES].toSorted());
    const covered = new Set(templates.flatMap(({ behaviours }) => behaviours));
    expect(
      ['bruteforce', 'malware', 'web_attack', 'exfiltration'].filter((b) => !covered.has(b)),
    ).toEqual([]);
    expect([...covered].filter((b) => !BEHAVIOURS.some((known) => known === b))).toEqual([]);
  });

  it('say what is wrong with one, and keep the others', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'cordon-rooms-'));
    const put = async (path: string, text: string) => {
      await mkdir(join(dir, path, '..'), { recursive: true });
      await writeFile(join(dir, path), text);
    };
    await put('rooms/good/template.yml', 'title: G\nbehaviours: [malware]\ntasks: [{text: a}]\n');
    await put('rooms/bad/template.yml', 'title: B\nbehaviours: [magic]\ntasks: [{text: a}]\n');
    await put('updates/legal/update.yml', "subject: '{name}'\ntext: '{nonsense}'\n");
    const { templates, problems } = await readRoomContent(dir);
    expect(templates.map(({ id }) => id)).toEqual(['good']);
    expect(problems.map(({ code, at }) => [code, at?.file.split('/').at(-2)])).toEqual([
      ['config_bad_value', 'bad'],
      ['room_content_unusable', 'legal'],
    ]);
    await rm(dir, { recursive: true });
  });
});
