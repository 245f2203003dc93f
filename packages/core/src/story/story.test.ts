import { describe, expect, it } from 'vitest';
import type { Incident } from '../correlate/incident.ts';
import { createDecider } from '../decide/create-decider.ts';
import {
  bruteForce,
  connect,
  decide,
  host,
  ip,
  logon,
  makeSignal,
  user,
} from '../decide/fixtures/signals.ts';
import type { Alert } from '../triage/alert.ts';
import { toAttackFlow } from './attack-flow.ts';
import { toAttackSteps } from './attack-steps.ts';
import { toStixBundle } from './stix-export.ts';
import { observableId } from './stix-id.ts';
import type { StixOut } from './stix-objects.ts';
import { tacticOf } from './tactics.ts';
import { tellStory } from './tell-story.ts';

const strong = { severity: 4 as const };

/** Passwords on ws-5, then a log-in from it onto srv-1, and data that leaves from there. */
function movedAttack(): { readonly incident: Incident; readonly alerts: readonly Alert[] } {
  const { incidents, alerts } = decide(createDecider(), [
    connect(0, { from: 'ws-5', ownIp: '10.0.0.5', to: '198.51.100.9', guid: '{a}' }),
    makeSignal({
      ...strong,
      rule: 'dump',
      minute: 1,
      tactics: ['execution', 'credential-access'],
      techniques: ['T1003.001'],
      entities: [host('ws-5'), user('eve')],
    }),
    logon(3, { onto: 'srv-1', from: '10.0.0.5', user: 'eve' }),
    makeSignal({
      ...strong,
      rule: 'exfil',
      minute: 4,
      tactics: ['exfiltration'],
      techniques: ['T1041'],
      entities: [
        host('srv-1'),
        user('eve'),
        ip('203.0.113.9', 'target'),
        { kind: 'file', id: "C:\\it's\\a.zip", role: 'target' },
      ],
    }),
  ]);
  const [incident] = incidents;
  if (!incident) throw new Error('no incident');
  return { incident, alerts };
}

const objectsOf = (bundle: StixOut): readonly StixOut[] =>
  bundle['objects'] as unknown as readonly StixOut[];
const idsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return /^[a-z0-9-]+--[0-9a-f-]{36}$/.test(value) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap(idsIn);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(idsIn) : [];
};

describe('steps of an attack', () => {
  it('are joined by the way somebody went', () => {
    const { incident, alerts } = movedAttack();
    const [first, second] = toAttackSteps(incident, alerts);
    expect(first).toMatchObject({ place: 'ws-5', tactic: 'credential-access', causes: [] });
    expect(second).toMatchObject({ place: 'srv-1', tactic: 'exfiltration', causes: [first?.id] });
  });

  it('are told so that a manager understands and an analyst finds the evidence', () => {
    const { incident, alerts } = movedAttack();
    const told = tellStory(incident, alerts);
    expect(told.map(({ text }) => text)).toEqual([
      '08:01:00 UTC: the account eve went for passwords and keys on ws-5 (Rule dump).',
      '08:04:00 UTC: the account eve, coming from ws-5, took data out on srv-1 (Rule exfil).',
    ]);
    expect(told.every(({ alertIds, offsets }) => alertIds.length > 0 && offsets.length > 0)).toBe(
      true,
    );
  });

  it('never name a later step as the cause of an earlier one', () => {
    const { incident, alerts } = movedAttack();
    const seen = new Set<string>();
    for (const step of toAttackSteps(incident, [...alerts].reverse())) {
      expect(step.causes.every((cause) => seen.has(cause))).toBe(true);
      seen.add(step.id);
    }
  });

  it.each([
    [['execution', 'impact', 'discovery'], 'impact'],
    [['something-new'], ''],
    [[], ''],
  ])('of the tactics %j the furthest is %s', (names, expected) => {
    expect(tacticOf(names)).toBe(expected);
  });
});

describe.each([
  {
    name: 'a STIX bundle',
    make: toStixBundle,
    types: [
      'incident',
      'attack-pattern',
      'observed-data',
      'report',
      'note',
      'file',
      'user-account',
    ],
  },
  {
    name: 'an Attack Flow',
    make: toAttackFlow,
    types: ['attack-flow', 'attack-action', 'attack-asset', 'extension-definition'],
  },
])('$name', ({ make, types }) => {
  it('holds each object once and refers to nothing outside', () => {
    const { incident, alerts } = movedAttack();
    const bundle = make(incident, alerts);
    const objects = objectsOf(bundle);
    const ids = objects.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const known = new Set([...ids, bundle.id]);
    expect(idsIn(bundle).filter((id) => !known.has(id))).toEqual([]);
    expect(objects.map(({ type }) => type)).toEqual(expect.arrayContaining(types));
  });

  it('is the same for the same incident', () => {
    const { incident, alerts } = movedAttack();
    expect(make(incident, alerts)).toEqual(make(incident, alerts));
  });
});

it('gives out an attacking address as an indicator', () => {
  const { incidents, alerts } = decide(createDecider(), [bruteForce('203.0.113.7', 0)]);
  const [incident] = incidents;
  if (!incident) throw new Error('no incident');
  const indicator = objectsOf(toStixBundle(incident, alerts)).find(
    ({ type }) => type === 'indicator',
  );
  expect(indicator?.['pattern']).toBe("[ipv4-addr:value = '203.0.113.7']");
});

it('gives observables the ids that the specification asks for', () => {
  // STIX 2.1, 2.9: UUID version 5 over the canonical JSON of the identifying properties.
  expect(observableId('ipv4-addr', { value: '198.51.100.3' })).toBe(
    'ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4',
  );
});
