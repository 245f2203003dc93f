// The files of content/ as TypeBox schemas, for editors; the loaders of the product check far more.
import {
  ATTRIBUTES,
  BEHAVIOURS,
  CONVERSIONS,
  EVENT_CLASSES,
  INPUT_TYPES,
  READERS,
  REFIRE,
  VERBS,
} from '@cordon/core';
import { type TSchema, Type } from 'typebox';

const Strict = { additionalProperties: false } as const;
const Text = Type.String({ minLength: 1 });
const Scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean()]);
const Texts = Type.Union([Scalar, Type.Array(Scalar)]);
const oneOf = (names: readonly string[], description: string) =>
  Type.Enum([...names], { description });
const Free = Type.Record(Type.String(), Type.Unknown());

const Mapping = Type.Union([
  Scalar,
  Type.Object(
    {
      from: Type.String({
        minLength: 1,
        description: 'A field, or several: a|b, the first with a value.',
      }),
      convert: Type.Optional(oneOf(CONVERSIONS, 'A change of the value on its way.')),
      lookup: Type.Optional(Type.Record(Type.String(), Scalar)),
      else: Type.Optional(Scalar),
    },
    Strict,
  ),
]);
const Attributes = Type.Record(Type.String(), Mapping, {
  propertyNames: { enum: Object.keys(ATTRIBUTES) },
  description: 'OCSF attribute to a constant, $field, or {from, convert, lookup, else}.',
});
const ParserLogsource = Type.Object(
  {
    product: Type.Optional(Text),
    service: Type.Optional(Text),
    categories: Type.Optional(Texts),
  },
  { ...Strict, description: 'The log source of Sigma that rules ask for.' },
);
const Message = Type.Object(
  {
    name: Text,
    when: Type.Optional(
      Type.Record(Type.String(), Texts, {
        description: 'Fields that must have one of these values; an empty list: must be there.',
      }),
    ),
    pattern: Type.Optional(
      Type.Union([Text, Type.Array(Text)], {
        description: 'The text with {field} holes: {word}, {words*} up to the last, {rest+}.',
      }),
    ),
    regex: Type.Optional(
      Type.Union([Text, Type.Array(Text)], { description: 'RE2 with named groups.' }),
    ),
    kv: Type.Optional(Type.Boolean({ description: 'Also read key=value pairs of the text.' })),
    class: Type.Optional(
      Type.Enum(Object.keys(EVENT_CLASSES).map(Number), { description: 'class_uid of OCSF.' }),
    ),
    columns: Type.Optional(Type.Array(Type.String())),
    logsource: Type.Optional(ParserLogsource),
    alias: Type.Optional(Type.Record(Type.String(), Text)),
    set: Type.Optional(Attributes),
    skip: Type.Optional(
      Type.Boolean({ description: 'No event: ends as skipped, with the name as reason.' }),
    ),
  },
  Strict,
);
const Parser = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z][a-z0-9-]*$' }),
    title: Text,
    read: oneOf(READERS, 'How the fields of a record are read.'),
    programs: Type.Optional(Texts),
    keys: Type.Optional(Texts),
    generic: Type.Optional(Type.Boolean({ description: 'Asked after all others.' })),
    head: Type.Optional(Texts),
    text: Type.Optional(Text),
    time: Type.Optional(Texts),
    session: Type.Optional(
      Type.Object(
        { by: Texts, keep: Texts, minutes: Type.Number({ exclusiveMinimum: 0 }) },
        { ...Strict, description: 'What earlier records of a session tell later ones.' },
      ),
    ),
    logsource: Type.Optional(ParserLogsource),
    set: Type.Optional(Attributes),
    messages: Type.Array(Message, { minItems: 1 }),
  },
  Strict,
);
const ParserCases = Type.Array(
  Type.Object(
    {
      name: Text,
      before: Type.Optional(Type.Array(Type.String())),
      record: Type.String(),
      receivedAt: Type.Optional(Text),
      only: Type.Optional(Type.Boolean()),
      event: Type.Optional(Free),
      fields: Type.Optional(Free),
      categories: Type.Optional(Type.Array(Text)),
      absent: Type.Optional(Type.Array(Text)),
      code: Type.Optional(Text),
      skipped: Type.Optional(Text),
    },
    Strict,
  ),
);

const meta = {
  title: Text,
  id: Text,
  name: Type.Optional(Text),
  status: Type.Optional(
    oneOf(
      ['stable', 'test', 'experimental', 'deprecated', 'unsupported', 'shadow'],
      'As Sigma has it; `shadow`: recorded when it fires, never an alert.',
    ),
  ),
  description: Type.Optional(Text),
  author: Type.Optional(Text),
  license: Type.Optional(Text),
  date: Type.Optional(Text),
  modified: Type.Optional(Text),
  references: Type.Optional(Type.Array(Text)),
  tags: Type.Optional(Type.Array(Type.String({ description: 'attack.<tactic> or attack.t<id>.' }))),
  falsepositives: Type.Optional(Type.Array(Text)),
  level: oneOf(['informational', 'low', 'medium', 'high', 'critical'], 'How bad a match is.'),
  cordon: Type.Optional(
    Type.Object(
      {
        behaviour: oneOf(BEHAVIOURS, 'The kind of trouble.'),
        refire: Type.Optional(
          oneOf(REFIRE, 'Of a correlation: when it fires again inside its timespan.'),
        ),
      },
      Strict,
    ),
  ),
};
const Rule = Type.Union([
  Type.Object({
    ...meta,
    logsource: Type.Object({
      product: Type.Optional(Text),
      service: Type.Optional(Text),
      category: Type.Optional(Text),
    }),
    detection: Type.Intersect([Free, Type.Object({ condition: Texts })]),
  }),
  Type.Object({
    ...meta,
    correlation: Type.Object({
      type: oneOf(
        ['event_count', 'value_count', 'temporal', 'temporal_ordered'],
        'What is counted.',
      ),
      rules: Texts,
      'group-by': Type.Optional(Texts),
      timespan: Type.String({ pattern: '^\\d+[smhd]$' }),
      condition: Type.Optional(Free),
      generate: Type.Optional(Type.Boolean()),
      aliases: Type.Optional(Free),
    }),
  }),
]);
const CaseList = Type.Array(
  Type.Object(
    {
      title: Text,
      events: Type.Array(
        Type.Object(
          {
            logsource: Type.Object({
              product: Type.Optional(Text),
              service: Type.Optional(Text),
              categories: Type.Array(Text),
            }),
            fields: Type.Optional(Free),
            attributes: Type.Optional(Free),
            times: Type.Optional(Type.Integer({ minimum: 1 })),
            everyMs: Type.Optional(Type.Integer({ minimum: 0 })),
          },
          Strict,
        ),
      ),
    },
    Strict,
  ),
  { minItems: 1 },
);
const RuleCases = Type.Object({ must_fire: CaseList, must_not_fire: CaseList }, Strict);

const Duration = Type.String({ pattern: '^\\d+(s|m|h|d)$', description: 'Such as 30m, 4h, 7d.' });
const Approve = Type.Object(
  { expires: Type.Optional(Duration), else: Type.Optional(Type.Enum(['skip', 'fail'])) },
  Strict,
);
const Steps = Type.Array(Type.Ref('Step'));
const Otherwise = Type.Enum(['skip', 'fail'], { description: 'What a no, or no answer, means.' });
const Cel = Type.String({ minLength: 1, maxLength: 1_000, description: 'An expression of CEL.' });
const Rounds = Type.Integer({ minimum: 1, maximum: 500, description: 'Rounds at most.' });
const step = (members: Record<string, TSchema>) =>
  Type.Object({ id: Type.Optional(Text), on_failure: Type.Optional(Steps), ...members }, Strict);
const timed = { timeout: Type.Optional(Duration) };
const InputType = oneOf(INPUT_TYPES, 'What kind of value it is.');
const Playbook = Type.Cyclic(
  {
    Step: Type.Union([
      Type.Object({ approve: Approve }, Strict),
      step({
        ...timed,
        id: Text,
        do: oneOf([...Object.keys(VERBS), 'undo.all'], 'A verb of the catalogue.'),
        with: Type.Optional(Free),
        connector: Type.Optional(Text),
        for: Type.Optional(Duration),
        reason: Type.Optional(Text),
        undo: Type.Optional(Type.Enum(['auto', 'on-close', 'manual', 'never'])),
        approve: Type.Optional(Approve),
      }),
      step({ when: Cel, steps: Type.Optional(Steps), else: Type.Optional(Steps) }),
      step({
        switch: Cel,
        cases: Type.Record(Type.String(), Steps),
        else: Type.Optional(Steps),
      }),
      step({ ...timed, each: Cel, most: Rounds, steps: Steps }),
      step({ ...timed, while: Cel, most: Rounds, steps: Steps }),
      step({ parallel: Type.Array(Steps, { minItems: 2 }) }),
      step({ ...timed, id: Text, call: Text, with: Type.Optional(Free) }),
      step({
        id: Text,
        ask: Text,
        of: Type.Optional(Text),
        expires: Type.Optional(Duration),
        else: Type.Optional(Otherwise),
      }),
      step({ wait: Duration, until: Type.Optional(Cel), else: Type.Optional(Otherwise) }),
      step({ stop: Type.Enum(['succeeded', 'failed']), text: Type.Optional(Text) }),
    ]),
    Playbook: Type.Object(
      {
        playbook: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,63}$' }),
        version: Type.Optional(Type.Integer({ minimum: 1 })),
        title: Text,
        description: Type.Optional(Text),
        impact: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
        inputs: Type.Optional(
          Type.Record(
            Type.String(),
            Type.Union([
              InputType,
              Type.Object(
                {
                  type: InputType,
                  description: Type.Optional(Text),
                  optional: Type.Optional(Type.Boolean()),
                  default: Type.Optional(Type.Unknown()),
                },
                Strict,
              ),
            ]),
          ),
        ),
        outputs: Type.Optional(Type.Record(Type.String(), Cel)),
        on: Type.Optional(Cel),
        each: Type.Optional(Cel),
        at_most: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: 500,
            description: 'Values of each that are run over without asking; by default 20.',
          }),
        ),
        timeout: Type.Optional(Duration),
        steps: Type.Array(Type.Ref('Step'), { minItems: 1 }),
        on_failure: Type.Optional(Steps),
      },
      Strict,
    ),
  },
  'Playbook',
);
const Entity = Type.Object({ kind: Text, id: Text, role: Text }, Strict);
const PlaybookCases = Type.Array(
  Type.Object(
    {
      name: Text,
      incident: Type.Object(
        {
          title: Type.Optional(Text),
          behaviours: Type.Array(Text),
          tactics: Type.Optional(Type.Array(Text)),
          techniques: Type.Optional(Type.Array(Text)),
          severity: Text,
          p: Type.Number({ minimum: 0, maximum: 1 }),
          attackers: Type.Optional(Type.Array(Text)),
          alerts: Type.Optional(Type.Integer({ minimum: 0 })),
          entities: Type.Array(Entity),
        },
        Strict,
      ),
      inputs: Type.Optional(Free),
      ends: Type.Optional(Type.Record(Type.String(), Text)),
      end: Type.Optional(Type.Enum(['succeeded', 'failed'])),
      expect: Type.Array(
        Type.Object(
          {
            verb: Type.Optional(Text),
            target: Type.Optional(Text),
            for: Type.Optional(Text),
            reason: Type.Optional(Text),
            approval: Type.Optional(Type.Boolean()),
            ask: Type.Optional(Text),
          },
          Strict,
        ),
      ),
    },
    Strict,
  ),
);

/** Which file of which folder of content/ has which schema. */
export const CONTENT_SCHEMAS: readonly {
  readonly name: string;
  readonly folder: string;
  readonly file: string;
  readonly schema: TSchema;
}[] = [
  { name: 'parser', folder: 'parsers', file: 'parser.yml', schema: Parser },
  { name: 'parser-cases', folder: 'parsers', file: 'cases.yml', schema: ParserCases },
  { name: 'rule', folder: 'rules', file: 'rule.yml', schema: Rule },
  { name: 'rule-cases', folder: 'rules', file: 'cases.yml', schema: RuleCases },
  { name: 'playbook', folder: 'playbooks', file: 'playbook.yml', schema: Playbook },
  { name: 'playbook-cases', folder: 'playbooks', file: 'cases.yml', schema: PlaybookCases },
];
