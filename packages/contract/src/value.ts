import { type Static, type TSchema, Type } from 'typebox';

/** A moment: RFC 3339, UTC, milliseconds, `2026-11-24T06:30:00.000Z`. */
export const Time = Type.String({ format: 'date-time', description: 'RFC 3339, UTC.' });

/** The words for OCSF severity_id 0 to 5. */
export const Severity = Type.Union(
  [
    Type.Literal('unknown'),
    Type.Literal('informational'),
    Type.Literal('low'),
    Type.Literal('medium'),
    Type.Literal('high'),
    Type.Literal('critical'),
  ],
  { title: 'Severity' },
);
export type Severity = Static<typeof Severity>;

/**
 * Who may do what, each more than the one before: a viewer looks, a proposer asks for actions and
 * diagnoses, a responder decides and acts, an administrator does everything.
 */
export const Role = Type.Union(
  [
    Type.Literal('administrator'),
    Type.Literal('responder'),
    Type.Literal('proposer'),
    Type.Literal('viewer'),
  ],
  { title: 'Role' },
);
export type Role = Static<typeof Role>;

/** Where an alert stands. */
export const AlertStatus = Type.Union(
  [Type.Literal('open'), Type.Literal('in_incident'), Type.Literal('closed')],
  { title: 'AlertStatus' },
);
export type AlertStatus = Static<typeof AlertStatus>;

/** Where an incident stands. */
export const IncidentStatus = Type.Union(
  [
    Type.Literal('new'),
    Type.Literal('in_progress'),
    Type.Literal('on_hold'),
    Type.Literal('resolved'),
    Type.Literal('closed'),
  ],
  { title: 'IncidentStatus' },
);
export type IncidentStatus = Static<typeof IncidentStatus>;

/** A host, user, address … and how it took part. */
export const EntityRef = Type.Object(
  {
    kind: Type.String({
      description: 'host, user, ip, domain, process, file, url, session, cloud_resource, message',
    }),
    id: Type.String(),
    role: Type.String({ description: 'actor, source, target, related' }),
  },
  { title: 'EntityRef' },
);
export type EntityRef = Static<typeof EntityRef>;

/** What happened, what was expected and what to do next. */
export const ProblemView = Type.Object(
  {
    code: Type.String(),
    detail: Type.String(),
    hint: Type.Optional(Type.String()),
    at: Type.Optional(
      Type.Object({
        file: Type.String(),
        line: Type.Optional(Type.Integer()),
        column: Type.Optional(Type.Integer()),
      }),
    ),
    retryable: Type.Boolean(),
  },
  { title: 'ProblemView' },
);
export type ProblemView = Static<typeof ProblemView>;

/** The body of every answer that is not a success: RFC 9457, `application/problem+json`. */
export const HttpProblem = Type.Object(
  {
    type: Type.String({ description: '`urn:cordon:problem:<code>`' }),
    title: Type.String({ description: 'What the code means, one sentence.' }),
    status: Type.Integer(),
    code: Type.String({ description: 'Stable; branch on this, never on words.' }),
    detail: Type.String(),
    hint: Type.Optional(Type.String()),
    retryable: Type.Boolean(),
    retry_after_s: Type.Optional(Type.Integer()),
    errors: Type.Optional(
      Type.Array(Type.Object({ pointer: Type.String(), detail: Type.String() })),
    ),
    request_id: Type.Optional(Type.String()),
  },
  { title: 'HttpProblem' },
);
export type HttpProblem = Static<typeof HttpProblem>;

/** The conclusion on an alert or incident. */
export const VerdictKind = Type.Union(
  [
    Type.Literal('true_positive'),
    Type.Literal('benign'),
    Type.Literal('false_positive'),
    Type.Literal('duplicate'),
    Type.Literal('insufficient_data'),
  ],
  { title: 'VerdictKind' },
);
export type VerdictKind = Static<typeof VerdictKind>;

/** A conclusion with who drew it, why and when. */
export const VerdictView = Type.Object(
  { kind: VerdictKind, by: Type.String(), reason: Type.String(), at: Time },
  { title: 'VerdictView' },
);
export type VerdictView = Static<typeof VerdictView>;

/** One piece of evidence and what it adds to the score, in nats. */
export const ContributionView = Type.Object(
  {
    evidence_id: Type.String(),
    at: Time,
    kind: Type.String(),
    group: Type.String(),
    text: Type.String(),
    llr: Type.Number(),
    contribution: Type.Number(),
    subject: Type.Array(EntityRef),
    offsets: Type.Array(Type.Integer()),
  },
  { title: 'ContributionView' },
);
export type ContributionView = Static<typeof ContributionView>;

/** A probability with the exact sum it came from; the largest contributions first. */
export const ScoreView = Type.Object(
  {
    p: Type.Number(),
    logit: Type.Number(),
    prior_logit: Type.Number(),
    contributions: Type.Array(ContributionView),
  },
  { title: 'ScoreView' },
);
export type ScoreView = Static<typeof ScoreView>;

/** One page of a list; `next_cursor` is absent on the last. */
export const pageOf = <T extends TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), next_cursor: Type.Optional(Type.String()) });

/** A whole short list. */
export const listOf = <T extends TSchema>(item: T) => Type.Object({ items: Type.Array(item) });

/** Where in a list to go on, and how much to take. */
export const pageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 })),
  cursor: Type.Optional(Type.String({ maxLength: 512 })),
};

/** Why somebody does something; kept in the audit trail. */
export const Reason = Type.String({ minLength: 1, maxLength: 2000 });
