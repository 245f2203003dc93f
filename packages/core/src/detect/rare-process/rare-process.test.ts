import { describe, expect, it } from 'vitest';
import { toEvent } from '../fixtures/stream.ts';
import { rareProcess } from './rare-process.ts';

interface Start {
  readonly parent: string;
  readonly path: string;
}

function textsOf(starts: readonly Start[]): readonly string[] {
  const detector = rareProcess.create({ keys: 1_000, p: 0.01 });
  return starts.flatMap(({ parent, path }, offset) => {
    const event = toEvent(
      {
        time: offset * 1_000,
        class_uid: 1007,
        activity_id: 1,
        device: { hostname: `pc${offset % 5}` },
        process: {
          name: path.split('\\').at(-1) ?? '',
          file: { path },
          parent_process: { name: parent },
        },
      },
      offset,
    );
    return detector.observe(event, event.time).map(({ text }) => text);
  });
}

const usual = (count: number): readonly Start[] =>
  Array.from({ length: count }, (_, n) => ({
    parent: 'explorer.exe',
    path: `C:\\Program Files\\App${n % 20}\\app.exe`,
  }));

describe('rare-process', () => {
  it.each([
    {
      name: 'a parent that never started it',
      start: { parent: 'winword.exe', path: 'C:\\Windows\\System32\\cmd.exe' },
    },
    {
      name: 'a place it never ran from',
      start: { parent: 'explorer.exe', path: 'C:\\Users\\bob\\Temp\\app.exe' },
    },
  ])('sees $name', ({ start }) => {
    const [text] = textsOf([...usual(2_000), start]);
    expect(text).toMatch(/for the first time on machines of test: chance/);
  });

  it.each([
    { name: 'the usual', starts: usual(3_000) },
    { name: 'a young group', starts: [...usual(100), { parent: 'x', path: 'y' }] },
    {
      name: 'a group where everything is new',
      starts: Array.from({ length: 2_000 }, (_, n) => ({
        parent: 'make',
        path: `C:\\b\\tool${n}.exe`,
      })),
    },
    {
      name: 'the home of another user and another version',
      starts: Array.from({ length: 2_000 }, (_, n) => ({
        parent: 'explorer.exe',
        path: `C:\\Users\\user${n}\\App-1.${n}.0\\app.exe`,
      })),
    },
  ])('is silent on $name', ({ starts }) => expect(textsOf(starts)).toEqual([]));
});
