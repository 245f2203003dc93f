import type { Roster } from '@cordon/core';
import { type Static, Type } from 'typebox';

/*
 * `people`, `teams`, `on_call` and `notify` of cordon.yml as they are written.
 */

const Strict = { additionalProperties: false } as const;
const Id = Type.String({ minLength: 1, maxLength: 64, pattern: '^[a-z0-9][a-z0-9._-]*$' });
const Title = Type.String({ minLength: 1, maxLength: 100 });
const ClockText = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description: '`09:00`' });
const ZoneName = Type.String({ minLength: 1, maxLength: 64, description: '`Europe/Berlin`' });
const Loudness = Type.Union([Type.Literal('page'), Type.Literal('note'), Type.Literal('digest')]);
const Weekday = Type.Union([
  Type.Literal('mon'),
  Type.Literal('tue'),
  Type.Literal('wed'),
  Type.Literal('thu'),
  Type.Literal('fri'),
  Type.Literal('sat'),
  Type.Literal('sun'),
]);

const ContactYml = Type.Object(
  {
    channel: Id,
    to: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 500,
        pattern: '^[^\\u0000-\\u001f\\u007f]+$',
        description: 'The address there: mail address, number, topic, key.',
      }),
    ),
  },
  Strict,
);

const BudgetYml = Type.Object(
  {
    pages: Type.Integer({ minimum: 0, maximum: 100, default: 2 }),
    hours: Type.Integer({ minimum: 1, maximum: 168, default: 12 }),
  },
  Strict,
);

const PersonYml = Type.Object(
  {
    id: Id,
    name: Type.Optional(Title),
    account: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'Their account in Cordon, when its name is not the id.',
      }),
    ),
    time_zone: Type.Optional(ZoneName),
    page: Type.Array(ContactYml, {
      minItems: 1,
      maxItems: 8,
      description: 'How they are woken: the first that takes it.',
    }),
    note: Type.Optional(
      Type.Array(ContactYml, {
        minItems: 1,
        maxItems: 8,
        description: 'How they are told without being woken; as pages when left out.',
      }),
    ),
    quiet_hours: Type.Optional(
      Type.Object(
        { from: ClockText, to: ClockText },
        { ...Strict, description: 'Nothing but pages then.' },
      ),
    ),
    budget: Type.Optional(BudgetYml),
  },
  Strict,
);

const StepYml = Type.Object(
  {
    tell: Type.Array(
      Type.String({
        pattern: '^(schedule|person|team):[a-z0-9][a-z0-9._-]*$',
        description: '`schedule:ID`, `person:ID` or `team:ID`.',
      }),
      { minItems: 1, maxItems: 16 },
    ),
    wait_minutes: Type.Integer({
      minimum: 1,
      maximum: 1440,
      default: 5,
      description: 'Without an answer by then the next step is told.',
    }),
  },
  Strict,
);

const TeamYml = Type.Object(
  {
    id: Id,
    title: Type.Optional(Title),
    members: Type.Array(Id, { default: [] }),
    covers: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'What it looks after: names of machines and accounts with *, addresses, ranges.',
    }),
    escalation: Type.Array(StepYml, { minItems: 1, maxItems: 16 }),
    rounds: Type.Integer({
      minimum: 1,
      maximum: 10,
      default: 2,
      description: 'How often all steps are gone through before an alarm is raised.',
    }),
  },
  Strict,
);

const RotationYml = Type.Object(
  {
    people: Type.Array(Id, { minItems: 1, maxItems: 64 }),
    from: Type.String({
      pattern: '^\\d{4}-\\d{2}-\\d{2}$',
      description: 'Day of the first turn, in quotes.',
    }),
    handover: Type.String({ ...ClockText, default: '09:00' }),
    days: Type.Integer({ minimum: 1, maximum: 366, default: 7, description: 'Length of a turn.' }),
    only: Type.Optional(
      Type.Object(
        {
          days: Type.Array(Weekday, { minItems: 1, maxItems: 7 }),
          from: ClockText,
          to: ClockText,
        },
        { ...Strict, description: 'Only in these hours; may run over midnight.' },
      ),
    ),
  },
  Strict,
);

const ScheduleYml = Type.Object(
  {
    id: Id,
    title: Type.Optional(Title),
    time_zone: ZoneName,
    rotations: Type.Array(RotationYml, {
      minItems: 1,
      maxItems: 16,
      description: 'Where two hold at once, the later one counts.',
    }),
  },
  Strict,
);

/** What every channel has; its further settings are those of its kind. */
export const ChannelEntry = Type.Object({
  id: Id,
  kind: Type.String({ minLength: 1 }),
});
/** What every channel over HTTP has besides. */
export const WEB_SETTINGS = {
  allow_private: Type.Boolean({
    default: false,
    description: 'It may have a private or local address.',
  }),
};

const NotifyYml = Type.Object(
  {
    channels: Type.Array(ChannelEntry, { default: [], maxItems: 64 }),
    default_team: Type.Optional(Id),
    operators: Type.Optional(
      Type.String({
        ...Id,
        description: 'The team that is told of alarms of Cordon itself.',
      }),
    ),
    urgency: Type.Object(
      {
        P2: Type.Union([...Loudness.anyOf], { default: 'page' }),
        P3: Type.Union([...Loudness.anyOf], { default: 'note' }),
        P4: Type.Union([...Loudness.anyOf], { default: 'digest' }),
      },
      { ...Strict, default: {}, description: 'P1 is always a page.' },
    ),
    budget: Type.Object(BudgetYml.properties, {
      ...Strict,
      default: {},
      description: 'Pages a person gets at most; P1 comes through whatever came before.',
    }),
    notes_per_hour: Type.Integer({ minimum: 1, maximum: 100, default: 6 }),
    digest_at: Type.Array(ClockText, { minItems: 1, maxItems: 12, default: ['09:00', '15:00'] }),
    group_seconds: Type.Integer({
      minimum: 0,
      maximum: 600,
      default: 30,
      description: 'Pages below P1 wait so long for others to go along with.',
    }),
    link_hours: Type.Integer({
      minimum: 1,
      maximum: 168,
      default: 24,
      description: 'How long the link of a notification holds.',
    }),
  },
  { ...Strict, default: {} },
);

/** The members of cordon.yml about people. */
export const peopleMembers = {
  people: Type.Array(PersonYml, { default: [], maxItems: 1_000 }),
  teams: Type.Array(TeamYml, { default: [], maxItems: 200 }),
  on_call: Type.Array(ScheduleYml, {
    default: [],
    maxItems: 200,
    description: 'Schedules: who is on call when.',
  }),
  notify: NotifyYml,
};
const PeopleYml = Type.Object(peopleMembers);
export type PeopleYml = Static<typeof PeopleYml>;

/** A channel as configured; `settings` fit the schema of its kind. */
export interface ConfiguredChannel {
  readonly id: string;
  readonly kind: string;
  readonly allowPrivate: boolean;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Everything about people, as the parts take it. */
export interface NotifySettings {
  readonly roster: Roster;
  readonly channels: readonly ConfiguredChannel[];
  readonly linkMs: number;
}
