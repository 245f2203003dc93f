import {
  type Json,
  listHoles,
  type Problem,
  parseExpression,
  VERBS,
  type Vocabulary,
} from '@cordon/core';
import { Value } from 'typebox/value';
import { ConnectorManifest, type Look, type ManifestAction } from './manifest.ts';
import { ANSWER_WORDS, REQUEST_WORDS } from './render.ts';

const wrong = (detail: string): Problem => ({
  code: 'connector_bad_value',
  detail,
  retryable: false,
});

/** A manifest as data; with a problem in it there is none, since half a connector would do half of what it says. */
export function readManifest(value: unknown): {
  readonly manifest?: ConnectorManifest;
  readonly problems: readonly Problem[];
} {
  if (!Value.Check(ConnectorManifest, value))
    return {
      problems: [...Value.Errors(ConnectorManifest, value)].slice(0, 10).map((error) => {
        const place = 'instancePath' in error ? String(error.instancePath) : '';
        return wrong(`${place || 'The manifest'} ${error.message}.`);
      }),
    };
  const manifest: ConnectorManifest = value;
  const problems = [
    ...manifest.actions.flatMap(checkAction),
    ...checkTexts(manifest.error === undefined ? [] : [manifest.error], ANSWER_WORDS),
  ];
  return problems.length > 0 ? { problems } : { manifest, problems };
}

/** What changes the world is looked at and can be put back; every expression can be read. */
function checkAction(action: ManifestAction): readonly Problem[] {
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
  const { present, pending, ours } = action;
  const looks = action.look ?? [];
  const conditions = [present, pending, ours, ...looks.flatMap(listOf)].flatMap((one) => one ?? []);
  const changes = [...looks, ...action.apply, ...(action.undo ?? [])];
  const holes = changes.flatMap((one) =>
    listHoles([one.path, { ...one.query }, (one.body ?? null) as Json]),
  );
  const judged = changes.flatMap((one) => one.ok ?? []);
  return [
    ...problems,
    ...checkTexts([...conditions, ...judged], ANSWER_WORDS),
    ...checkTexts(holes, REQUEST_WORDS),
  ];
}

const listOf = ({ list, keep }: Look): readonly (string | undefined)[] => [
  list,
  ...Object.values(keep),
];

const checkTexts = (texts: readonly string[], words: Vocabulary): readonly Problem[] =>
  texts.flatMap((text) => {
    const parsed = parseExpression(text, words);
    return parsed.ok ? [] : [wrong(`"${text}": ${parsed.problem.detail}`)];
  });
