import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../shared/json.ts';
import { HOUR_MS, MINUTE_MS, toEpochMs } from '../../shared/time.ts';
import { type NextStep, nextStep } from './next-step.ts';
import { parsePlaybook } from './parse-playbook.ts';
import type { Playbook } from './playbook.ts';
import type { RunLogEntry, StepOutcome } from './run.ts';

/*
 * Walks whole playbooks, asked anew after every line of the log, as the runner does.
 */

const START = 1_700_000_000_000;
const FACTS: JsonObject = {
  incident: { severity: 4, hosts: ['a', 'b', 'c'], status: 'new' },
  inputs: {},
  item: null,
};

function read(text: string): Playbook {
  const { playbook, problems } = parsePlaybook(text, 'p.yml');
  if (!playbook) throw new Error(JSON.stringify(problems));
  return playbook;
}

interface World {
  /** How actions and questions end, by their id in the log; `succeeded` where nothing is said. */
  readonly ends?: Readonly<Record<string, StepOutcome>>;
  readonly calls?: readonly Playbook[];
  readonly facts?: JsonObject;
  /** The facts of the incident at a time, in minutes from the start. */
  readonly live?: (minutes: number) => JsonObject;
}

/** Walks to the end; waits move the clock on. Gives what was done, in order. */
function walk(playbook: Playbook, world: World = {}) {
  const log: RunLogEntry[] = [];
  const did: string[] = [];
  let now = START;
  const note = (stepId: string, outcome: StepOutcome, more: Partial<RunLogEntry> = {}): void => {
    log.push({ at: toEpochMs(now), stepId, outcome, text: '', ...more });
  };
  const calls = Object.fromEntries((world.calls ?? []).map((one) => [one.id, one]));
  for (let turn = 0; turn < 500; turn += 1) {
    const live = world.live?.((now - START) / MINUTE_MS);
    const next: NextStep = nextStep({
      definition: playbook,
      calls,
      facts: world.facts ?? FACTS,
      log,
      now: toEpochMs(now),
      createdAt: toEpochMs(START),
      ...(live ? { live } : {}),
    });
    const ending = (id: string): StepOutcome => world.ends?.[id] ?? 'succeeded';
    if (next.kind === 'finish') return { did, log, end: next, minutes: (now - START) / MINUTE_MS };
    if (next.kind === 'act') {
      did.push(`${next.step.verb} ${JSON.stringify(next.step.with)}`);
      note(next.step.id, 'started');
      if (ending(next.step.id) !== 'waiting') note(next.step.id, ending(next.step.id));
    } else if (next.kind === 'ask') {
      did.push(`ask ${next.question}`);
      note(next.stepId, 'waiting');
      if (ending(next.stepId) !== 'waiting') note(next.stepId, ending(next.stepId));
    } else if (next.kind === 'undo_all') {
      did.push('undo');
      note(next.stepId, 'succeeded');
    } else if (next.kind === 'give_up') note(next.stepId, 'failed', { text: next.text });
    else if (next.kind === 'note') {
      const { kind: _, stepId, outcome, problem: __, ...rest } = next;
      note(stepId, outcome, rest);
    } else if (next.until === undefined || next.until <= now) throw new Error('waits for ever');
    else now = Math.min(next.until, now + 10 * MINUTE_MS);
  }
  throw new Error('does not end');
}

const say = (id: string, text: string): string =>
  `{ id: ${id}, do: notify.chat.post, with: { text: '${text}' } }`;
const post = (text: string): string => `notify.chat.post {"text":"${text}"}`;

describe('walking a playbook', () => {
  it('takes the case of a switch, or its else', () => {
    const playbook = read(`
playbook: p
steps:
  - switch: incident.severity
    cases:
      '4': [${say('high', 'high')}]
      '5': [${say('critical', 'critical')}]
    else: [${say('other', 'other')}]
`);
    expect(walk(playbook).did).toEqual([post('high')]);
    const low = { ...FACTS, incident: { severity: 1 } };
    expect(walk(playbook, { facts: low }).did).toEqual([post('other')]);
  });

  it('walks a list one by one, and fails rather than leave something out', () => {
    const playbook = read(`
playbook: p
steps:
  - { id: hosts, each: incident.hosts, most: 3, steps: [${say('tell', `\${{ item }} \${{ round }}`)}] }
`);
    expect(walk(playbook).did).toEqual([post('a 0'), post('b 1'), post('c 2')]);
    const many = { ...FACTS, incident: { hosts: ['a', 'b', 'c', 'd'] } };
    expect(walk(playbook, { facts: many })).toMatchObject({ did: [], end: { status: 'failed' } });
  });

  it('walks while a condition holds over the incident as it then is, within its bound', () => {
    const playbook = read(`
playbook: p
steps:
  - id: until-taken
    while: incident.status == "new"
    most: 5
    steps: [${say('page', 'taken?')}, { wait: 10m }]
`);
    const takenAt = (at: number) => (minutes: number) => ({
      status: minutes < at ? 'new' : 'taken',
    });
    expect(walk(playbook, { live: takenAt(25) }).did).toHaveLength(3);
    const never = walk(playbook, { live: takenAt(1_000) });
    expect(never).toMatchObject({ end: { status: 'failed' }, minutes: 50 });
    expect(never.did).toHaveLength(5);
  });

  it('goes on with every branch of a parallel while one waits, and joins them', () => {
    const playbook = read(`
playbook: p
steps:
  - parallel:
      - [{ wait: 1h }, ${say('slow', 'slow')}]
      - [${say('fast', 'fast')}]
  - ${say('last', 'last')}
`);
    expect(walk(playbook)).toMatchObject({
      did: [post('fast'), post('slow'), post('last')],
      minutes: 60,
    });
    expect(walk(playbook, { ends: { fast: 'failed' } })).toMatchObject({
      did: [post('fast'), post('slow')],
      end: { status: 'failed' },
    });
  });

  it('calls another playbook with checked inputs and takes its outputs', () => {
    const inner = read(`
playbook: inner
inputs: { who: user }
outputs: { told: 'steps.tell.outcome', name: inputs.who }
steps: [${say('tell', `\${{ inputs.who }}`)}]
`);
    const outer = (who: string) =>
      read(`
playbook: outer
steps:
  - { id: sub, call: inner, with: { who: ${who} } }
  - ${say('after', `\${{ steps.sub.output.name }} \${{ steps.sub.output.told }}`)}
`);
    expect(walk(outer('eve'), { calls: [inner] }).did).toEqual([
      post('eve'),
      post('eve succeeded'),
    ]);
    expect(walk(outer('7'), { calls: [inner] })).toMatchObject({
      did: [],
      end: { status: 'failed' },
    });
    expect(walk(outer('eve'))).toMatchObject({ did: [], end: { status: 'failed' } });
  });

  it.each([
    ['yes goes on', 'succeeded', [`ask Sure?`, post('done')], 'succeeded', 0],
    ['no skips', 'skipped', [`ask Sure?`, post('done')], 'succeeded', 0],
    ['no answer in time is what the step says', 'waiting', [`ask Sure?`], 'failed', 30],
  ] as const)('asks a person: %s', (...[, answer, did, status, minutes]) => {
    const playbook = read(`
playbook: p
steps:
  - { id: sure, ask: 'Sure?', expires: 30m, else: fail }
  - ${say('done', 'done')}
`);
    expect(walk(playbook, { ends: { sure: answer } })).toMatchObject({
      did,
      end: { status },
      minutes,
    });
  });

  it('waits for a condition, at most its time', () => {
    const playbook = read(`
playbook: p
steps:
  - { id: closed, wait: 2h, until: incident.status == "closed" }
  - ${say('say', `\${{ steps.closed.outcome }} \${{ incident.status }}`)}
`);
    const closedAt = (at: number) => (minutes: number) => ({
      status: minutes < at ? 'new' : 'closed',
    });
    expect(walk(playbook, { live: closedAt(45) }).did).toEqual([post('succeeded closed')]);
    expect(walk(playbook, { live: closedAt(500) })).toMatchObject({
      did: [post('skipped new')],
      minutes: 120,
    });
  });

  it('handles the failure of a step where the step says how, else undoes as a whole', () => {
    const playbook = (more: string) =>
      read(`
playbook: p
steps:
  - { id: a, do: notify.chat.post, with: { text: a }${more} }
  - ${say('b', 'b')}
on_failure: [{ id: back, do: undo.all }]
`);
    const ends: World['ends'] = { a: 'failed' };
    expect(walk(playbook(''), { ends })).toMatchObject({
      did: [post('a'), 'undo'],
      end: { status: 'failed', text: 'Step "a" failed: ' },
    });
    expect(walk(playbook(`, on_failure: [${say('c', 'c')}]`), { ends })).toMatchObject({
      did: [post('a'), post('c'), post('b')],
      end: { status: 'succeeded' },
    });
  });

  it('gives up a step, and a run, whose time is over', () => {
    const playbook = read(`
playbook: p
timeout: 2h
steps:
  - { id: a, do: notify.chat.post, with: { text: a }, timeout: 20m, on_failure: [${say('late', 'late')}] }
  - { id: b, ask: 'b?', expires: 1d }
  - ${say('c', 'c')}
`);
    const stuck = walk(playbook, { ends: { a: 'waiting', b: 'waiting' } });
    expect(stuck).toMatchObject({
      did: [post('a'), post('late'), 'ask b?'],
      end: { status: 'failed' },
    });
    expect(stuck.minutes).toBe((2 * HOUR_MS) / MINUTE_MS);
  });

  it('ends at a stop; inside a call only that playbook ends', () => {
    const inner = read('playbook: inner\nsteps: [{ stop: failed, text: no }]\n');
    const outer = read(`
playbook: outer
steps:
  - { id: sub, call: inner, on_failure: [${say('rescued', 'rescued')}] }
  - { when: 'true', steps: [{ stop: succeeded, text: enough }] }
  - ${say('never', 'never')}
`);
    expect(walk(outer, { calls: [inner] })).toMatchObject({
      did: [post('rescued')],
      end: { status: 'succeeded', text: 'enough' },
    });
  });

  it('fails a step whose expression has no value, and does nothing in its place', () => {
    const playbook = read(`
playbook: p
inputs: { n: { type: number, optional: true } }
steps: [{ when: 'inputs.n + 1 > 0', steps: [${say('a', 'a')}] }]
`);
    const facts = { ...FACTS, inputs: { n: null } };
    expect(walk(playbook, { facts })).toMatchObject({ did: [], end: { status: 'failed' } });
  });

  it('gives the same answer for the same log, and never does one step twice', () => {
    const playbook = read(`
playbook: p
steps:
  - parallel:
      - [{ id: hosts, each: incident.hosts, most: 5, steps: [${say('x', `\${{ item }}`)}, { wait: 5m }] }]
      - [{ id: sure, ask: 'Sure?' }, ${say('y', 'y')}]
  - { when: 'steps.sure.outcome == "succeeded"', steps: [${say('z', 'z')}], else: [${say('w', 'w')}] }
`);
    const outcome = fc.constantFrom<StepOutcome>(
      'succeeded',
      'failed',
      'skipped',
      'observed',
      'refused',
    );
    const ids = ['hosts[0]/x', 'hosts[1]/x', 'hosts[2]/x', 'sure', 'y', 'z', 'w'];
    fc.assert(
      fc.property(fc.tuple(...ids.map(() => outcome)), (outcomes) => {
        const ends = Object.fromEntries(ids.map((id, i) => [id, outcomes[i] ?? 'succeeded']));
        const one = walk(playbook, { ends });
        expect(walk(playbook, { ends }).log).toEqual(one.log);
        const started = one.log.filter((entry) => entry.outcome === 'started').map((e) => e.stepId);
        expect(new Set(started).size).toBe(started.length);
      }),
    );
  });
});
