import { err, type JsonObject, ok, type Problem, type Result, VERBS } from '@cordon/core';
import {
  type ActionContext,
  type ActionDefinition,
  type ConnectorDefinition,
  defineAction,
  defineConnector,
  type ProbeResult,
  type Receipt,
} from '@cordon/kit';
import { VERB_FORMS, type VerbForm } from '../verb-params.ts';
import { createClients } from './client.ts';
import { type HttpApiConfig, toConfigSchema } from './config.ts';
import type { ChangeRequest, ConnectorManifest, ManifestAction } from './manifest.ts';
import { holds } from './render.ts';
import { lookAt, type Question, type Sight } from './sight.ts';

type Context = ActionContext<HttpApiConfig>;
type Params = Readonly<Record<string, string>>;

/** What the actions of a manifest share. */
interface Product {
  readonly manifest: ConnectorManifest;
  readonly clientOf: ReturnType<typeof createClients>;
}

/** One verb of the product with the form that the catalogue gives it. */
interface Verb extends Product {
  readonly action: ManifestAction;
  readonly form: VerbForm;
}

/**
 * The connector of a manifest. Every change is seen by a look of its own, taken back by requests that
 * the manifest names, and never tried twice in here: the runner alone retries.
 */
export function createHttpConnector(
  manifest: ConnectorManifest,
  now: () => number = Date.now,
): ConnectorDefinition {
  const product: Product = { manifest, clientOf: createClients(manifest, now) };
  const { check } = manifest;
  return defineConnector({
    id: manifest.connector,
    title: manifest.title,
    config: toConfigSchema(manifest),
    tried: manifest.tried,
    actions: manifest.actions.flatMap((action) => toActions(product, action)),
    ...(check === undefined
      ? {}
      : {
          async check({ config, signal }) {
            const set = config as unknown as HttpApiConfig;
            const facts = { settings: set.settings ?? {} };
            const ask = { method: 'GET', path: check } as const;
            const said = await product.clientOf(set).send(ask, facts, signal);
            if (!said.ok) return said;
            const { granted } = said.value;
            const text = `${manifest.title} answers.`;
            return ok(granted === undefined ? { text } : { text, granted });
          },
        }),
  });
}

/** The action, and the one that takes it back by hand. */
function toActions(product: Product, action: ManifestAction): readonly ActionDefinition[] {
  const form = VERB_FORMS[action.verb];
  const info = VERBS[action.verb];
  if (form === undefined || info === undefined) return [];
  const verb: Verb = { ...product, action, form };
  const forward = toForward(verb, info);
  const inverse = action.undo === undefined ? undefined : info.inverse;
  return inverse === undefined ? [forward] : [forward, toBackward(verb, inverse)];
}

type Defined = ActionDefinition<HttpApiConfig, VerbForm['params']>;

function toForward(verb: Verb, info: NonNullable<(typeof VERBS)[string]>): ActionDefinition {
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

function toBackward(verb: Verb, inverse: string): ActionDefinition {
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

const nameOf = ({ form }: Verb, params: Params): string => form.target(params).id;

/** What every text of a manifest may speak of. */
const factsOf = (verb: Verb, params: Params, context: Context): JsonObject => ({
  params,
  settings: context.config.settings ?? {},
  key: context.idempotencyKey,
  target: nameOf(verb, params),
});

function toQuestion(verb: Verb, params: Params, context: Context): Question {
  const { manifest, action, clientOf } = verb;
  return {
    client: clientOf(context.config),
    action,
    facts: factsOf(verb, params, context),
    signal: context.signal,
    target: nameOf(verb, params),
    title: manifest.title,
  };
}

const see = (verb: Verb, params: Params, context: Context): Promise<Result<Sight>> =>
  lookAt(toQuestion(verb, params, context));

const unknown = (verb: Verb, params: Params): Problem => ({
  code: 'target_unknown',
  detail: `${verb.manifest.title} knows no ${nameOf(verb, params)}.`,
  retryable: false,
});

function toProbe(verb: Verb, params: Params, sight: Result<Sight>): Result<ProbeResult> {
  if (!sight.ok) return sight;
  if (sight.value.kind === 'unknown')
    return ok({ present: false, state: { known: false }, text: unknown(verb, params).detail });
  const { present, found } = sight.value;
  const { manifest, action } = verb;
  const text = `${nameOf(verb, params)} is ${present ? '' : 'not '}${action.word ?? 'there'} at ${manifest.title}.`;
  return ok({ present, state: { ...found, known: true }, text });
}

/** What a look a moment ago saw, or a look now. */
async function toSeen(
  verb: Verb,
  params: Params,
  context: Context & { readonly seen?: Pick<ProbeResult, 'present' | 'state'> },
): Promise<Result<Pick<ProbeResult, 'present' | 'state'>>> {
  if (verb.action.look === undefined) return ok({ present: false, state: {} });
  if (context.seen !== undefined) return ok(context.seen);
  return toProbe(verb, params, await see(verb, params, context));
}

async function apply(
  verb: Verb,
  params: Params,
  context: Context & { readonly seen?: Pick<ProbeResult, 'present' | 'state'> },
): Promise<Result<Receipt>> {
  const seen = await toSeen(verb, params, context);
  if (!seen.ok) return seen;
  if (seen.value.state['known'] === false) return err(unknown(verb, params));
  const target = nameOf(verb, params);
  const { title } = verb.manifest;
  if (seen.value.present)
    return ok({ changed: false, text: `${target} was ${verb.action.word ?? 'there'} already.` });
  const sent = await sendAll(verb, verb.action.apply, { params, context, found: seen.value.state });
  return sent.ok ? ok({ changed: true, text: `${title} took the order for ${target}.` }) : sent;
}

async function sendAll(
  verb: Verb,
  requests: readonly ChangeRequest[],
  of: { readonly params: Params; readonly context: Context; readonly found: JsonObject },
): Promise<Result<true>> {
  const { context, found } = of;
  const facts = { ...factsOf(verb, of.params, context), found };
  for (const request of requests) {
    const said = await verb.clientOf(context.config).send(request, facts, context.signal);
    if (!said.ok) return said;
  }
  return ok(true);
}

/** Puts back what is there and is Cordon's; everything else stays as it is. */
async function takeBack(verb: Verb, params: Params, context: Context): Promise<Result<Receipt>> {
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
