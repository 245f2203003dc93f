import { type Static, Type } from 'typebox';
import { defineRoute, IdParams } from './route.ts';
import { listOf, ProblemView, Time } from './value.ts';

const Outcome = Type.Union([
  Type.Literal('healthy'),
  Type.Literal('cause'),
  Type.Literal('candidates'),
  Type.Literal('undecided'),
]);

/** One test of a diagnosis; `running` until it has told something. */
export const DiagnosisStep = Type.Object(
  {
    kind: Type.String(),
    text: Type.String({ description: 'What is asked, as a person would ask it.' }),
    status: Type.Union([Type.Literal('running'), Type.Literal('told'), Type.Literal('missing')]),
    told: Type.Optional(Type.Unknown({ description: 'What the test told.' })),
    answer: Type.Optional(
      Type.String({ description: 'That in words, or why the test could not be made.' }),
    ),
    rules_out: Type.Optional(Type.String({ description: 'What can no longer be the cause.' })),
  },
  { title: 'DiagnosisStep' },
);
export type DiagnosisStep = Static<typeof DiagnosisStep>;

/** Why something cannot be reached: the walk so far, and what it ended with. */
export const DiagnosisView = Type.Object(
  {
    id: Type.String(),
    by: Type.String(),
    started_at: Time,
    target: Type.Object({
      host: Type.String(),
      port: Type.Integer(),
      service: Type.String(),
      path: Type.String(),
    }),
    status: Type.Union([Type.Literal('running'), Type.Literal('done'), Type.Literal('failed')]),
    steps: Type.Array(DiagnosisStep),
    outcome: Type.Optional(Outcome),
    faults: Type.Array(
      Type.Object({
        cause: Type.String(),
        layer: Type.String(),
        title: Type.String(),
        evidence: Type.Array(Type.String()),
        fix: Type.String(),
        confirm: Type.String({ description: 'The command that shows whether it helped.' }),
        action_id: Type.Optional(
          Type.String({ description: 'The action of ours that is the cause; it can be undone.' }),
        ),
      }),
    ),
    passed: Type.Array(Type.Object({ layer: Type.String(), text: Type.String() })),
    problem: Type.Optional(ProblemView),
  },
  { title: 'DiagnosisView' },
);
export type DiagnosisView = Static<typeof DiagnosisView>;

/** One diagnosis of the list. */
export const DiagnosisSummary = Type.Pick(
  DiagnosisView,
  ['id', 'by', 'started_at', 'target', 'status', 'outcome'],
  { title: 'DiagnosisSummary' },
);
export type DiagnosisSummary = Static<typeof DiagnosisSummary>;

export const diagnosisRoutes = {
  listDiagnoses: defineRoute({
    method: 'GET',
    path: '/diagnoses',
    access: 'proposer',
    summary: 'The last fifty diagnoses, newest first.',
    response: listOf(DiagnosisSummary),
  }),
  startDiagnosis: defineRoute({
    method: 'POST',
    path: '/diagnoses',
    access: 'proposer',
    summary: 'Finds out why something cannot be reached; two at once, six a minute for a person.',
    body: Type.Object(
      {
        target: Type.String({
          minLength: 1,
          maxLength: 2_000,
          description: '`host:port` or `https://host/path`.',
        }),
        service: Type.Optional(Type.String({ maxLength: 32 })),
      },
      { additionalProperties: false },
    ),
    response: DiagnosisView,
    status: 202,
  }),
  getDiagnosis: defineRoute({
    method: 'GET',
    path: '/diagnoses/:id',
    access: 'proposer',
    summary: 'How far a diagnosis is, or what it found; the last fifty are kept.',
    params: IdParams,
    response: DiagnosisView,
  }),
};
