import { expect, it } from 'vitest';
import type { Incident } from '../correlate/incident.ts';
import type { ActionRecord } from '../respond/action.ts';
import { HOUR_MS, MINUTE_MS, toEpochMs } from '../shared/time.ts';
import { type TargetFacts, type TargetTimes, targetsAt } from './target.ts';

const OPENED = 1_000_000;
const inMinutes = (minutes: number) => toEpochMs(OPENED + minutes * MINUTE_MS);
const times = (acknowledge: number, contain: number, resolve: number) => ({
  acknowledgeMs: acknowledge * MINUTE_MS,
  containMs: contain * MINUTE_MS,
  resolveMs: resolve * HOUR_MS,
});
const TIMES: TargetTimes = {
  P1: times(15, 60, 24),
  P2: times(30, 240, 72),
  P3: times(60, 480, 168),
  P4: times(120, 960, 336),
};

const incidentOf = (level: 'P1' | 'P2', resolvedAt?: number): Incident =>
  ({
    id: 'inc_1',
    priority: { level },
    state:
      resolvedAt === undefined
        ? { status: 'new' }
        : { status: 'closed', verdict: { kind: 'benign', by: 'a', reason: '', at: resolvedAt } },
  }) as unknown as Incident;

const actionOf = (kind: 'contain' | 'notify', heldAt: number): ActionRecord =>
  ({ class: kind, journal: [{ phase: 'hold', at: heldAt, text: '' }] }) as unknown as ActionRecord;

const facts = (given: Partial<TargetFacts>): TargetFacts => ({
  incident: incidentOf('P1'),
  openedAt: toEpochMs(OPENED),
  actions: [],
  actedAt: undefined,
  ...given,
});

it.each<{
  readonly name: string;
  readonly given: Partial<TargetFacts>;
  readonly minute: number;
  readonly states: string;
}>([
  { name: 'run until their time', given: {}, minute: 15, states: 'running running running' },
  { name: 'are missed after it', given: {}, minute: 61, states: 'missed missed running' },
  {
    name: 'are met by a person and by an effect that holds',
    given: { actedAt: inMinutes(3), actions: [actionOf('contain', inMinutes(20))] },
    minute: 30,
    states: 'met met running',
  },
  {
    name: 'are not met by what changes nothing',
    given: { actions: [actionOf('notify', inMinutes(2))] },
    minute: 61,
    states: 'missed missed running',
  },
  {
    name: 'are late when met after their time',
    given: { actedAt: inMinutes(16) },
    minute: 20,
    states: 'late running running',
  },
  {
    name: 'are all met by a verdict in time',
    given: { incident: incidentOf('P1', inMinutes(10)) },
    minute: 99_999,
    states: 'met met met',
  },
  {
    name: 'have the times of the priority that holds now',
    given: { incident: incidentOf('P2') },
    minute: 29,
    states: 'running running running',
  },
])('targets $name', ({ given, minute, states: wanted }) => {
  const states = targetsAt(facts(given), TIMES, inMinutes(minute));
  expect(states.map(({ status }) => status).join(' ')).toBe(wanted);
});
