import { type Static, Type } from 'typebox';
import { AlertStatus, IncidentStatus } from './value.ts';

/** What a person's act moved; a member that ends in `_before` is absent where there was nothing before. */
export const ActChanges = Type.Object(
  {
    alerts: Type.Array(
      Type.Object({
        id: Type.String(),
        title: Type.String(),
        p_before: Type.Optional(Type.Number()),
        p_after: Type.Number(),
        status_before: Type.Optional(AlertStatus),
        status_after: AlertStatus,
      }),
      { description: 'At most 50, those that moved the farthest first.' },
    ),
    more_alerts: Type.Integer({ description: 'How many more alerts moved.' }),
    incidents: Type.Array(
      Type.Object({
        id: Type.String(),
        name: Type.String({ description: '`INC-42`' }),
        status_before: Type.Optional(IncidentStatus),
        status_after: IncidentStatus,
        alerts_before: Type.Optional(Type.Integer()),
        alerts_after: Type.Integer(),
      }),
    ),
    rules: Type.Array(
      Type.Object({
        id: Type.String(),
        title: Type.String(),
        genuine_before: Type.Number(),
        genuine_after: Type.Number(),
        verdicts_before: Type.Number(),
        verdicts_after: Type.Number(),
      }),
      { description: 'Verdicts on the rule as they count; old ones fade.' },
    ),
  },
  { title: 'ActChanges' },
);
export type ActChanges = Static<typeof ActChanges>;
