import {
  type Json,
  type JsonObject,
  listHoles,
  membersOf,
  type Problem,
  parseExpression,
  VERBS,
  type Vocabulary,
} from '@cordon/core';
import { Value } from 'typebox/value';
import type { ActionPlan, LookParts } from './action-plan.ts';
import { CommandManifest, type CommandRequest } from './command/manifest.ts';
import { type ChangeRequest, ConnectorManifest } from './http-api/manifest.ts';
import { ANSWER_WORDS, COMMAND_WORDS, REQUEST_WORDS } from './words.ts';

/** One product as data, behind HTTP or behind programs. */
export type Manifest = ConnectorManifest | CommandManifest;
type Request = ChangeRequest | CommandRequest;

const MAX_PROBLEMS = 10;

const wrong = (detail: string): Problem => ({
  code: 'connector_bad_value',
  detail,
  retryable: false,
});

/** A manifest as data; with a problem in it there is none, since half a connector would do half of what it says. */
export function readManifest(value: unknown): {
  readonly manifest?: Manifest;
  readonly problems: readonly Problem[];
} {
  const schema = runsPrograms(value) ? CommandManifest : ConnectorManifest;
  if (Value.Check(schema, value)) return judge(value);
  return { problems: Value.Errors(schema, value).slice(0, MAX_PROBLEMS).map(toProblem) };
}

const firstOf = (value: Json | undefined): JsonObject =>
  membersOf(Array.isArray(value) ? value[0] : undefined);

/** What runs programs has requests with `run`; by that it is held to its own schema, whatever else is wrong with it. */
const runsPrograms = (value: unknown): boolean =>
  'run' in firstOf(firstOf(membersOf(value as Json)['actions'])['apply']);

const toProblem = (error: ReturnType<typeof Value.Errors>[number]): Problem =>
  wrong(`${error.instancePath || 'The manifest'} ${error.message}.`);

function judge(manifest: Manifest): ReturnType<typeof readManifest> {
  const isHttp = 'base_url' in manifest;
  const words = isHttp ? REQUEST_WORDS : COMMAND_WORDS;
  const judged = isHttp ? [manifest.error, manifest.retry] : [];
  const host = isHttp ? undefined : manifest.host;
  const actions: readonly ActionPlan<Request>[] = manifest.actions;
  const problems = [
    ...actions.flatMap((action) => checkAction(action, words)),
    ...checkTexts(
      judged.flatMap((text) => text ?? []),
      ANSWER_WORDS,
    ),
    ...checkTexts(host === undefined ? [] : listHoles([host]), words),
  ];
  return problems.length > 0 ? { problems } : { manifest, problems };
}

/** What changes the world is looked at and can be put back; every expression can be read. */
function checkAction(action: ActionPlan<Request>, words: Vocabulary): readonly Problem[] {
  const info = VERBS[action.verb];
  const isHolding = info?.class === 'contain';
  const problems: Problem[] = [];
  if (
    isHolding &&
    (action.look === undefined || action.present === undefined || action.undo === undefined)
  )
    problems.push(
      wrong(`"${action.verb}" needs look, present and undo: what is held is seen and put back.`),
    );
  if (info?.class === 'restore')
    problems.push(wrong(`"${action.verb}" comes with the verb that it takes back.`));
  const { present, pending, taken, ours } = action;
  const looks = action.look ?? [];
  const conditions = [present, pending, taken, ours, ...looks.flatMap(listOf)];
  const changes = [...looks, ...action.apply, ...(action.undo ?? [])];
  return [
    ...problems,
    ...checkTexts(
      [...conditions, ...changes.map((one) => one.ok)].flatMap((one) => one ?? []),
      ANSWER_WORDS,
    ),
    ...checkTexts(changes.flatMap(holesOf), words),
  ];
}

const holesOf = (request: Request): readonly string[] =>
  'run' in request
    ? listHoles(request.run)
    : listHoles([
        request.path,
        { ...request.query },
        { ...request.form },
        (request.body ?? null) as Json,
      ]);

const listOf = ({ list, keep }: LookParts): readonly (string | undefined)[] => [
  list,
  ...Object.values(keep),
];

const checkTexts = (texts: readonly string[], words: Vocabulary): readonly Problem[] =>
  texts.flatMap((text) => {
    const parsed = parseExpression(text, words);
    return parsed.ok ? [] : [wrong(`"${text}": ${parsed.problem.detail}`)];
  });
