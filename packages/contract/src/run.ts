import { type Static, Type } from 'typebox';
import { GuardView, RunView } from './action.ts';
import { defineRoute, IdParams } from './route.ts';
import { pageOf, pageQuery, Reason } from './value.ts';

const StepId = Type.String({ minLength: 1, maxLength: 400, description: 'As the log has it.' });

/** What a playbook would do about an incident. */
export const DryRunView = Type.Object(
  {
    would_start: Type.Boolean({ description: 'Its condition holds for the incident.' }),
    runs: Type.Array(
      Type.Object({
        item: Type.Optional(Type.Unknown()),
        planned: Type.Array(
          Type.Object({
            step_id: Type.String(),
            kind: Type.String(),
            text: Type.String(),
            guard: Type.Optional(GuardView),
            missing: Type.Optional(
              Type.String({
                description: 'Why the guard cannot be asked: nothing carries it out.',
              }),
            ),
          }),
        ),
        status: Type.String({ description: 'succeeded, failed, endless' }),
        text: Type.String(),
        waited_s: Type.Integer(),
      }),
    ),
  },
  { title: 'DryRunView' },
);
export type DryRunView = Static<typeof DryRunView>;

export const DryRunBody = Type.Object(
  {
    text: Type.String({ maxLength: 100_000, description: 'The playbook, saved or not.' }),
    incident_id: Type.String({ minLength: 1, maxLength: 128 }),
    inputs: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { title: 'DryRunBody', additionalProperties: false },
);
export type DryRunBody = Static<typeof DryRunBody>;

export const runRoutes = {
  listRuns: defineRoute({
    method: 'GET',
    path: '/runs',
    access: 'viewer',
    summary: 'Runs of playbooks, newest first.',
    query: Type.Object({ ...pageQuery }),
    response: pageOf(RunView),
  }),
  answerRun: defineRoute({
    method: 'POST',
    path: '/runs/:id/answer',
    access: 'responder',
    summary: 'Answers a question that a playbook asks.',
    params: IdParams,
    body: Type.Object(
      { step_id: StepId, approved: Type.Boolean(), reason: Reason },
      { additionalProperties: false },
    ),
    response: RunView,
  }),
  repeatRun: defineRoute({
    method: 'POST',
    path: '/runs/:id/repeat',
    access: 'responder',
    summary: 'Starts a run that is over once more, from one of its steps on.',
    params: IdParams,
    body: Type.Object({ step_id: StepId }, { additionalProperties: false }),
    response: RunView,
  }),
  dryRunPlaybook: defineRoute({
    method: 'POST',
    path: '/playbooks/dry-run',
    access: 'viewer',
    summary: 'What a playbook would do about an incident; nothing is touched.',
    body: DryRunBody,
    response: DryRunView,
  }),
};
