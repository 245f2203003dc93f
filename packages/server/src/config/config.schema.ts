import { type ConnectorDefinition, FeedConfig, type SourceDefinition } from '@cordon/kit';
import { type Static, type TObject, Type } from 'typebox';
import { ChecksYml } from '../checks/config.ts';
import { EnrichmentYml } from '../enrich/config.ts';
import { ScrapesYml } from '../metrics/config.ts';
import { NarratorYml } from '../narrate/config.ts';
import { peopleMembers } from '../notify/config.ts';
import { RoomYml } from '../room/config.ts';
import { DetectorsYml } from './detectors.schema.ts';

const Strict = { additionalProperties: false } as const;
const Words = Type.Array(Type.String({ minLength: 1 }), { default: [] });

const Server = Type.Object(
  {
    host: Type.String({
      default: '127.0.0.1',
      description: 'Address to listen on; loopback until told otherwise.',
    }),
    port: Type.Integer({ minimum: 0, maximum: 65_535, default: 7117 }),
    public_url: Type.Optional(
      Type.String({
        format: 'uri',
        description: 'Where people reach it, e.g. behind a proxy that speaks TLS.',
      }),
    ),
    allowed_hosts: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'Further names the Host header may have.',
    }),
    session_idle_minutes: Type.Integer({ minimum: 5, maximum: 1440, default: 120 }),
    session_max_hours: Type.Integer({ minimum: 1, maximum: 168, default: 12 }),
    request_timeout_seconds: Type.Integer({
      minimum: 1,
      maximum: 600,
      default: 60,
      description: 'A request that is not whole by then is cut off.',
    }),
  },
  { ...Strict, default: {} },
);

const Mode = Type.Union([
  Type.Literal('observe'),
  Type.Literal('approve'),
  Type.Literal('enforce'),
]);

const NeverTouchEntry = Type.Object(
  { value: Type.String({ minLength: 1 }), why: Type.String({ minLength: 1 }) },
  Strict,
);

const Budgets = Type.Object(
  {
    actions_per_hour: Type.Optional(Type.Integer({ minimum: 0 })),
    same_verb_per_hour: Type.Optional(Type.Integer({ minimum: 0 })),
    evictions_per_hour: Type.Optional(
      Type.Integer({ minimum: 0, description: 'Actions that nothing takes back; default 10.' }),
    ),
    same_incident_per_hour: Type.Optional(
      Type.Integer({ minimum: 0, description: 'Changing actions for one incident; default 20.' }),
    ),
    max_hold_hours: Type.Optional(Type.Integer({ minimum: 1, maximum: 8760 })),
    ask_above_requests: Type.Optional(Type.Integer({ minimum: 0 })),
    ask_above_logons: Type.Optional(Type.Integer({ minimum: 0 })),
    ask_above_users: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  { ...Strict, default: {} },
);

const Asset = Type.Object(
  {
    tier: Type.Integer({
      minimum: 0,
      maximum: 3,
      description: '0: the whole house rests on it; 3: little does.',
    }),
    match: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      description: 'Host names with *, addresses, CIDR ranges.',
    }),
  },
  Strict,
);

const Hour = Type.Integer({ minimum: 0, maximum: 24 });

/** Something known to be harmless; with hours it is a maintenance window. */
const Benign = Type.Object(
  {
    id: Type.String({ minLength: 1 }),
    reason: Type.String({ minLength: 1, description: 'Shown as the reason of the closing.' }),
    match: Type.Object(
      {
        rule: Type.Optional(Type.String()),
        behaviour: Type.Optional(Type.String()),
        user: Type.Optional(Type.String()),
        ip: Type.Optional(Type.String()),
        cidr: Type.Optional(Type.String()),
        host: Type.Optional(Type.String()),
      },
      { ...Strict, minProperties: 1 },
    ),
    hours: Type.Optional(
      Type.Object(
        { from: Hour, to: Hour },
        { ...Strict, description: 'UTC; may run over midnight.' },
      ),
    ),
    verdict: Type.Optional(Type.Union([Type.Literal('benign'), Type.Literal('false_positive')])),
  },
  Strict,
);

const Limits = Type.Object(
  {
    days: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 3650, description: 'Older ones may go.' }),
    ),
    gigabytes: Type.Optional(
      Type.Number({ minimum: 0.01, description: 'Above it the oldest go; wins over days.' }),
    ),
  },
  { ...Strict, default: {} },
);

/** How long what was taken in is kept; without a limit, for ever. Whole files go, oldest first. */
const Retention = Type.Object({ records: Limits, events: Limits }, { ...Strict, default: {} });

/** A webhook that is known by its signature. */
const Webhook = Type.Object(
  {
    id: Type.String({ minLength: 1, maxLength: 64, pattern: '^[a-z0-9][a-z0-9-]*$' }),
    title: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    scheme: Type.Union(
      [
        Type.Literal('github'),
        Type.Literal('gitlab'),
        Type.Literal('standard'),
        Type.Literal('hmac'),
      ],
      { description: 'How it signs; standard: Standard Webhooks, hmac: HMAC-SHA256 of the body.' },
    ),
    secrets: Type.Array(Type.String({ minLength: 8 }), {
      minItems: 1,
      maxItems: 4,
      description:
        'Any of them holds: put the new one in, change the sender, take the old one out.',
    }),
    header: Type.String({
      default: 'x-signature',
      minLength: 1,
      description: 'hmac: the header with the signature, in hex or base64.',
    }),
    tolerance_seconds: Type.Integer({
      minimum: 1,
      maximum: 3600,
      default: 300,
      description: 'standard: how far the time of signing may be off.',
    }),
  },
  Strict,
);

/** What stands in for other products' servers. */
const DropIn = Type.Object(
  {
    elasticsearch_version: Type.String({
      default: '8.17.0',
      pattern: '^\\d+\\.\\d+\\.\\d+$',
      description: 'What /elasticsearch says it is; senders refuse a server older than they are.',
    }),
  },
  { ...Strict, default: {} },
);

/** One entry of `sources`, whatever its kind; its further settings are those of the kind. */
export const SourceEntry = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 64, pattern: '^[a-z0-9][a-z0-9-]*$' }),
  kind: Type.String({ minLength: 1 }),
  title: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
});

/** Everything of cordon.yml that does not depend on which extensions there are. */
const members = {
  intel: Type.Object(
    {
      feeds: Type.Array(FeedConfig, { default: [] }),
      look_back_days: Type.Integer({
        minimum: 0,
        maximum: 365,
        default: 30,
        description: 'New indicators are looked for in the stored events of so many days; 0: not.',
      }),
    },
    { ...Strict, default: {}, description: 'Threat intelligence: which feeds are read.' },
  ),
  enrichment: EnrichmentYml,
  detectors: DetectorsYml,
  narrator: Type.Optional(NarratorYml),
  data_dir: Type.String({ default: 'data', minLength: 1, description: 'Relative to the file.' }),
  content_dir: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'Parsers, rules and playbooks to use instead of those that come along; relative to the file.',
    }),
  ),
  placeholders: Type.Record(
    Type.String(),
    Type.Union([
      Type.Array(Type.String({ minLength: 1 }), { maxItems: 10_000 }),
      Type.String({ minLength: 1 }),
    ]),
    {
      default: {},
      description:
        'Values for `%name%` in Sigma rules under `expand`: a list, or a text (of a file) with one to a line.',
    },
  ),
  log_level: Type.Union(
    [
      Type.Literal('debug'),
      Type.Literal('info'),
      Type.Literal('warn'),
      Type.Literal('error'),
      Type.Literal('silent'),
    ],
    { default: 'info' },
  ),
  server: Server,
  sources: Type.Array(SourceEntry, { default: [] }),
  checks: ChecksYml,
  scrapes: ScrapesYml,
  webhooks: Type.Array(Webhook, {
    default: [],
    description: 'Reached at /hooks/<id>.',
  }),
  drop_in: DropIn,
  retention: Retention,
  assets: Type.Array(Asset, { default: [] }),
  privileged_users: Words,
  benign: Type.Array(Benign, { default: [] }),
  ...peopleMembers,
  room: RoomYml,
};

const response = {
  mode: Type.Union([...Mode.anyOf], { default: 'observe' }),
  modes: Type.Record(Type.String(), Mode, {
    default: {},
    description: 'By verb, where it differs.',
  }),
  never_touch: Type.Array(NeverTouchEntry, { default: [] }),
  budgets: Budgets,
  automation: Type.Object(
    {
      start_in: Type.Union([Type.Literal('shadow'), Type.Literal('live')], {
        default: 'live',
        description:
          'Where a version of a playbook stands that starts by itself and nobody decided about; in the shadow it only records what it would have done.',
      }),
      agreement: Type.Number({
        default: 0.9,
        exclusiveMinimum: 0.5,
        exclusiveMaximum: 1,
        description:
          'Made live only when people’s verdicts agreed with it so often; the lower end of the 95 % interval counts.',
      }),
    },
    { ...Strict, default: {} },
  ),
};

const Shape = Type.Object({
  ...members,
  response: Type.Object({ ...response, connectors: Type.Record(Type.String(), Type.Unknown()) }),
});
/** cordon.yml with every default filled in. */
export type CordonYml = Static<typeof Shape>;

/** The schema of cordon.yml with the settings of every connector there is. */
export function createConfigSchema(connectors: readonly ConnectorDefinition[]): TObject {
  const byId = Object.fromEntries(
    connectors.map(({ id, config }) => [id, Type.Optional(toStrict(config))]),
  );
  const Connectors = Type.Object(byId, { ...Strict, default: {} });
  const Response = Type.Object({ ...response, connectors: Connectors }, { ...Strict, default: {} });
  return Type.Object({ ...members, response: Response }, Strict);
}

/** The schema of one entry of `sources` of that kind. */
export const createSourceSchema = (source: SourceDefinition): TObject =>
  Type.Object({ ...SourceEntry.properties, ...source.config.properties }, Strict);

const toStrict = (schema: TObject): TObject => Type.Object(schema.properties, Strict);
