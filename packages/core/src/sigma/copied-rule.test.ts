import { expect, it } from 'vitest';
import { createDetectionEngine } from '../detect/create-engine.ts';
import { linkRules } from '../detect/link-rules.ts';
import type { Event } from '../event/event.ts';
import { toEpochMs } from '../shared/time.ts';
import { parseSigma } from './parse-sigma.ts';

const eventOf = (fields: Event['provenance']['fields']): Event => ({
  id: 'evt_0',
  time: toEpochMs(1_000),
  class_uid: 0,
  activity_id: 0,
  severity_id: 1,
  observables: [],
  provenance: {
    offset: 0,
    sourceId: 's',
    parserId: 'p',
    logsource: { product: 'door', categories: [] },
    fields,
  },
});

it.each([
  { detection: '{a: {f|startswith: knock}, condition: a}', text: 'knock knock' },
  { detection: '{a: {f|endswith: knock}, condition: a}', text: 'a knock' },
  { detection: '{a: {f|contains: knock}, condition: a}', text: 'a knock at' },
  { detection: "{a: {f: 'kn?ck'}, condition: a}", text: 'knack' },
  { detection: "{a: {f|endswith: '\\knock.exe'}, condition: a}", text: 'c:\\door\\knock.exe' },
  { detection: '{a: [knock], condition: a}', text: 'a knock at' },
])('a copy of a rule matches as the rule does: $detection', ({ detection, text }) => {
  const rule = `title: t\nid: t\nlogsource: {product: door}\ndetection: ${detection}`;
  const { values } = linkRules(parseSigma(rule, 'r.yml').values);
  const copy = JSON.parse(JSON.stringify(values)) as typeof values;
  const matched = [values, copy].map((rules) =>
    [text, 'nothing'].map(
      (f) => createDetectionEngine({ rules }).evaluate(eventOf({ f, message: f })).length,
    ),
  );
  expect(matched).toEqual([
    [1, 0],
    [1, 0],
  ]);
});
