import { err, type Json, type JsonObject, ok, type Problem, type Result } from '@cordon/core';
import type { ActionPlan, LookParts, Step } from './action-plan.ts';
import type { Calling, Client } from './client.ts';
import { holds, read } from './words.ts';

const PENDING_MS = 30_000;

/** How the target stands: what the product does not know, or what was found, and whether the effect is there. */
export type Sight =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'known'; readonly present: boolean; readonly found: JsonObject };

export interface Question<R extends Step> {
  readonly client: Client<R>;
  readonly action: ActionPlan<R>;
  readonly facts: JsonObject;
  readonly context: Calling;
  /** The target in words. */
  readonly target: string;
  readonly title: string;
}

/** Asks the product, one look after the other; each may use what those before it found. */
export async function lookAt<R extends Step>(question: Question<R>): Promise<Result<Sight>> {
  const { action, facts } = question;
  let found: JsonObject = {};
  for (const look of action.look ?? []) {
    const things = await list(question, look, found);
    if (!things.ok) return things;
    const [thing] = things.value;
    if (thing === undefined && look.none === 'unknown') return ok({ kind: 'unknown' });
    if (thing === undefined) return ok({ kind: 'known', present: look.none === 'present', found });
    if (things.value.length > 1 && look.none === 'unknown') return err(ambiguous(question));
    const kept = keep(look, { ...facts, found, it: thing });
    found = { ...found, ...kept };
  }
  return weigh(question, found);
}

/** What was found, judged by the manifest. */
function weigh<R extends Step>(question: Question<R>, found: JsonObject): Result<Sight> {
  const { action, facts } = question;
  const isSo = (text = 'false') => holds(text, { ...facts, found });
  if (isSo(action.pending)) return err(pending(question));
  if (isSo(action.taken)) return err(taken(question));
  return ok({ kind: 'known', present: isSo(action.present ?? 'true'), found });
}

/** The things that a look finds; an answer that something is gone means none. */
async function list<R extends Step>(
  { client, facts, context }: Question<R>,
  look: R & LookParts,
  found: JsonObject,
): Promise<Result<readonly Json[]>> {
  const { list: things } = look;
  const said = await client.send(look, { ...facts, found }, context);
  if (!said.ok) return said.problem.code === 'target_unknown' ? ok([]) : said;
  const { status, body } = said.value;
  const value = things === undefined ? body : read(things, { ...facts, status, body, found });
  if (value === undefined || value === null) return ok([]);
  return ok(Array.isArray(value) ? value : [value]);
}

/** What is not in the answer is not kept, and nothing that speaks of it holds. */
const keep = (look: LookParts, facts: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(look.keep).flatMap(([name, text]) => {
      const value = read(text, facts);
      return value === undefined ? [] : [[name, value]];
    }),
  );

type Named = Pick<Question<Step>, 'title' | 'target'>;

const ambiguous = ({ title, target }: Named): Problem => ({
  code: 'target_ambiguous',
  detail: `${title} knows more than one thing as ${target}; none was touched.`,
  retryable: false,
});

const pending = ({ title, target }: Named): Problem => ({
  code: 'target_pending',
  detail: `${title} took the order for ${target} and is still at it.`,
  retryable: true,
  retryAfterMs: PENDING_MS,
});

const taken = ({ title, target }: Named): Problem => ({
  code: 'action_failed',
  detail: `Something else stands in the place of ${target} at ${title}; it was not touched.`,
  retryable: false,
});
