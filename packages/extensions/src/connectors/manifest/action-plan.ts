import { type TProperties, Type } from 'typebox';
import { VERB_FORMS } from '../verb-params.ts';

/** A request of a manifest, in whichever language: what holds of its answer when it was taken. */
export interface Step {
  readonly ok?: string;
}

/** A request that only asks, and what is remembered of its answer. */
export interface LookParts {
  readonly list?: string;
  readonly none: 'unknown' | 'absent' | 'present';
  readonly keep: Readonly<Record<string, string>>;
}

/** One verb of a product as its manifest tells it. */
export interface ActionPlan<R extends Step> {
  readonly verb: string;
  readonly title: string;
  readonly impact: 0 | 1 | 2 | 3 | 4;
  readonly scopes: readonly string[];
  readonly look?: readonly (R & LookParts)[];
  readonly present?: string;
  readonly pending?: string;
  readonly taken?: string;
  readonly ours?: string;
  readonly word?: string;
  readonly apply: readonly R[];
  readonly undo?: readonly R[];
}

const closed = { additionalProperties: false } as const;
/** A short text. */
export const Text = Type.String({ minLength: 1, maxLength: 1_000 });
/** Texts by name. */
export const Texts = Type.Record(Type.String(), Text);

/** What every request may say, in whichever language. */
export const STEP = {
  ok: Type.Optional({
    ...Text,
    description: 'What holds of `status` and `body` when it was taken.',
  }),
};

/** The schema of a verb whose requests have these members. */
export const actionOf = <R extends TProperties>(request: R) => {
  const Change = Type.Object(request, closed);
  const Look = Type.Object(
    {
      ...request,
      list: Type.Optional({
        ...Text,
        description: 'The things found; default the body as the only one.',
      }),
      none: Type.Union([Type.Literal('unknown'), Type.Literal('absent'), Type.Literal('present')], {
        description:
          'What it means that nothing is found: the product does not know the target, the effect is not there, or it is.',
      }),
      keep: { ...Texts, description: 'What is remembered as `found`, each from the thing `it`.' },
    },
    closed,
  );
  return Type.Object(
    {
      verb: Type.Enum(Object.keys(VERB_FORMS)),
      title: Text,
      impact: Type.Enum([0, 1, 2, 3, 4]),
      scopes: Type.Array(Text, { description: 'What the credentials must be allowed to do.' }),
      look: Type.Optional(Type.Array(Look, { minItems: 1, maxItems: 4 })),
      present: Type.Optional({
        ...Text,
        description: 'What holds of `found` while the effect is there.',
      }),
      pending: Type.Optional({
        ...Text,
        description: 'What holds of `found` while the product is still at it.',
      }),
      taken: Type.Optional({
        ...Text,
        description:
          'What holds of `found` where something else stands in the place; nothing is touched.',
      }),
      ours: Type.Optional({
        ...Text,
        description: 'What holds of `found` where Cordon made it; nothing else is taken back.',
      }),
      word: Type.Optional({ ...Text, description: '"blocked": how the effect reads in a text.' }),
      apply: Type.Array(Change, { minItems: 1, maxItems: 4 }),
      undo: Type.Optional(Type.Array(Change, { minItems: 1, maxItems: 4 })),
    },
    closed,
  );
};

/** What every manifest says of its product. */
export const PRODUCT = {
  connector: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{1,39}$' }),
  title: Text,
  tried: Type.Union([Type.Literal('product'), Type.Literal('emulator'), Type.Literal('schema')], {
    description:
      'Against what it was tried: the product itself, an emulator of its documented behaviour, or nothing.',
  }),
  docs: Type.String({ pattern: '^https://', description: 'Where the maker describes it.' }),
  settings: Type.Record(Type.String({ pattern: '^[a-z]+$' }), Text, {
    description: 'What has to be known by name, each with its description.',
  }),
};
