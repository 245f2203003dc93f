import { expect, it } from 'vitest';
import { createDecider } from '../decide/create-decider.ts';
import {
  bruteForce,
  decide,
  host,
  ip,
  makeSignal,
  openIncidents,
} from '../decide/fixtures/signals.ts';

const STRONG = '203.0.113.7';
const WEAK = '203.0.113.8';

it('names the address whose own signs tell, not the one that came along in the storm', () => {
  const decisions = decide(createDecider(), [
    bruteForce(STRONG, 0, { severity: 4 }),
    bruteForce(WEAK, 1, { severity: 2, count: 2 }),
  ]);
  const [incident] = openIncidents(decisions);
  expect(incident?.alertIds).toHaveLength(2);
  expect(incident?.attackers).toEqual([STRONG]);
});

it('adds the signs of one address together', () => {
  const decisions = decide(createDecider(), [
    bruteForce(WEAK, 1, { severity: 3, count: 2 }),
    bruteForce(WEAK, 2, { rule: 'scan', behaviour: 'scanning', severity: 3, count: 9 }),
  ]);
  expect(openIncidents(decisions)[0]?.attackers).toEqual([WEAK]);
});

it('names no address for what happens on a machine', () => {
  const decisions = decide(createDecider(), [
    makeSignal({
      behaviour: 'lateral_movement',
      severity: 5,
      entities: [ip('10.0.0.7', 'source'), host('fs-1')],
    }),
  ]);
  expect(openIncidents(decisions)[0]?.attackers).toEqual([]);
});
