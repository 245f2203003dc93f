import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createFiller, parseStory, type Story, toCues } from './story.ts';

const file = new URL('../../../../scenarios/demo/story.yml', import.meta.url);
const read = (): Story => {
  const story = parseStory(readFileSync(file, 'utf8'), 'story.yml');
  if (!story.ok) throw new Error(story.problem.detail);
  return story.value;
};

describe('the bundled story', () => {
  it('plays about a minute, in order', () => {
    const cues = toCues(read());
    expect(cues.length).toBeGreaterThan(1_000);
    expect(cues.map((cue) => cue.atMs)).toEqual(cues.map((cue) => cue.atMs).sort((a, b) => a - b));
    expect(cues.at(-1)?.atMs).toBeLessThan(65_000);
  });

  it('leaves no placeholder unfilled and gives only valid JSON where a line is JSON', () => {
    const story = read();
    const fill = createFiller(story.lists, 1);
    const lines = toCues(story).map((cue) => fill(cue.template, new Date(1_700_000_000_000)));
    expect(lines.filter((line) => /\{(pick:\w+|rfc3164|clf|iso|epoch|n)\}/.test(line))).toEqual([]);
    const json = lines.filter((line) => line.startsWith('{'));
    expect(json.length).toBeGreaterThan(100);
    for (const line of json) expect(() => JSON.parse(line)).not.toThrow();
  });

  it('draws the same values with the same seed', () => {
    const { lists } = read();
    const tell = (): string[] => {
      const fill = createFiller(lists, 7);
      return Array.from({ length: 20 }, () => fill('{pick:visitors} {n}', new Date(0)));
    };
    expect(tell()).toEqual(tell());
  });
});

it('refuses a story without acts, naming what is wrong', () => {
  const story = parseStory(
    'title: x\ndurationS: 3\nlists: {}\nbenign: []\nbackground: []\n',
    'x.yml',
  );
  expect(story).toMatchObject({ ok: false, problem: { code: 'bad_story', at: { file: 'x.yml' } } });
});
