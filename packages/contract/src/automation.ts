import { type Static, Type } from 'typebox';
import { ShareView } from './report.ts';
import { defineRoute, IdParams } from './route.ts';
import { listOf, Reason, Time } from './value.ts';

export const AutomationStage = Type.Union(
  [
    Type.Literal('shadow', { description: 'It records what it would have done; nothing is done.' }),
    Type.Literal('live', { description: 'It goes as far as the house allows.' }),
  ],
  { title: 'AutomationStage' },
);
export type AutomationStage = Static<typeof AutomationStage>;

/** A playbook that starts by itself: where it stands, and how often people's verdicts agreed with it. */
export const AutomationView = Type.Object(
  {
    playbook_id: Type.String(),
    version: Type.Integer(),
    title: Type.String(),
    stage: AutomationStage,
    decision: Type.Optional(
      Type.Object(
        { by: Type.String(), reason: Type.String(), at: Time, agreement: ShareView },
        { description: 'Who put this version there, with the agreement it had then.' },
      ),
    ),
    agreement: ShareView,
    acted: Type.Integer({
      description: 'Incidents on which it acted or would have, in the last 90 days.',
    }),
    required: Type.Number({ description: 'What the lower end of the agreement must reach.' }),
    may_promote: Type.Boolean({ description: 'The agreement is high enough to make it live.' }),
    missing: Type.Optional(Type.String({ description: 'What speaks against making it live.' })),
    trials: Type.Array(
      Type.Object({
        incident_id: Type.String(),
        incident_name: Type.String(),
        title: Type.String(),
        at: Time,
        verdict: Type.Optional(Type.String()),
        by: Type.Optional(Type.String()),
        agreed: Type.Optional(
          Type.Boolean({ description: 'Absent while nothing is said about it.' }),
        ),
      }),
      { description: 'The newest 20.' },
    ),
  },
  { title: 'AutomationView' },
);
export type AutomationView = Static<typeof AutomationView>;

export const StageBody = Type.Object(
  { stage: AutomationStage, reason: Reason },
  { title: 'StageBody', additionalProperties: false },
);
export type StageBody = Static<typeof StageBody>;

export const automationRoutes = {
  listAutomations: defineRoute({
    method: 'GET',
    path: '/automations',
    access: 'viewer',
    summary: 'Playbooks that start by themselves, and how often people’s verdicts agreed.',
    response: listOf(AutomationView),
  }),
  setAutomationStage: defineRoute({
    method: 'PUT',
    path: '/automations/:id/stage',
    access: 'administrator',
    summary:
      'Makes an automation live, which takes a high enough agreement, or puts it into the shadow.',
    params: IdParams,
    body: StageBody,
    response: AutomationView,
  }),
};
