import { type Static, Type } from 'typebox';
import { defineRoute, IdParams } from './route.ts';
import { IncidentStatus, Time, VerdictView } from './value.ts';

/** A STIX 2.1 bundle; what is in it, STIX says. */
export const StixBundle = Type.Object(
  { type: Type.Literal('bundle'), id: Type.String(), objects: Type.Array(Type.Unknown()) },
  { title: 'StixBundle' },
);
export type StixBundle = Static<typeof StixBundle>;

/** One step of the attack in a sentence, with what it rests on. */
export const StoryStepView = Type.Object(
  {
    at: Time,
    text: Type.String(),
    tactic: Type.String({ description: 'ATT&CK short name; empty where no rule names one.' }),
    techniques: Type.Array(Type.String()),
    alert_ids: Type.Array(Type.String()),
    offsets: Type.Array(Type.Integer()),
  },
  { title: 'StoryStepView' },
);
export type StoryStepView = Static<typeof StoryStepView>;

/** An earlier incident that resembles this one, how it ended, and what was done. */
export const SimilarView = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    title: Type.String(),
    last_at: Time,
    status: IncidentStatus,
    verdict: Type.Optional(VerdictView),
    likeness: Type.Number({ description: '0 to 1.' }),
    common: Type.Array(Type.String({ description: 'What both have in common.' })),
    worked: Type.Array(Type.String(), { description: 'Actions that were done and verified.' }),
    failed: Type.Array(Type.String(), { description: 'Actions that had no effect or failed.' }),
  },
  { title: 'SimilarView' },
);
export type SimilarView = Static<typeof SimilarView>;

export const incidentFileRoutes = {
  getIncidentStix: defineRoute({
    method: 'GET',
    path: '/incidents/:id/stix',
    access: 'viewer',
    summary: 'The incident as a STIX 2.1 bundle.',
    params: IdParams,
    response: StixBundle,
  }),
  getIncidentAttackFlow: defineRoute({
    method: 'GET',
    path: '/incidents/:id/attack-flow',
    access: 'viewer',
    summary: 'The incident as an Attack Flow 2: a STIX bundle of what led to what.',
    params: IdParams,
    response: StixBundle,
  }),
  listIncidentSteps: defineRoute({
    method: 'GET',
    path: '/incidents/:id/steps',
    access: 'viewer',
    summary: 'The attack told in order of cause, each sentence with its evidence.',
    params: IdParams,
    response: Type.Object({ items: Type.Array(StoryStepView) }),
  }),
  listSimilarIncidents: defineRoute({
    method: 'GET',
    path: '/incidents/:id/similar',
    access: 'viewer',
    summary: 'Incidents that resemble this one, with their verdicts and what worked.',
    params: IdParams,
    response: Type.Object({ items: Type.Array(SimilarView) }),
  }),
};
