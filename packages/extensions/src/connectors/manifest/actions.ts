import { err, type JsonObject, ok, type Problem, type Result, VERBS } from '@cordon/core';
import {
  type ActionContext,
  type ActionDefinition,
  defineAction,
  type ProbeResult,
  type Receipt,
} from '@cordon/kit';
import { VERB_FORMS, type VerbForm } from '../verb-params.ts';
import type { ActionPlan, Step } from './action-plan.ts';
import type { Client } from './client.ts';
import { lookAt, type Question, type Sight } from './sight.ts';
import { holds } from './words.ts';

/** What every connector of a manifest has among its settings. */
export interface ManifestConfig {
  readonly settings?: Readonly<Record<string, string>>;
}
type Context = ActionContext<ManifestConfig>;
type Params = Readonly<Record<string, string>>;

/** What the actions of a manifest share; `R` is a request in the language of the product. */
export interface Product<R extends Step> {
  readonly title: string;
  readonly clientOf: (config: ManifestConfig) => Client<R>;
}

/** One verb of the product with the form that the catalogue gives it. */
interface Verb<R extends Step> extends Product<R> {
  readonly action: ActionPlan<R>;
  readonly form: VerbForm;
}

/** The action, and the one that takes it back by hand. */
export function toActions<R extends Step>(
  product: Product<R>,
  action: ActionPlan<R>,
): readonly ActionDefinition[] {
  const form = VERB_FORMS[action.verb];
  const info = VERBS[action.verb];
  if (form === undefined || info === undefined) return [];
  const verb: Verb<R> = { ...product, action, form };
  const forward = toForward(verb, info);
  const inverse = action.undo === undefined ? undefined : info.inverse;
  return inverse === undefined ? [forward] : [forward, toBackward(verb, inverse)];
}

type Defined = ActionDefinition<ManifestConfig, VerbForm['params']>;

function toForward<R extends Step>(
  verb: Verb<R>,
  info: NonNullable<(typeof VERBS)[string]>,
): ActionDefinition {
  const { action, form } = verb;
  const { look, undo } = action;
  const definition: Defined = {
    verb: action.verb,
    ...(undo !== undefined && info.inverse !== undefined ? { inverse: info.inverse } : {}),
    class: info.class,
    title: action.title,
    params: form.params,
    ttl: undo === undefined ? 'none' : 'platform',
    impact: action.impact,
    scopes: action.scopes,
    target: (params) => form.target(params as Params),
    ...(look === undefined
      ? {}
      : {
          probe: async (params, context) =>
            toProbe(verb, params as Params, await see(verb, params as Params, context)),
        }),
    apply: (params, context) => apply(verb, params as Params, context),
    ...(undo === undefined
      ? {}
      : { undo: (params, context) => takeBack(verb, params as Params, context) }),
  };
  return defineAction(definition) as unknown as ActionDefinition;
}

function toBackward<R extends Step>(verb: Verb<R>, inverse: string): ActionDefinition {
  const { action, form } = verb;
  const definition: Defined = {
    verb: inverse,
    inverse: action.verb,
    class: 'restore',
    title: `Take back: ${action.title}`,
    params: form.params,
    ttl: 'none',
    impact: 1,
    scopes: action.scopes,
    target: (params) => form.target(params as Params),
    async probe(params, context) {
      const sight = await see(verb, params as Params, context);
      if (!sight.ok) return sight;
      if (sight.value.kind === 'unknown') return err(unknown(verb, params as Params));
      const seen = toProbe(verb, params as Params, sight);
      return seen.ok ? ok({ ...seen.value, present: !seen.value.present }) : seen;
    },
    apply: (params, context) => takeBack(verb, params as Params, context),
    undo: async () => ok({ changed: false, text: 'What was taken back is not done again.' }),
  };
  return defineAction(definition) as unknown as ActionDefinition;
}

const nameOf = ({ form }: Pick<Verb<Step>, 'form'>, params: Params): string =>
  form.target(params).id;

/** What every text of a manifest may speak of. */
const factsOf = <R extends Step>(verb: Verb<R>, params: Params, context: Context): JsonObject => ({
  params,
  settings: context.config.settings ?? {},
  key: context.idempotencyKey,
  target: nameOf(verb, params),
});

function toQuestion<R extends Step>(verb: Verb<R>, params: Params, context: Context): Question<R> {
  const { title, action, clientOf } = verb;
  return {
    client: clientOf(context.config),
    action,
    facts: factsOf(verb, params, context),
    context,
    target: nameOf(verb, params),
    title,
  };
}

const see = <R extends Step>(
  verb: Verb<R>,
  params: Params,
  context: Context,
): Promise<Result<Sight>> => lookAt(toQuestion(verb, params, context));

const unknown = <R extends Step>(verb: Verb<R>, params: Params): Problem => ({
  code: 'target_unknown',
  detail: `${verb.title} knows no ${nameOf(verb, params)}.`,
  retryable: false,
});

function toProbe<R extends Step>(
  verb: Verb<R>,
  params: Params,
  sight: Result<Sight>,
): Result<ProbeResult> {
  if (!sight.ok) return sight;
  if (sight.value.kind === 'unknown')
    return ok({ present: false, state: { known: false }, text: unknown(verb, params).detail });
  const { present, found } = sight.value;
  const { title, action } = verb;
  const text = `${nameOf(verb, params)} is ${present ? '' : 'not '}${action.word ?? 'there'} at ${title}.`;
  return ok({ present, state: { ...found, known: true }, text });
}

/** What a look a moment ago saw, or a look now. */
async function toSeen<R extends Step>(
  verb: Verb<R>,
  params: Params,
  context: Context & { readonly seen?: Pick<ProbeResult, 'present' | 'state'> },
): Promise<Result<Pick<ProbeResult, 'present' | 'state'>>> {
  if (verb.action.look === undefined) return ok({ present: false, state: {} });
  if (context.seen !== undefined) return ok(context.seen);
  return toProbe(verb, params, await see(verb, params, context));
}

async function apply<R extends Step>(
  verb: Verb<R>,
  params: Params,
  context: Context & { readonly seen?: Pick<ProbeResult, 'present' | 'state'> },
): Promise<Result<Receipt>> {
  const seen = await toSeen(verb, params, context);
  if (!seen.ok) return seen;
  if (seen.value.state['known'] === false) return err(unknown(verb, params));
  const target = nameOf(verb, params);
  const { title } = verb;
  if (seen.value.present)
    return ok({ changed: false, text: `${target} was ${verb.action.word ?? 'there'} already.` });
  const sent = await sendAll(verb, verb.action.apply, { params, context, found: seen.value.state });
  return sent.ok ? ok({ changed: true, text: `${title} took the order for ${target}.` }) : sent;
}

async function sendAll<R extends Step>(
  verb: Verb<R>,
  requests: readonly R[],
  of: { readonly params: Params; readonly context: Context; readonly found: JsonObject },
): Promise<Result<true>> {
  const { context, found } = of;
  const facts = { ...factsOf(verb, of.params, context), found };
  for (const request of requests) {
    const said = await verb.clientOf(context.config).send(request, facts, context);
    if (!said.ok) return said;
  }
  return ok(true);
}

/** Puts back what is there and is Cordon's; everything else stays as it is. */
async function takeBack<R extends Step>(
  verb: Verb<R>,
  params: Params,
  context: Context,
): Promise<Result<Receipt>> {
  const { action } = verb;
  const target = nameOf(verb, params);
  const sight = await see(verb, params, context);
  if (!sight.ok) return sight;
  if (sight.value.kind === 'unknown')
    return ok({ changed: false, text: unknown(verb, params).detail });
  const { present, found } = sight.value;
  if (!present)
    return ok({ changed: false, text: `${target} was not ${action.word ?? 'there'} any more.` });
  if (
    action.ours !== undefined &&
    !holds(action.ours, { ...factsOf(verb, params, context), found })
  )
    return ok({
      changed: false,
      text: `${target} stays ${action.word ?? 'there'}: that is not of Cordon.`,
    });
  const sent = await sendAll(verb, action.undo ?? [], { params, context, found });
  return sent.ok ? ok({ changed: true, text: `${target} put back.` }) : sent;
}
