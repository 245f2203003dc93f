import { type Static, Type } from 'typebox';
import { defineRoute, IdParams } from './route.ts';
import { EntityRef, listOf, ProblemView, pageOf, pageQuery, Reason, Time } from './value.ts';

export const ActionStatus = Type.Union(
  [
    Type.Literal('observed'),
    Type.Literal('refused'),
    Type.Literal('awaiting_approval'),
    Type.Literal('rejected'),
    Type.Literal('expired'),
    Type.Literal('intended'),
    Type.Literal('applied'),
    Type.Literal('held'),
    Type.Literal('done'),
    Type.Literal('uncertain'),
    Type.Literal('failed'),
    Type.Literal('undoing'),
    Type.Literal('undone'),
    Type.Literal('undo_failed'),
  ],
  { title: 'ActionStatus' },
);
export type ActionStatus = Static<typeof ActionStatus>;

export const ResponseMode = Type.Union(
  [Type.Literal('observe'), Type.Literal('approve'), Type.Literal('enforce')],
  { title: 'ResponseMode' },
);
export type ResponseMode = Static<typeof ResponseMode>;

export const JournalLine = Type.Object(
  {
    at: Time,
    phase: Type.String(),
    text: Type.String(),
    by: Type.Optional(Type.String()),
    data: Type.Optional(Type.Unknown()),
    problem: Type.Optional(ProblemView),
  },
  { title: 'JournalLine' },
);
export type JournalLine = Static<typeof JournalLine>;

export const GuardView = Type.Object(
  {
    allowed: Type.Boolean(),
    needs_approval: Type.Boolean(),
    checks: Type.Array(
      Type.Object({
        name: Type.String(),
        outcome: Type.Union([Type.Literal('pass'), Type.Literal('refuse'), Type.Literal('ask')]),
        text: Type.String(),
      }),
    ),
    blast: Type.Object({
      requests: Type.Integer(),
      successful_logons: Type.Integer(),
      users: Type.Array(Type.String()),
      text: Type.String(),
    }),
  },
  { title: 'GuardView' },
);
export type GuardView = Static<typeof GuardView>;

export const ApprovalView = Type.Object(
  {
    plan_hash: Type.String(),
    expires_at: Time,
    decision: Type.Optional(
      Type.Object({ by: Type.String(), approved: Type.Boolean(), reason: Type.String(), at: Time }),
    ),
  },
  { title: 'ApprovalView' },
);
export type ApprovalView = Static<typeof ApprovalView>;

/** What a person may do with an action now. */
export const ActionAct = Type.Union(
  [Type.Literal('approve'), Type.Literal('reject'), Type.Literal('undo')],
  { title: 'ActionAct' },
);
export type ActionAct = Static<typeof ActionAct>;

/** One action of the ledger: plan, guard, decision, state and journal. */
export const ActionView = Type.Object(
  {
    id: Type.String(),
    run_id: Type.Optional(Type.String()),
    incident_id: Type.Optional(Type.String()),
    step_id: Type.String(),
    verb: Type.String({ description: '`net.ip.block`' }),
    connector_id: Type.String(),
    is_sandboxed: Type.Optional(
      Type.Boolean({ description: 'It runs for real, but only in the sandbox inside the process' }),
    ),
    class: Type.String({ description: 'read, collect, notify, contain, evict, restore' }),
    params: Type.Unknown(),
    target: EntityRef,
    mode: ResponseMode,
    reason: Type.String(),
    guard: GuardView,
    approval: Type.Optional(ApprovalView),
    ttl_s: Type.Optional(Type.Integer()),
    deadline_at: Type.Optional(Time),
    status: ActionStatus,
    allowed_acts: Type.Array(ActionAct),
    prior: Type.Optional(Type.Unknown()),
    attempts: Type.Integer(),
    created_at: Time,
    journal: Type.Array(JournalLine),
    revision: Type.Integer(),
  },
  { title: 'ActionView' },
);
export type ActionView = Static<typeof ActionView>;

/** One execution of a playbook. */
export const RunView = Type.Object(
  {
    id: Type.String(),
    playbook_id: Type.String(),
    playbook_version: Type.Integer(),
    incident_id: Type.String(),
    status: Type.String({ description: 'queued, running, waiting, succeeded, failed, cancelled' }),
    why: Type.String(),
    created_at: Time,
    log: Type.Array(
      Type.Object({
        at: Time,
        step_id: Type.String(),
        outcome: Type.String(),
        text: Type.String(),
        is_question: Type.Optional(
          Type.Boolean({ description: 'Waits for an answer of a person.' }),
        ),
      }),
    ),
  },
  { title: 'RunView' },
);
export type RunView = Static<typeof RunView>;

/** A playbook as far as a person must know it before starting it. */
export const PlaybookView = Type.Object(
  {
    id: Type.String(),
    version: Type.Integer(),
    title: Type.String(),
    description: Type.Optional(Type.String()),
    text: Type.String({ description: 'The playbook as it was written, in YAML.' }),
    inputs: Type.Array(
      Type.Object({
        name: Type.String(),
        type: Type.String(),
        description: Type.Optional(Type.String()),
        is_optional: Type.Boolean(),
      }),
      { description: 'What it is given when it is started by hand.' },
    ),
    on: Type.Optional(Type.String({ description: 'Condition; absent: only started by hand.' })),
    each: Type.Optional(
      Type.String({ description: 'A list of facts; the steps see one of its values as `item`.' }),
    ),
    steps: Type.Array(
      Type.Object({
        id: Type.String(),
        verb: Type.String(),
        ttl_s: Type.Optional(Type.Integer()),
        undo: Type.String({ description: 'auto, on-close, manual, never' }),
      }),
      { description: 'Every action it may take, both sides of forks included.' },
    ),
  },
  { title: 'PlaybookView' },
);
export type PlaybookView = Static<typeof PlaybookView>;

export const KillSwitchView = Type.Object(
  {
    engaged: Type.Boolean({ description: 'No new effect starts; undo goes on.' }),
    reason: Type.Optional(Type.String()),
    by: Type.Optional(Type.String()),
  },
  { title: 'KillSwitchView' },
);
export type KillSwitchView = Static<typeof KillSwitchView>;

export const DecisionBody = Type.Object(
  {
    plan_hash: Type.String({
      minLength: 1,
      maxLength: 128,
      description: 'Of the plan that was shown.',
    }),
    reason: Reason,
  },
  { title: 'DecisionBody', additionalProperties: false },
);
export type DecisionBody = Static<typeof DecisionBody>;

export const ProposalBody = Type.Object(
  {
    incident_id: Type.String({ minLength: 1, maxLength: 128 }),
    verb: Type.String({ pattern: '^[a-z0-9_]+(\\.[a-z0-9_]+)+$', maxLength: 100 }),
    params: Type.Record(Type.String({ pattern: '^[a-zA-Z_][a-zA-Z0-9_]{0,63}$' }), Type.Unknown()),
    reason: Reason,
    ttl_s: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 30 * 86_400,
        description: 'How long it is held; what contains must have one.',
      }),
    ),
  },
  { title: 'ProposalBody', additionalProperties: false },
);
export type ProposalBody = Static<typeof ProposalBody>;

export const NeverTouchItem = Type.Object(
  { value: Type.String(), why: Type.String() },
  { title: 'NeverTouchItem' },
);
export type NeverTouchItem = Static<typeof NeverTouchItem>;

export const actionRoutes = {
  listActions: defineRoute({
    method: 'GET',
    path: '/actions',
    access: 'viewer',
    summary: 'The action ledger, newest first.',
    query: Type.Object({
      ...pageQuery,
      status: Type.Optional(Type.Array(ActionStatus)),
      incident_id: Type.Optional(Type.String({ maxLength: 128 })),
    }),
    response: pageOf(ActionView),
  }),
  getAction: defineRoute({
    method: 'GET',
    path: '/actions/:id',
    access: 'viewer',
    summary: 'One action with its guard decision and journal.',
    params: IdParams,
    response: ActionView,
  }),
  approveAction: defineRoute({
    method: 'POST',
    path: '/actions/:id/approve',
    access: 'responder',
    summary: 'Approves the plan that was shown; refused when the plan has changed since.',
    params: IdParams,
    body: DecisionBody,
    response: ActionView,
  }),
  rejectAction: defineRoute({
    method: 'POST',
    path: '/actions/:id/reject',
    access: 'responder',
    summary: 'Rejects the plan that was shown.',
    params: IdParams,
    body: DecisionBody,
    response: ActionView,
  }),
  undoAction: defineRoute({
    method: 'POST',
    path: '/actions/:id/undo',
    access: 'responder',
    summary: 'Takes a held effect back before its time.',
    params: IdParams,
    body: Type.Object({ reason: Reason }, { additionalProperties: false }),
    response: ActionView,
  }),
  proposeAction: defineRoute({
    method: 'POST',
    path: '/proposals',
    access: 'proposer',
    summary: 'Asks people for an action on an incident; it is carried out only when one says yes.',
    body: ProposalBody,
    response: ActionView,
    status: 201,
  }),
  getKillSwitch: defineRoute({
    method: 'GET',
    path: '/kill-switch',
    access: 'viewer',
    summary: 'Is the kill switch engaged?',
    response: KillSwitchView,
  }),
  setKillSwitch: defineRoute({
    method: 'PUT',
    path: '/kill-switch',
    access: 'responder',
    summary: 'Stops new effects, or lets them start again.',
    body: Type.Object({ engaged: Type.Boolean(), reason: Reason }, { additionalProperties: false }),
    response: KillSwitchView,
  }),
  listNeverTouch: defineRoute({
    method: 'GET',
    path: '/never-touch',
    access: 'viewer',
    summary: 'What no action may ever touch, and why.',
    response: listOf(NeverTouchItem),
  }),
};
