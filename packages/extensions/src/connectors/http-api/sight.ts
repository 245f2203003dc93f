import { err, type Json, type JsonObject, ok, type Problem, type Result } from '@cordon/core';
import type { Client } from './client.ts';
import type { Look, ManifestAction } from './manifest.ts';
import { holds, read } from './render.ts';

const PENDING_MS = 30_000;

/** How the target stands: what the product does not know, or what was found, and whether the effect is there. */
export type Sight =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'known'; readonly present: boolean; readonly found: JsonObject };

export interface Question {
  readonly client: Client;
  readonly action: ManifestAction;
  readonly facts: JsonObject;
  readonly signal: AbortSignal;
  /** The target in words. */
  readonly target: string;
  readonly title: string;
}

/** Asks the product, one look after the other; each may use what those before it found. */
export async function lookAt(question: Question): Promise<Result<Sight>> {
  const { action, facts } = question;
  let found: JsonObject = {};
  for (const look of action.look ?? []) {
    const things = await list(question, look, found);
    if (!things.ok) return things;
    const [thing] = things.value;
    if (thing === undefined && look.none === 'unknown') return ok({ kind: 'unknown' });
    if (thing === undefined) return ok({ kind: 'known', present: false, found });
    if (things.value.length > 1 && look.none === 'unknown') return err(ambiguous(question));
    const kept = keep(look, { ...facts, found, it: thing });
    found = { ...found, ...kept };
  }
  const seen = { ...facts, found };
  if (action.pending !== undefined && holds(action.pending, seen)) return err(pending(question));
  return ok({ kind: 'known', present: holds(action.present ?? 'true', seen), found });
}

/** The things that a look finds; an answer that something is gone means none. */
async function list(
  { client, facts, signal }: Question,
  look: Look,
  found: JsonObject,
): Promise<Result<readonly Json[]>> {
  const { list: things, none: _, keep: __, ...request } = look;
  const said = await client.send(request, { ...facts, found }, signal);
  if (!said.ok) return said.problem.code === 'target_unknown' ? ok([]) : said;
  const { status, body } = said.value;
  const value = things === undefined ? body : read(things, { ...facts, status, body, found });
  if (value === undefined || value === null) return ok([]);
  return ok(Array.isArray(value) ? value : [value]);
}

/** What is not in the answer is not kept, and nothing that speaks of it holds. */
const keep = (look: Look, facts: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(look.keep).flatMap(([name, text]) => {
      const value = read(text, facts);
      return value === undefined ? [] : [[name, value]];
    }),
  );

const ambiguous = ({ title, target }: Question): Problem => ({
  code: 'target_ambiguous',
  detail: `${title} knows more than one thing as ${target}; none was touched.`,
  retryable: false,
});

const pending = ({ title, target }: Question): Problem => ({
  code: 'target_pending',
  detail: `${title} took the order for ${target} and is still at it.`,
  retryable: true,
  retryAfterMs: PENDING_MS,
});
