import { type Static, Type } from 'typebox';
import { defineRoute, IdParams } from './route.ts';
import { pageOf, pageQuery, Time } from './value.ts';

const Count = Type.Integer({ minimum: 0 });
const Level = Type.Union(
  [Type.Literal('P1'), Type.Literal('P2'), Type.Literal('P3'), Type.Literal('P4')],
  { title: 'PriorityLevel' },
);
const Urgency = Type.Union([Type.Literal('page'), Type.Literal('note'), Type.Literal('digest')], {
  title: 'Urgency',
  description: 'page: may wake somebody; note: may not; digest: collected.',
});
const Named = Type.Object({ id: Type.String(), name: Type.String() });

/** Somebody stands in for whoever is on call. */
export const OverrideView = Type.Object(
  {
    id: Type.String(),
    schedule_id: Type.String(),
    person: Named,
    from: Time,
    to: Time,
    by: Type.String(),
  },
  { title: 'OverrideView' },
);
export type OverrideView = Static<typeof OverrideView>;

/** A stretch of time with the one who is on call; nobody when there is no person. */
export const ShiftView = Type.Object(
  {
    from: Time,
    to: Time,
    person: Type.Optional(Named),
    override_id: Type.Optional(Type.String()),
  },
  { title: 'ShiftView' },
);
export type ShiftView = Static<typeof ShiftView>;

export const ScheduleView = Type.Object(
  {
    id: Type.String(),
    title: Type.String(),
    time_zone: Type.String(),
    shifts: Type.Array(ShiftView, { description: 'From now on for 14 days, without holes.' }),
  },
  { title: 'ScheduleView' },
);
export type ScheduleView = Static<typeof ScheduleView>;

export const PersonView = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    time_zone: Type.String(),
    channels: Type.Array(Type.String(), { description: 'By which pages come, in order.' }),
    pages: Count,
    page_budget: Type.Object({ pages: Count, hours: Type.Integer() }),
  },
  { title: 'PersonView' },
);
export type PersonView = Static<typeof PersonView>;

/** Who is on call, by what, and who could be. */
export const OnCallView = Type.Object(
  {
    is_configured: Type.Boolean(),
    schedules: Type.Array(ScheduleView),
    teams: Type.Array(
      Type.Object({
        id: Type.String(),
        title: Type.String(),
        covers: Type.Array(Type.String()),
        is_default: Type.Boolean(),
      }),
    ),
    people: Type.Array(PersonView),
    overrides: Type.Array(OverrideView),
    channels: Type.Array(Type.Object({ id: Type.String(), kind: Type.String() })),
  },
  { title: 'OnCallView' },
);
export type OnCallView = Static<typeof OnCallView>;

/** Who would be told now, step by step. */
export const TellingPreview = Type.Object(
  {
    team: Type.Object({ id: Type.String(), why: Type.String() }),
    steps: Type.Array(
      Type.Object({
        after_s: Count,
        recipients: Type.Array(
          Type.Object({
            person: Named,
            why: Type.String(),
            urgency: Urgency,
            at: Time,
            because: Type.Optional(
              Type.String({
                description: 'Why it is quieter or later than its priority calls for.',
              }),
            ),
          }),
        ),
      }),
    ),
  },
  { title: 'TellingPreview' },
);
export type TellingPreview = Static<typeof TellingPreview>;

/** What one person was sent, by which channels, and how they answered. */
export const NotificationView = Type.Object(
  {
    id: Type.String(),
    person: Named,
    urgency: Urgency,
    status: Type.Union([
      Type.Literal('planned'),
      Type.Literal('sending'),
      Type.Literal('delivered'),
      Type.Literal('failed'),
      Type.Literal('withdrawn'),
    ]),
    planned_at: Time,
    at: Type.Optional(Time),
    channel: Type.Optional(Type.String()),
    attempts: Type.Array(
      Type.Object({
        at: Time,
        channel: Type.String(),
        is_taken: Type.Boolean(),
        text: Type.String(),
      }),
    ),
    items: Type.Array(
      Type.Object({
        matter_id: Type.String(),
        title: Type.String(),
        priority: Level,
        incident_id: Type.Optional(Type.String()),
        why: Type.Array(Type.String()),
        answer: Type.Optional(
          Type.Union([
            Type.Literal('acknowledged'),
            Type.Literal('escalated'),
            Type.Literal('expired'),
          ]),
        ),
        answered_at: Type.Optional(Time),
      }),
    ),
  },
  { title: 'NotificationView' },
);
export type NotificationView = Static<typeof NotificationView>;

/** Something people were told of, and what became of it. */
export const MatterView = Type.Object(
  {
    id: Type.String(),
    kind: Type.Union([
      Type.Literal('incident'),
      Type.Literal('approval'),
      Type.Literal('question'),
      Type.Literal('action'),
      Type.Literal('alarm'),
      Type.Literal('target'),
      Type.Literal('mention'),
      Type.Literal('test'),
    ]),
    title: Type.String(),
    priority: Level,
    path: Type.String(),
    incident_id: Type.Optional(Type.String()),
    team: Type.Object({ id: Type.String(), why: Type.String() }),
    status: Type.Union([
      Type.Literal('open'),
      Type.Literal('told'),
      Type.Literal('acknowledged'),
      Type.Literal('unanswered'),
      Type.Literal('over'),
    ]),
    text: Type.String({ description: 'How it stands, one sentence.' }),
    next_at: Type.Optional(Time),
    opened_at: Time,
    told: Type.Array(NotificationView, { description: 'Who was told, oldest first.' }),
  },
  { title: 'MatterView' },
);
export type MatterView = Static<typeof MatterView>;

/** What paging cost people, and what would have spared them. */
export const FatigueView = Type.Object(
  {
    from: Time,
    pages: Count,
    acted_share: Type.Optional(Type.Number()),
    people: Type.Array(
      Type.Object({
        person: Named,
        pages: Count,
        most: Type.Integer({ description: 'In the fullest stretch of 12 hours.' }),
        acknowledged: Count,
        escalated: Count,
        median_answer_s: Type.Optional(Type.Number()),
      }),
    ),
    rules: Type.Array(
      Type.Object({
        rule_id: Type.String(),
        matters: Count,
        pages: Count,
        acted: Count,
        harmless: Count,
        tuning: Type.Optional(
          Type.Object({
            kind: Type.Union([Type.Literal('demote'), Type.Literal('suppress')]),
            text: Type.String(),
            spared: Count,
            hidden: Count,
          }),
        ),
      }),
    ),
  },
  { title: 'FatigueView' },
);
export type FatigueView = Static<typeof FatigueView>;

const Id = Type.String({ minLength: 1, maxLength: 64 });

export const onCallRoutes = {
  getOnCall: defineRoute({
    method: 'GET',
    path: '/on-call',
    access: 'viewer',
    summary: 'Who is on call now and in the next 14 days, overrides, and how many pages each had.',
    response: OnCallView,
  }),
  previewTelling: defineRoute({
    method: 'GET',
    path: '/on-call/preview',
    access: 'viewer',
    summary: 'Who would be told now of something of that priority, step by step, and why.',
    query: Type.Object({
      priority: Type.Optional(Level),
      team: Type.Optional(Id),
      subject: Type.Optional(Type.String({ maxLength: 256, description: 'A machine or account.' })),
    }),
    response: TellingPreview,
  }),
  addOverride: defineRoute({
    method: 'POST',
    path: '/on-call/overrides',
    access: 'responder',
    summary: 'Lets somebody stand in on a schedule.',
    body: Type.Object({ schedule_id: Id, person_id: Id, from: Time, to: Time }),
    response: OverrideView,
    status: 201,
  }),
  removeOverride: defineRoute({
    method: 'DELETE',
    path: '/on-call/overrides/:id',
    access: 'responder',
    summary: 'Takes an override back; gives what it was.',
    params: IdParams,
    response: OverrideView,
  }),
  sendTest: defineRoute({
    method: 'POST',
    path: '/on-call/test',
    access: 'responder',
    summary: 'Sends somebody a test, by one of their channels or as pages come.',
    body: Type.Object({ person_id: Id, channel_id: Type.Optional(Id) }),
    response: NotificationView,
    status: 202,
  }),
  getFatigue: defineRoute({
    method: 'GET',
    path: '/on-call/fatigue',
    access: 'viewer',
    summary:
      'Pages of each person, the share acted on, the noisiest rules and what would have spared pages.',
    query: Type.Object({ days: Type.Optional(Type.Integer({ minimum: 1, maximum: 90 })) }),
    response: FatigueView,
  }),
  listNotifications: defineRoute({
    method: 'GET',
    path: '/notifications',
    access: 'viewer',
    summary: 'What people were sent, newest first, with every try and answer.',
    query: Type.Object({ ...pageQuery, person_id: Type.Optional(Id) }),
    response: pageOf(NotificationView),
  }),
  getNotification: defineRoute({
    method: 'GET',
    path: '/notifications/:id',
    access: 'viewer',
    summary: 'One notification.',
    params: IdParams,
    response: NotificationView,
  }),
  listMatters: defineRoute({
    method: 'GET',
    path: '/matters',
    access: 'viewer',
    summary: 'What people were told of, newest first: who was told, who answered.',
    query: Type.Object({
      ...pageQuery,
      incident_id: Type.Optional(Type.String({ maxLength: 64 })),
      status: Type.Optional(Type.Array(MatterView.properties.status)),
    }),
    response: pageOf(MatterView),
  }),
  acknowledgeMatter: defineRoute({
    method: 'POST',
    path: '/matters/:id/acknowledge',
    access: 'responder',
    summary: 'Says that you have it: nobody else is told.',
    params: IdParams,
    response: MatterView,
  }),
};
