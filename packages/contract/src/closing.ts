import { type Static, Type } from 'typebox';
import { AlertSummary } from './alert.ts';
import { ShareView } from './report.ts';
import { defineRoute } from './route.ts';
import { Time } from './value.ts';

export const HiddenOutcome = Type.Union(
  [
    Type.Literal('closed', { description: 'It closed by itself, and nobody looked since.' }),
    Type.Literal('by_rule', { description: 'A rule of the house calls it harmless.' }),
    Type.Literal('shown', { description: 'It lies where alerts close, and is open all the same.' }),
    Type.Literal('harmless', { description: 'A person found it harmless.' }),
    Type.Literal('genuine', { description: 'A person found it genuine.' }),
    Type.Literal('undecided', { description: 'A person closed it without telling.' }),
  ],
  { title: 'HiddenOutcome' },
);
export type HiddenOutcome = Static<typeof HiddenOutcome>;

/** What closing by itself hid, or would have hidden by today's terms. */
export const ClosingReportView = Type.Object(
  {
    since: Time,
    below: Type.Number({ description: 'Alerts below this probability close.' }),
    certificate: Type.Optional(
      Type.Object(
        {
          alpha: Type.Number({ description: 'At most this share of genuine alerts falls below.' }),
          confidence: Type.Number(),
          genuine: Type.Integer({ description: 'How many genuine verdicts it rests on.' }),
        },
        { description: 'Absent while too few genuine verdicts are known, or closing is paused.' },
      ),
    ),
    audits: Type.Integer({ description: 'Verdicts that people ever gave below the threshold.' }),
    misses: Type.Integer({ description: 'How many of those were genuine.' }),
    paused_until: Type.Optional(Time),
    counts: Type.Object({
      closed: Type.Integer(),
      by_rule: Type.Integer(),
      shown: Type.Integer(),
      harmless: Type.Integer(),
      genuine: Type.Integer(),
      undecided: Type.Integer(),
    }),
    missed: ShareView,
    alerts: Type.Array(Type.Object({ outcome: HiddenOutcome, alert: AlertSummary }), {
      description: 'The newest 200, genuine ones first.',
    }),
  },
  { title: 'ClosingReportView' },
);
export type ClosingReportView = Static<typeof ClosingReportView>;

export const closingRoutes = {
  getClosing: defineRoute({
    method: 'GET',
    path: '/closing',
    access: 'viewer',
    summary: 'What closing by itself hid in the last days, or would have hidden, and what it was.',
    query: Type.Object({
      days: Type.Optional(Type.Integer({ minimum: 1, maximum: 7, default: 7 })),
    }),
    response: ClosingReportView,
  }),
};
