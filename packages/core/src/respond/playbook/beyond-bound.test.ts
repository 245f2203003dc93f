import { describe, expect, it } from 'vitest';
import { planRun, toCaseIncident } from './case.ts';
import { parsePlaybook } from './parse-playbook.ts';
import type { Playbook } from './playbook.ts';
import { selectPlaybooks } from './select.ts';

const STEPS = `steps:
  - { id: tell, do: notify.chat.post, with: { text: '\${{ item }}' } }
`;
const HEAD =
  'playbook: tell\ntitle: Tell\non: size(incident.attackers) > 0\neach: incident.attackers\n';

function read(text: string): Playbook {
  const { playbook, problems } = parsePlaybook(text, 'p.yml');
  if (!playbook) throw new Error(JSON.stringify(problems));
  return playbook;
}

const withAttackers = (attackers: readonly string[]) =>
  toCaseIncident({ behaviours: [], severity: 'high', p: 0.9, attackers, entities: [] });
const addresses = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `203.0.${Math.floor(i / 250)}.${(i % 250) + 1}`);
const select = (playbook: Playbook, attackers: readonly string[]) => {
  const incident = withAttackers(attackers);
  return selectPlaybooks(incident, [playbook], incident.lastAt);
};
const toldBy = (run: Parameters<typeof planRun>[0], end?: Parameters<typeof planRun>[1]) =>
  planRun(run, end).planned.flatMap((one) => (one.kind === 'act' ? [one.with['text']] : []));

describe('more values than a playbook runs over by itself', () => {
  it.each([
    [20, '', 20, 0],
    [21, '', 20, 1],
    [27, 'at_most: 3\n', 3, 24],
    [500, 'at_most: 500\n', 500, 0],
  ])(
    'of %i values with "%s" runs over %i, asks about %i, and loses none',
    (...[count, bound, taken, left]) => {
      const runs = select(read(HEAD + bound + STEPS), addresses(count));
      expect(runs).toHaveLength(taken + (left > 0 ? 1 : 0));
      expect(new Set(runs.map(({ id }) => id)).size).toBe(runs.length);
      const all = runs.slice(0, 30).flatMap((run) => toldBy(run));
      if (count < 30) expect(all).toEqual(addresses(count));
    },
  );

  it('names what is left out in the reason of the run and in its question', () => {
    const run = select(read(HEAD + STEPS), addresses(33)).at(-1);
    if (!run) throw new Error('no run');
    expect(run.why).toContain('has 33 values; the playbook runs over the first 20 by itself');
    expect(run.why).toContain('203.0.0.21');
    expect(run.why).toContain('and 3 more');
    expect(planRun(run).planned[0]).toMatchObject({
      kind: 'ask',
      question: expect.stringContaining('203.0.0.21, '),
    });
  });

  it.each(['failed', 'waiting'] as const)(
    'does nothing about them when the answer is %s, and has failed',
    (answer) => {
      const run = select(read(HEAD + STEPS), addresses(25)).at(-1);
      if (!run) throw new Error('no run');
      const end = () => answer;
      expect(toldBy(run, end)).toEqual([]);
      const { status, text } = planRun(run, end);
      expect(status).toBe('failed');
      expect(text).toContain('beyond-bound');
    },
  );

  it('asks once for each doubling of what is left out, so a growing incident asks few times', () => {
    const playbook = read(HEAD + STEPS);
    const ids = new Set<string>();
    for (let count = 1; count <= 300; count += 1)
      for (const { id } of select(playbook, addresses(count)).slice(20)) ids.add(id);
    expect(ids.size).toBe(9);
  });

  it('reads nothing of a value as a hole or as YAML', () => {
    const text = `${HEAD.replaceAll('incident.attackers', 'incident.users')}at_most: 1\n${STEPS}`;
    const entities = ['a', `\${{ incident.p }}`, 'x: [&a "'].map((id) => ({
      kind: 'user' as const,
      id,
      role: 'target' as const,
    }));
    const incident = toCaseIncident({ behaviours: [], severity: 'high', p: 0.9, entities });
    const runs = selectPlaybooks(incident, [read(text)], incident.lastAt);
    const [asked] = planRun(runs.at(-1) as (typeof runs)[number]).planned;
    expect(asked).toMatchObject({
      question: expect.stringContaining('$ {{ incident.p }}, x: [&a "'),
    });
    expect(runs.flatMap((run) => toldBy(run))).toEqual(entities.map(({ id }) => id));
  });
});

describe('more than a run may take, and what has no value', () => {
  it('runs over any number of values, and is told when a yes is about more than one run may take', () => {
    const runs = select(read(`${HEAD}at_most: 500\n${STEPS}`), addresses(1_100));
    expect(runs).toHaveLength(501);
    const asked = runs.at(-1);
    if (!asked) throw new Error('no run');
    expect(asked.why).toContain('has 1100 values');
    expect(planRun(asked)).toMatchObject({
      status: 'failed',
      text: expect.stringContaining('has 600 values; at most 500 are walked'),
    });
  });

  it.each([
    ['on: incident.users[3] == "x"', 'incident.users[3]'],
    ['on: "true"\neach: incident.title', 'is no list'],
    ['on: "true"\neach: incident.attackers.filter(x, x in incident.attackers)', 'too many entries'],
  ])('is told by one run that has failed: %s', (...[head, why]) => {
    const playbook = read(`playbook: tell\n${head}\n${STEPS}`);
    const runs = select(playbook, addresses(2_000));
    expect(runs).toMatchObject([{ status: 'failed', log: [{ outcome: 'failed' }] }]);
    expect(runs[0]?.log[0]?.text).toContain(why);
    expect(select(playbook, addresses(2_000))[0]?.id).toBe(runs[0]?.id);
    expect(planRun(runs[0] as (typeof runs)[number])).toMatchObject({
      status: 'failed',
      planned: [],
    });
  });
});

describe('the bound of a playbook', () => {
  it.each(['0', '501', '-3', 'many', '1.5'])('is refused when it is %s', (bound) => {
    const { playbook, problems } = parsePlaybook(`${HEAD}at_most: ${bound}\n${STEPS}`, 'p.yml');
    expect(playbook).toBeUndefined();
    expect(problems[0]?.at?.line).toBe(5);
  });

  it('is refused without the list it bounds', () => {
    const { problems } = parsePlaybook(
      `playbook: tell\nat_most: 5\n${STEPS.replace(`\${{ item }}`, 'x')}`,
      'p.yml',
    );
    expect(problems.map(({ detail }) => detail)).toEqual([
      '"at_most" bounds "each", and there is none.',
    ]);
  });
});
