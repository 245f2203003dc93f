import { type Static, Type } from 'typebox';
import { defineRoute } from './route.ts';
import { ProblemView, pageOf, pageQuery, Time } from './value.ts';

/** One line of the audit trail. */
export const AuditView = Type.Object(
  {
    seq: Type.Integer(),
    at: Time,
    actor: Type.String(),
    what: Type.String(),
    subject: Type.String(),
    data: Type.Unknown(),
    previous_hash: Type.String(),
    hash: Type.String(),
  },
  { title: 'AuditView' },
);
export type AuditView = Static<typeof AuditView>;

export const AuditVerdict = Type.Object(
  { intact: Type.Boolean(), entries: Type.Integer(), problem: Type.Optional(ProblemView) },
  { title: 'AuditVerdict' },
);
export type AuditVerdict = Static<typeof AuditVerdict>;

export const auditRoutes = {
  listAudit: defineRoute({
    method: 'GET',
    path: '/audit',
    access: 'viewer',
    summary: 'The audit trail, newest first.',
    query: Type.Object(pageQuery),
    response: pageOf(AuditView),
  }),
  verifyAudit: defineRoute({
    method: 'GET',
    path: '/audit/verify',
    access: 'viewer',
    summary: 'Walks the hash chain of the audit trail.',
    response: AuditVerdict,
  }),
};
