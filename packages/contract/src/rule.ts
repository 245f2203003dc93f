import { type Static, Type } from 'typebox';
import { SignalView } from './alert.ts';
import { defineRoute, IdParams } from './route.ts';
import { ProblemView, pageOf, pageQuery, Reason, Severity, Time } from './value.ts';

export const RuleMode = Type.Union(
  [Type.Literal('on'), Type.Literal('shadow'), Type.Literal('off')],
  {
    title: 'RuleMode',
    description: '`shadow`: recorded when it fires, and never an alert. `off`: not asked.',
  },
);
export type RuleMode = Static<typeof RuleMode>;

const Mute = Type.String({
  description: 'What kept it from alerting: `shadow`, or the id of a suppression.',
});

const summary = {
  id: Type.String(),
  title: Type.String(),
  kind: Type.Union([Type.Literal('rule'), Type.Literal('correlation'), Type.Literal('detector')], {
    description:
      '`detector`: no Sigma rule in force; a stream detector, intelligence, or a rule that is gone.',
  }),
  level: Severity,
  status: Type.Optional(Type.String({ description: "Sigma's word for how well tried it is." })),
  author: Type.Optional(Type.String()),
  license: Type.Optional(Type.String()),
  source: Type.Optional(
    Type.String({ description: 'The import it came with; absent: it comes along with Cordon.' }),
  ),
  techniques: Type.Array(Type.String()),
  tactics: Type.Array(Type.String()),
  logsource: Type.String({ description: 'product / service / category, as far as it says them.' }),
  mode: RuleMode,
  is_quarantined: Type.Boolean(),
  suppressions: Type.Integer({ description: 'In force now.' }),
  is_silent: Type.Boolean({
    description: 'Nothing it looks at was seen in the last 30 days: it cannot fire.',
  }),
  matches_day: Type.Integer({ description: 'In the last 24 hours, by the time of the events.' }),
  matches_month: Type.Integer({ description: 'In the last 30 days.' }),
  muted_month: Type.Integer({ description: 'Of those, kept from alerting.' }),
  last_at: Type.Optional(Time),
  asked: Type.Integer({ description: 'Events it was asked of since the rules were last read.' }),
  matched: Type.Integer({ description: 'Of those, what its detection matched.' }),
  microseconds: Type.Number({ description: 'Mean time of one asking; 0 until it was sampled.' }),
};

export const RuleItem = Type.Object(summary, { title: 'RuleItem' });
export type RuleItem = Static<typeof RuleItem>;

/** What a rule may be picked by. */
export const RULE_STATES = [
  'fired',
  'shadow',
  'suppressed',
  'off',
  'set_aside',
  'no_source',
] as const;
export const RuleState = Type.Enum([...RULE_STATES], { title: 'RuleState' });
export type RuleState = (typeof RULE_STATES)[number];
export const RULE_SORTS = ['matches', 'cost', 'level', 'title'] as const;
export const RuleSort = Type.Enum([...RULE_SORTS], { title: 'RuleSort', default: 'matches' });
export type RuleSort = (typeof RULE_SORTS)[number];

/** One page of the rules that fit. */
export const RulePage = Type.Object(
  {
    items: Type.Array(RuleItem),
    next_cursor: Type.Optional(Type.String()),
    fitting: Type.Integer({ description: 'All that fit, on every page.' }),
    all: Type.Integer({ description: 'All that there are.' }),
  },
  { title: 'RulePage' },
);
export type RulePage = Static<typeof RulePage>;

export const SuppressionView = Type.Object(
  {
    id: Type.String(),
    owner: Type.String(),
    reason: Type.String(),
    created_at: Time,
    expires_at: Time,
    ended_at: Type.Optional(Time),
    is_in_force: Type.Boolean(),
    entity: Type.Optional(Type.Object({ kind: Type.String(), id: Type.String() })),
    hidden: Type.Integer({ description: 'Signals it hid in the last 30 days.' }),
  },
  { title: 'SuppressionView' },
);
export type SuppressionView = Static<typeof SuppressionView>;

const Day = Type.Object({ at: Time, count: Type.Integer(), muted: Type.Integer() });

export const RuleDetail = Type.Object(
  {
    ...summary,
    text: Type.String({ description: 'The file it stands in.' }),
    file: Type.String(),
    falsepositives: Type.Array(Type.String()),
    conditions: Type.Array(Type.String()),
    fields: Type.Array(Type.String()),
    refers_to: Type.Array(Type.String(), { description: 'Of a correlation: the rules it counts.' }),
    quarantine: Type.Optional(Type.Object({ at: Time, reason: Type.String() })),
    suppression_list: Type.Array(SuppressionView),
    days: Type.Array(Day, { description: 'The last 30 days that had matches.' }),
    must_fire: Type.Array(Type.String(), { description: 'Titles of its cases.' }),
    must_not_fire: Type.Array(Type.String()),
    recent: Type.Array(SignalView),
  },
  { title: 'RuleDetail' },
);
export type RuleDetail = Static<typeof RuleDetail>;

export const MutedView = Type.Object({ cause: Mute, signal: SignalView }, { title: 'MutedView' });
export type MutedView = Static<typeof MutedView>;

export const BacktestView = Type.Object(
  {
    id: Type.String(),
    rule_id: Type.String(),
    title: Type.String(),
    status: Type.Union([
      Type.Literal('waiting'),
      Type.Literal('running'),
      Type.Literal('done'),
      Type.Literal('failed'),
      Type.Literal('cancelled'),
    ]),
    fraction: Type.Number({ description: '0 to 1, by the time that was gone through.' }),
    events: Type.Integer(),
    fired: Type.Integer(),
    problem: Type.Optional(ProblemView),
    result: Type.Optional(
      Type.Object({
        from: Time,
        to: Time,
        days: Type.Array(Type.Object({ at: Time, count: Type.Integer() })),
        entities: Type.Array(
          Type.Object({ kind: Type.String(), id: Type.String(), count: Type.Integer() }),
        ),
        entity_count: Type.Integer(),
        samples: Type.Array(SignalView),
      }),
    ),
  },
  { title: 'BacktestView' },
);
export type BacktestView = Static<typeof BacktestView>;

export const WrittenRuleView = Type.Object(
  {
    rule_id: Type.String(),
    must_fire: Type.Integer({ description: 'Cases made of events on which it fires.' }),
    must_not_fire: Type.Integer({ description: 'Cases made of events on which it does not.' }),
  },
  { title: 'WrittenRuleView' },
);
export type WrittenRuleView = Static<typeof WrittenRuleView>;

export const CoverageView = Type.Object(
  {
    sources: Type.Array(
      Type.Object({
        name: Type.String(),
        events: Type.Integer(),
        last_at: Time,
        rules: Type.Integer(),
      }),
    ),
    techniques: Type.Array(
      Type.Object({
        id: Type.String(),
        tactics: Type.Array(Type.String()),
        rules: Type.Integer({ description: 'That can fire.' }),
        silent: Type.Integer({ description: 'That cannot, since their log source is silent.' }),
        by_source: Type.Array(Type.Integer(), { description: 'In the order of the sources.' }),
      }),
    ),
    silent: Type.Array(
      Type.Object({
        rule_id: Type.String(),
        title: Type.String(),
        wants: Type.String(),
        techniques: Type.Array(Type.String()),
      }),
    ),
  },
  { title: 'CoverageView' },
);
export type CoverageView = Static<typeof CoverageView>;

const Because = Type.Object({ reason: Reason }, { additionalProperties: false });
const SuppressionParams = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 256 }),
  suppression_id: Type.String({ minLength: 1, maxLength: 128 }),
});

export const ruleRoutes = {
  listRules: defineRoute({
    method: 'GET',
    path: '/rules',
    access: 'viewer',
    summary: 'Rules with what they brought and what they cost, page by page.',
    query: Type.Object({
      ...pageQuery,
      text: Type.Optional(
        Type.String({
          maxLength: 200,
          description: 'Words that must stand in what is said of a rule.',
        }),
      ),
      state: Type.Optional(Type.Array(RuleState, { maxItems: RULE_STATES.length })),
      sort: Type.Optional(RuleSort),
    }),
    response: RulePage,
  }),
  getRule: defineRoute({
    method: 'GET',
    path: '/rules/:id',
    access: 'viewer',
    summary: 'One rule with its text, cases, matches, cost and suppressions.',
    params: IdParams,
    response: RuleDetail,
  }),
  writeRule: defineRoute({
    method: 'POST',
    path: '/rules',
    access: 'responder',
    summary:
      'Keeps a rule made of a hunt, with cases of what the hunt finds, and puts it in force.',
    body: Type.Object(
      {
        text: Type.String({ minLength: 1, maxLength: 65_536, description: 'A Sigma rule.' }),
        q: Type.String({ maxLength: 4_000, description: 'The hunt.' }),
        is_shadow: Type.Boolean({ description: 'Only recorded when it fires.' }),
        reason: Reason,
      },
      { additionalProperties: false },
    ),
    response: WrittenRuleView,
    status: 201,
  }),
  setRuleMode: defineRoute({
    method: 'POST',
    path: '/rules/:id/mode',
    access: 'responder',
    summary: 'Switches a rule on, off, or to recording only.',
    params: IdParams,
    body: Type.Object({ mode: RuleMode, reason: Reason }, { additionalProperties: false }),
    response: RuleDetail,
  }),
  suppressRule: defineRoute({
    method: 'POST',
    path: '/rules/:id/suppressions',
    access: 'responder',
    summary: 'Keeps signals of a rule from alerting until a time, for a reason, with an owner.',
    params: IdParams,
    body: Type.Object(
      {
        owner: Type.String({ minLength: 1, maxLength: 200 }),
        reason: Reason,
        expires_at: Time,
        entity: Type.Optional(
          Type.Object(
            {
              kind: Type.String({ minLength: 1, maxLength: 40 }),
              id: Type.String({ minLength: 1, maxLength: 1_000 }),
            },
            { additionalProperties: false },
          ),
        ),
      },
      { additionalProperties: false },
    ),
    response: SuppressionView,
    status: 201,
  }),
  endSuppression: defineRoute({
    method: 'POST',
    path: '/rules/:id/suppressions/:suppression_id/end',
    access: 'responder',
    summary: 'Ends a suppression before its time.',
    params: SuppressionParams,
    body: Because,
    response: SuppressionView,
  }),
  liftQuarantine: defineRoute({
    method: 'POST',
    path: '/rules/:id/lift-quarantine',
    access: 'responder',
    summary: 'Asks a rule again that was set aside because of its cost.',
    params: IdParams,
    body: Because,
    response: RuleDetail,
  }),
  listMuted: defineRoute({
    method: 'GET',
    path: '/muted-signals',
    access: 'viewer',
    summary: 'Signals that were kept from alerting, newest first.',
    query: Type.Object({
      ...pageQuery,
      rule_id: Type.Optional(Type.String({ maxLength: 256 })),
      cause: Type.Optional(Type.String({ maxLength: 128 })),
    }),
    response: pageOf(MutedView),
  }),
  startBacktest: defineRoute({
    method: 'POST',
    path: '/backtests',
    access: 'responder',
    summary: 'Shows a rule, or a draft of one, the stored events of the last days.',
    body: Type.Object(
      {
        rule_id: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
        text: Type.Optional(Type.String({ minLength: 1, maxLength: 100_000 })),
        days: Type.Integer({ minimum: 1, maximum: 3_650, default: 30 }),
      },
      { additionalProperties: false },
    ),
    response: BacktestView,
    status: 202,
  }),
  getBacktest: defineRoute({
    method: 'GET',
    path: '/backtests/:id',
    access: 'viewer',
    summary: 'How far a back-test is, and what it found.',
    params: IdParams,
    response: BacktestView,
  }),
  cancelBacktest: defineRoute({
    method: 'POST',
    path: '/backtests/:id/cancel',
    access: 'responder',
    summary: 'Stops a back-test.',
    params: IdParams,
    response: BacktestView,
  }),
  getCoverage: defineRoute({
    method: 'GET',
    path: '/coverage',
    access: 'viewer',
    summary: 'ATT&CK techniques by the data sources really present, and rules that cannot fire.',
    response: CoverageView,
  }),
};
