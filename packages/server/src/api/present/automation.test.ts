import { type Incident, ok, parsePlaybook, toEpochMs } from '@cordon/core';
import { expect, it } from 'vitest';
import { toIncident } from '../../runner/fixtures/incident.ts';
import { presentAutomation } from './automation.ts';

const AT = toEpochMs(1_700_000_000_000);
const { playbook } = parsePlaybook(
  `
playbook: ask-it
version: 1
on: incident.severity >= high
steps:
  - { id: sure, ask: 'Is that right?', expires: 1h, else: skip }
`,
  'test.yml',
);

const closedBy = (by: string): Incident => ({
  ...toIncident('203.0.113.7', 'one', AT),
  state: { status: 'closed', verdict: { kind: 'benign', by, reason: 'seen it', at: AT } },
});

it.each([
  { name: 'the verdict of a person', by: 'anna', agreed: false },
  { name: 'no word of what Cordon closed by itself', by: 'cordon', agreed: undefined },
])('$name stands beside what an automation did', ({ by, agreed }) => {
  if (!playbook) throw new Error('the playbook of the test must read');
  const { trials } = presentAutomation({
    playbook,
    stage: 'shadow',
    agreement: { k: 0, n: 0 },
    trials: [{ incident: closedBy(by), at: AT }],
    required: 0.9,
    promotion: ok(true),
  });
  expect(trials.map((trial) => trial.agreed)).toEqual([agreed]);
});
