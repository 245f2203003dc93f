import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AUDIENCES,
  type Audience,
  type Batch,
  BEHAVIOURS,
  lintUpdate,
  type Problem,
  type RoomTemplate,
  type UpdateTemplate,
} from '@cordon/core';
import { type Static, type TObject, Type } from 'typebox';
import { checkSettings } from '../config/check-settings.ts';
import { type Elsewhere, parseYaml } from '../config/yaml-source.ts';

/*
 * `content/rooms/<id>/template.yml`: the tasks of a type of incident; `content/updates/<audience>/update.yml`:
 * how an update for that audience is worded.
 */

const Strict = { additionalProperties: false } as const;
const Words = (maxLength: number) => Type.String({ minLength: 1, maxLength });

const TemplateYml = Type.Object(
  {
    title: Words(100),
    behaviours: Type.Array(Type.Enum([...BEHAVIOURS]), { minItems: 1, maxItems: 16 }),
    tasks: Type.Array(
      Type.Object(
        {
          text: Words(500),
          due_minutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 129_600 })),
        },
        Strict,
      ),
      { minItems: 1, maxItems: 50 },
    ),
  },
  Strict,
);
const UpdateYml = Type.Object({ subject: Words(200), text: Words(8_000) }, Strict);

/** Everything of `content/` that rooms use. */
export interface RoomContent {
  readonly templates: readonly RoomTemplate[];
  readonly updates: ReadonlyMap<Audience, UpdateTemplate>;
  readonly problems: readonly Problem[];
}

/** Reads it; one bad file never stops the others. */
export async function readRoomContent(dir: string): Promise<RoomContent> {
  const [templates, updates] = await Promise.all([
    readEach(join(dir, 'rooms'), 'template.yml', TemplateYml),
    readEach(join(dir, 'updates'), 'update.yml', UpdateYml),
  ]);
  const wordings = updates.values.flatMap(({ id, file, value }) => {
    const audience = AUDIENCES.find((one) => one === id);
    return audience ? [{ file, template: { audience, ...(value as Wording) } }] : [];
  });
  return {
    templates: templates.values.map(({ id, value }) => toTemplate(id, value as TemplateYml)),
    updates: new Map(wordings.map(({ template }) => [template.audience, template])),
    problems: [
      ...templates.problems,
      ...updates.problems,
      ...wordings.flatMap(({ template, file }) => lintUpdate(template, file)),
    ],
  };
}

type Wording = Pick<UpdateTemplate, 'subject' | 'text'>;
type TemplateYml = Static<typeof TemplateYml>;

const toTemplate = (id: string, { title, behaviours, tasks }: TemplateYml): RoomTemplate => ({
  id,
  title,
  behaviours,
  tasks: tasks.map(({ text, due_minutes }) => ({
    text,
    ...(due_minutes === undefined ? {} : { dueMinutes: due_minutes }),
  })),
});

/** Content is no place for secrets. */
const refuseElsewhere = (): never => {
  throw new Error('Content reads no file and no variable');
};
const NOTHING_ELSEWHERE: Elsewhere = { file: refuseElsewhere, env: refuseElsewhere };

interface Read {
  readonly id: string;
  readonly file: string;
  readonly value: unknown;
}

async function readEach(folder: string, name: string, schema: TObject): Promise<Batch<Read>> {
  const values: Read[] = [];
  const problems: Problem[] = [];
  const ids = await readdir(folder).catch(() => []);
  for (const id of ids.toSorted()) {
    const file = join(folder, id, name);
    const text = await readFile(file, 'utf8').catch(() => '');
    const yaml = parseYaml(file, text, NOTHING_ELSEWHERE);
    const found =
      yaml.problems.length > 0
        ? yaml.problems
        : checkSettings(yaml.value, { schema, base: [], locate: yaml.locate });
    problems.push(...found);
    if (found.length === 0) values.push({ id, file, value: yaml.value });
  }
  return { values, problems };
}
