import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Signal } from '../detect/signal.ts';
import type { Event } from '../event/event.ts';
import { combineEvidence, toNats } from '../triage/combine.ts';
import { createDecider } from './create-decider.ts';
import type { Decider } from './decider.ts';
import type { Decisions } from './decisions.ts';
import {
  bruteForce,
  decide,
  host,
  launch,
  logon,
  makeEvent,
  makeSignal,
  openIncidents,
  user,
} from './fixtures/signals.ts';

/** Random but plausible streams over a few machines, accounts and addresses. */
const input = fc.record({
  kind: fc.constantFrom('brute', 'sign', 'logon', 'launch', 'other'),
  minute: fc.integer({ min: 0, max: 600 }),
  n: fc.integer({ min: 0, max: 3 }),
  m: fc.integer({ min: 0, max: 3 }),
  severity: fc.constantFrom<Signal['severity_id']>(1, 2, 3, 4, 5),
});
const stream = fc.array(input, { minLength: 1, maxLength: 40 }).map((items) =>
  items.map((item): Signal | Event => {
    const { minute, n, m, severity } = item;
    if (item.kind === 'brute') return bruteForce(`203.0.113.${n}`, minute, { severity });
    if (item.kind === 'logon')
      return logon(minute, { onto: `ws-${m}`, from: `10.0.0.${n}`, user: `u${n}` });
    if (item.kind === 'launch')
      return launch(minute, { on: `ws-${m}`, guid: `{${n}${m}}`, parent: `{${m}}`, user: `u${n}` });
    if (item.kind === 'other')
      return makeEvent(minute, {
        class_uid: 4001,
        device: { hostname: `ws-${m}`, ip: `10.0.0.${m}` },
      });
    return makeSignal({
      rule: `r${n}`,
      severity,
      minute,
      entities: [host(`ws-${m}`), user(`u${n}`)],
      tactics: ['execution'],
    });
  }),
);

/** The newest form of everything, as a store would hold it. */
class Store {
  readonly alerts = new Map<string, Decisions['alerts'][number]>();
  readonly incidents = new Map<string, Decisions['incidents'][number]>();
  save(decisions: Decisions): void {
    for (const alert of decisions.alerts) this.alerts.set(alert.id, alert);
    for (const incident of decisions.incidents) this.incidents.set(incident.id, incident);
  }
  restoreInto(decider: Decider, snapshot: ReturnType<Decider['snapshot']>): void {
    const incidents = [...this.incidents.values()].reverse();
    decider.restore({
      snapshot: JSON.parse(JSON.stringify(snapshot)),
      alerts: [...this.alerts.values()].reverse(),
      incidents,
      lastIncidentNumber: incidents.length,
    });
  }
}

describe('properties of any stream', () => {
  it('the same input gives the same decisions', () => {
    fc.assert(
      fc.property(stream, (inputs) => {
        expect(decide(createDecider(), inputs)).toEqual(decide(createDecider(), inputs));
      }),
      { numRuns: 60 },
    );
  });

  it('a restart in the middle changes nothing that comes after', () => {
    fc.assert(
      fc.property(stream, fc.nat(40), (inputs, cut) => {
        const straight = createDecider();
        const store = new Store();
        store.save(decide(straight, inputs.slice(0, cut)));
        const restarted = createDecider();
        store.restoreInto(restarted, straight.snapshot());
        expect(decide(restarted, inputs.slice(cut))).toEqual(decide(straight, inputs.slice(cut)));
      }),
      { numRuns: 60 },
    );
  });

  it('every signal has one outcome, every alert one place, and every score is the sum of its parts', () => {
    fc.assert(
      fc.property(stream, (inputs) => {
        const { alerts, incidents, outcomes } = decide(createDecider(), inputs);
        const signals = new Set(inputs.flatMap((one) => ('rule' in one ? [one.id] : [])));
        expect(new Set(outcomes.map((one) => one.signalId))).toEqual(signals);
        const held = new Map(
          openIncidents({ alerts, incidents, outcomes }).flatMap((one) =>
            one.alertIds.map((id) => [id, one.id] as const),
          ),
        );
        for (const alert of alerts) {
          expect(held.get(alert.id)).toBe(
            alert.state.status === 'in_incident' ? alert.state.incidentId : undefined,
          );
        }
        for (const { score } of [...alerts, ...incidents]) {
          expect(
            score.contributions.reduce((sum, one) => sum + one.contribution, score.priorLogit),
          ).toBe(score.logit);
        }
        const nodes = incidents.map(
          (one) => new Set(one.graph.nodes.map((node) => `${node.entity.kind}:${node.entity.id}`)),
        );
        for (const [i, one] of incidents.entries()) {
          for (const edge of one.graph.edges)
            expect(nodes[i]?.has(edge.from) && nodes[i]?.has(edge.to)).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('taking a piece of evidence away moves the score by exactly its stated share', () => {
    fc.assert(
      fc.property(stream, (inputs) => {
        const { alerts, incidents } = decide(createDecider(), inputs);
        for (const { score } of [...alerts, ...incidents]) {
          const pieces = score.contributions.map(({ evidence }) => evidence);
          for (const { evidence, contribution } of score.contributions) {
            const isShared = pieces.some((one) => one !== evidence && one.group === evidence.group);
            // Whoever leads a group with others in it hands the lead on.
            if (isShared && contribution === toNats(evidence.llr)) continue;
            const rest = pieces.filter((one) => one !== evidence);
            expect(score.logit - combineEvidence(score.priorLogit, rest).logit).toBe(contribution);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('a kill loses no alert: what is younger than the snapshot folds, joins and stays in its incident', () => {
    const strong = (minute: number) =>
      makeSignal({ rule: 'strong', severity: 5, minute, entities: [host('srv'), user('eve')] });
    const other = makeSignal({ rule: 'other', severity: 4, minute: 1, entities: [host('srv')] });
    const killed = createDecider();
    const snapshot = killed.snapshot();
    const store = new Store();
    store.save(decide(killed, [strong(0), other]));
    const next = createDecider();
    store.restoreInto(next, snapshot);
    const after = decide(next, [strong(5)]);
    expect(after.outcomes.map(({ outcome }) => outcome)).toEqual(['folded']);
    const [before] = [...store.incidents.values()];
    expect(after.incidents).toMatchObject([{ id: before?.id, alertIds: before?.alertIds }]);
  });
});
