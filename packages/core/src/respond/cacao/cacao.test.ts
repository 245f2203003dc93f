import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Json, type JsonObject, toCanonicalJson } from '../../shared/json.ts';
import { toCacaoJson } from './codec.ts';
import { ALL_STEPS } from './fixtures/all-steps.ts';
import { CACAO_STEP_TYPES } from './model.ts';
import { parseCacao } from './parse-cacao.ts';

const parse = (document: Json) => parseCacao(JSON.stringify(document), 'p.json');
const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const workflow = ALL_STEPS['workflow'] as JsonObject;
const withStep = (id: string, change: JsonObject): JsonObject => ({
  ...ALL_STEPS,
  workflow: { ...workflow, [id]: { ...(workflow[id] as JsonObject), ...change } },
});

describe('a CACAO playbook', () => {
  it('with every kind of step and command is read and printed without loss', () => {
    const { playbook, problems } = parse(ALL_STEPS);
    expect(problems).toEqual([]);
    expect(new Set(playbook?.steps.map(({ type }) => type))).toEqual(new Set(CACAO_STEP_TYPES));
    expect(playbook && toCacaoJson(playbook)).toEqual(ALL_STEPS);
  });

  it('says which of its steps nothing here carries out, and that it is kept all the same', () => {
    const { playbook, obstacles } = parse(ALL_STEPS);
    expect(playbook).toBeDefined();
    expect(obstacles.map(({ code }) => code)).toEqual(obstacles.map(() => 'cacao_cannot_run'));
    for (const type of ['bash', 'http-api', 'openc2-http', 'yara', 'kestrel'])
      expect(obstacles.some(({ detail }) => detail.includes(`"${type}"`))).toBe(true);
  });

  it.each<[string, JsonObject, string]>([
    ['another version', { ...ALL_STEPS, spec_version: '1.1' }, 'cacao-2.0'],
    ['no name', { ...ALL_STEPS, name: null }, 'name'],
    ['a time that is none', { ...ALL_STEPS, created: '2024-02-31 10:00' }, 'created'],
    ['an impact beyond 100', { ...ALL_STEPS, impact: 101 }, 'impact'],
    [
      'a start that is not there',
      { ...ALL_STEPS, workflow_start: `start--${uuid(99)}` },
      'workflow_start',
    ],
    [
      'a pointer to nowhere',
      withStep(`start--${uuid(1)}`, { on_completion: `end--${uuid(99)}` }),
      'there is no step',
    ],
    [
      'a step that leads to itself',
      withStep(`action--${uuid(2)}`, { on_success: `action--${uuid(2)}` }),
      'circle',
    ],
    [
      'two ways on that exclude each other',
      withStep(`action--${uuid(2)}`, { on_completion: `end--${uuid(9)}` }),
      'excludes',
    ],
    [
      'an end that leads on',
      withStep(`end--${uuid(9)}`, { on_completion: `end--${uuid(9)}` }),
      'nowhere',
    ],
    [
      'an id of another type',
      withStep(`end--${uuid(9)}`, { type: 'start' }),
      'begin with its type',
    ],
    [
      'an e-mail address that is none',
      {
        ...ALL_STEPS,
        agent_definitions: {
          [`individual--${uuid(20)}`]: {
            type: 'individual',
            name: 'Eve',
            contact: { email: { work: 'eve at example' } },
          },
        },
      },
      'e-mail',
    ],
    [
      'a variable with a name that is none',
      { ...ALL_STEPS, playbook_variables: { name: { type: 'string' } } },
      '__name__',
    ],
  ])('is refused for %s', (...[, document, detail]) => {
    const { playbook, problems } = parse(document);
    expect(playbook).toBeUndefined();
    expect(problems.map((one) => one.detail).join('\n')).toContain(detail);
  });

  it('is refused when it is no JSON', () => {
    expect(parseCacao('{', 'p.json').problems[0]?.code).toBe('cacao_syntax');
  });

  it('never throws, and loses nothing of what it accepts, whatever is changed in it', () => {
    const names = Object.keys(ALL_STEPS);
    const ids = Object.keys(workflow);
    const change = fc.record({
      at: fc.constantFrom(...names),
      id: fc.constantFrom(...ids),
      member: fc.constantFrom('type', 'commands', 'cases', 'next_steps', 'timeout', 'x-own'),
      value: fc.jsonValue({ maxDepth: 2 }),
    });
    fc.assert(
      fc.property(change, fc.boolean(), ({ at, id, member, value }, isStep) => {
        const own = JSON.parse(JSON.stringify(value)) as Json;
        const document = isStep ? withStep(id, { [member]: own }) : { ...ALL_STEPS, [at]: own };
        const { playbook } = parse(document);
        if (playbook)
          expect(toCanonicalJson(toCacaoJson(playbook))).toBe(toCanonicalJson(document));
      }),
    );
  });
});
