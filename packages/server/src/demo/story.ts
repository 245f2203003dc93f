import { err, ok, type Problem, type Result } from '@cordon/core';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { parse } from 'yaml';

/** A story as people write it: lists to draw from, a background and dated acts. */
export const Story = Type.Object(
  {
    title: Type.String(),
    durationS: Type.Number({ exclusiveMinimum: 0, maximum: 3_600 }),
    lists: Type.Record(Type.String(), Type.Array(Type.String(), { minItems: 1 })),
    /** What the story's organisation knows to be harmless. */
    benign: Type.Array(
      Type.Object({
        id: Type.String(),
        reason: Type.String(),
        match: Type.Object({ ip: Type.String() }),
      }),
    ),
    background: Type.Array(
      Type.Object({ perSecond: Type.Number({ exclusiveMinimum: 0 }), line: Type.String() }),
    ),
    acts: Type.Array(
      Type.Object({
        title: Type.String(),
        at: Type.Number({ minimum: 0 }),
        times: Type.Optional(Type.Integer({ minimum: 1 })),
        everyMs: Type.Optional(Type.Integer({ minimum: 1 })),
        lines: Type.Array(Type.String(), { minItems: 1 }),
      }),
    ),
  },
  { additionalProperties: false },
);
export type Story = Static<typeof Story>;

/** One line of the played story, `atMs` after its start. */
export interface Cue {
  readonly atMs: number;
  readonly template: string;
}

/** Reads a story; a wrong one is a problem that names the first member that does not fit. */
export function parseStory(text: string, file: string): Result<Story> {
  const value: unknown = parse(text);
  if (Value.Check(Story, value)) return ok(value);
  const first = Value.Errors(Story, value)[0];
  const problem: Problem = {
    code: 'bad_story',
    detail: `The story does not fit its form: ${first?.message ?? 'unknown'}.`,
    at: { file },
    retryable: false,
  };
  return err(problem);
}

/** All lines of a story in the order they are played. */
export function toCues(story: Story): readonly Cue[] {
  const background = story.background.flatMap(({ perSecond, line }) =>
    Array.from({ length: Math.floor(story.durationS * perSecond) }, (_, n) => ({
      atMs: (n * 1_000) / perSecond,
      template: line,
    })),
  );
  const acts = story.acts.flatMap(({ at, times = 1, everyMs = 200, lines }) =>
    Array.from({ length: times }, (_, n) =>
      lines.map((template, k) => ({ atMs: at * 1_000 + n * everyMs + k, template })),
    ).flat(),
  );
  return [...background, ...acts].sort((a, b) => a.atMs - b.atMs);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (value: number): string => String(value).padStart(2, '0');

/** RFC 3164 speaks local time without a zone; every other form here is UTC and says so. */
function printTimes(at: Date): Readonly<Record<string, string>> {
  const clock = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
  const month = MONTHS[at.getUTCMonth()] ?? 'Jan';
  return {
    rfc3164: `${month} ${String(at.getUTCDate()).padStart(2, ' ')} ${clock}`,
    clf: `${two(at.getUTCDate())}/${month}/${at.getUTCFullYear()}:${clock} +0000`,
    iso: at.toISOString(),
    epoch: (at.getTime() / 1_000).toFixed(6),
  };
}

/** Fills templates: the same seed draws the same values. */
export function createFiller(
  lists: Story['lists'],
  seed: number,
): (template: string, at: Date) => string {
  let state = seed >>> 0;
  let counter = 0;
  const draw = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  return (template, at) => {
    const times = printTimes(at);
    counter = (counter + 1) % 1_000;
    return template.replace(
      /\{(pick:)?([a-z0-9]+)\}/gi,
      (whole, pick: string | undefined, name: string) => {
        if (pick) {
          const list = lists[name] ?? [];
          return list[draw(list.length)] ?? whole;
        }
        return name === 'n' ? String(counter).padStart(3, '1') : (times[name] ?? whole);
      },
    );
  };
}
