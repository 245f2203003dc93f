import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Signal } from '../detect/signal.ts';
import type { Event } from '../event/event.ts';
import { SECOND_MS } from '../shared/time.ts';
import { createDecider } from './create-decider.ts';
import type { Decisions } from './decisions.ts';
import {
  bruteForce,
  decide,
  host,
  logon,
  makeSignal,
  openIncidents,
  user,
} from './fixtures/signals.ts';

const RUNS = Number(process.env['CORDON_FUZZ_RUNS'] ?? 300);
/** By so much a record may come late. */
const LATENESS_MS = 60 * SECOND_MS;

const SEVERITIES: readonly Signal['severity_id'][] = [1, 2, 3, 4, 5];
/** Signs on a few machines by a few accounts, and strangers that try passwords, a second or an hour apart. */
const input = fc
  .record({
    minute: fc.integer({ min: 0, max: 60 }),
    second: fc.integer({ min: 0, max: 59 }),
    kind: fc.constantFrom('sign', 'sign', 'knock', 'logon'),
    rule: fc.nat(4),
    machine: fc.nat(3),
    account: fc.nat(3),
  })
  .map((one): Signal | Event => {
    const minute = one.minute + one.second / 60;
    const { machine, account } = one;
    const severity = SEVERITIES[one.rule] ?? 3;
    if (one.kind === 'knock') return bruteForce(`203.0.113.${account}`, minute, { severity });
    if (one.kind === 'logon') {
      const [onto, from] = [`ws-${machine}`, `10.0.0.${one.rule}`];
      return logon(minute, { onto, from, user: `u${account}` });
    }
    return makeSignal({
      rule: `r${one.rule}`,
      severity,
      minute,
      tactics: ['execution'],
      entities: [host(`ws-${machine}`), user(`u${account}`)],
    });
  });

/** In the order of time, and as they come when each is late by less than the lateness. */
const arrivals = fc
  .array(fc.tuple(input, fc.integer({ min: 0, max: LATENESS_MS - 1 })), { maxLength: 30 })
  .map((all) => {
    const inputs = all.map(([one, lateMs]) => ({
      one,
      lateMs,
      at: 'rule' in one ? one.at : one.time,
    }));
    const by = (timeOf: (entry: (typeof inputs)[number]) => number) =>
      inputs
        .toSorted((a, b) => timeOf(a) - timeOf(b) || (a.one.id < b.one.id ? -1 : 1))
        .map(({ one }) => one);
    return { inTime: by(({ at }) => at), late: by(({ at, lateMs }) => at + lateMs) };
  });

/** Which signals each open incident holds, whatever it is called. */
function heldTogether(decisions: Decisions): readonly string[] {
  const alerts = new Map(decisions.alerts.map((alert) => [alert.id, alert]));
  return openIncidents(decisions)
    .map(({ alertIds }) =>
      alertIds
        .flatMap((id) => alerts.get(id)?.signalIds ?? [])
        .toSorted()
        .join(),
    )
    .toSorted();
}

describe('the order of arrival', () => {
  it('makes no difference to incidents while nothing comes later than the lateness', () => {
    fc.assert(
      fc.property(arrivals, ({ inTime, late }) => {
        expect(heldTogether(decide(createDecider(), late))).toEqual(
          heldTogether(decide(createDecider(), inTime)),
        );
      }),
      { numRuns: RUNS },
    );
  });
});
