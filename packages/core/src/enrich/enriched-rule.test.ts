import { expect, it } from 'vitest';
import { createAnalyst } from '../analyse/analyst.ts';
import { createDecider } from '../decide/create-decider.ts';
import { createDetectionEngine } from '../detect/create-engine.ts';
import type { Event } from '../event/event.ts';
import { toEpochMs } from '../shared/time.ts';
import { parseSigma } from '../sigma/parse-sigma.ts';
import { createEnricher } from './enricher.ts';

const RULE = `
title: Log-in from a country where nobody works
id: 0f0f0f0f-0000-4000-8000-000000000001
status: test
logsource: { product: linux, service: sshd }
detection:
  selection:
    src_endpoint.location.country: NL
    src_endpoint.autonomous_system.number: 64500
  condition: selection
level: medium
`;

const event: Event = {
  id: 'evt_1',
  time: toEpochMs(Date.UTC(2026, 0, 1)),
  class_uid: 3002,
  activity_id: 1,
  severity_id: 1,
  src_endpoint: { ip: '203.0.113.9' },
  observables: [],
  provenance: {
    offset: 1,
    sourceId: 's',
    parserId: 'sshd',
    logsource: { product: 'linux', service: 'sshd', categories: [] },
    fields: {},
  },
};

it('rules see what enrichment wrote', () => {
  const { values: rules, problems } = parseSigma(RULE, 'rule.yml');
  expect(problems).toEqual([]);
  const decider = createDecider();
  const analyse = (country: string) =>
    createAnalyst({
      normaliser: { normalise: () => ({ kind: 'parsed', event }) },
      engine: createDetectionEngine({ rules }),
      decider,
      enricher: createEnricher({
        geo: { find: () => ({ location: { country }, autonomous_system: { number: 64_500 } }) },
      }),
    }).analyse([{ offset: 1, sourceId: 's', receivedAt: event.time, text: '' }]);
  expect(analyse('NL').signals).toHaveLength(1);
  expect(analyse('NL').events[0]?.src_endpoint?.location).toEqual({ country: 'NL' });
  expect(analyse('FR').signals).toHaveLength(0);
});
