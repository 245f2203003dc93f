import { createDetectionEngine, type Event, type SigmaDocument } from '@cordon/core';
import { stringify } from 'yaml';

/** Cases made of stored events, in the form that `cases.yml` has. */
export interface EventCases {
  readonly text: string;
  readonly mustFire: number;
  readonly mustNotFire: number;
}

const MOST = 3;

/**
 * The cases of a rule over single events: of `found` the first on which it fires, of `others` the
 * first on which it does not, at most three of each and no two alike.
 */
export function casesOfEvents(
  rule: SigmaDocument,
  events: { readonly found: readonly Event[]; readonly others: readonly Event[] },
): EventCases {
  const engine = createDetectionEngine({ rules: [rule] });
  const fires = (event: Event): boolean => engine.evaluate(event).length > 0;
  const mustFire = distinct(events.found.filter(fires)).map(toCase);
  const mustNotFire = distinct(events.others.filter((event) => !fires(event))).map(toCase);
  return {
    text: stringify({ must_fire: mustFire, must_not_fire: mustNotFire }, { lineWidth: 0 }),
    mustFire: mustFire.length,
    mustNotFire: mustNotFire.length,
  };
}

/** Events that tell a rule the same are one. */
function distinct(events: readonly Event[]): readonly Event[] {
  const byContent = new Map(
    events.map((event) => {
      const { time, TimeCreated, ...fields } = event.provenance.fields;
      return [JSON.stringify([event.class_uid, event.activity_id, fields]), event] as const;
    }),
  );
  return [...byContent.values()].slice(0, MOST);
}

/** An event as a case gives it: nothing that only this server knows, such as its id and place. */
function toCase({ id, time, observables, provenance, ...attributes }: Event) {
  const { logsource, fields, offset } = provenance;
  return {
    title: `record ${offset} of ${new Date(time).toISOString().slice(0, 10)}`,
    events: [{ logsource, attributes, fields }],
  };
}
