import { toSeverityId } from './combinations.ts';
import type { JudgedEvent } from './replay-rule-events.ts';

/** How often what is rightly alerted is as grave as the other product's rule says, and by at most one step off. */
export function severityAgreement(events: readonly JudgedEvent[]) {
  const alerted = events.filter(({ genuine, severityId }) => genuine > 0 && severityId > 0);
  const within = (steps: number): number =>
    alerted.filter((event) => Math.abs(event.severityId - severityOf(event)) <= steps).length /
    Math.max(1, alerted.length);
  const expected = events.filter(({ genuine }) => genuine > 0).length;
  return {
    events: events.length,
    expected,
    alerted: alerted.length,
    recall: alerted.length / Math.max(1, expected),
    falselyAlerted: events.filter(({ genuine, severityId }) => genuine === 0 && severityId > 0)
      .length,
    severityExact: within(0),
    severityWithinOne: within(1),
  };
}

const severityOf = ({ expectedSeverity }: JudgedEvent): number => toSeverityId(expectedSeverity);
