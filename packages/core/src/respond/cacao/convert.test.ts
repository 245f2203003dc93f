import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../shared/json.ts';
import { parsePlaybook } from '../playbook/parse-playbook.ts';
import { toCacaoJson } from './codec.ts';
import { toCelCondition } from './condition.ts';
import { ALL_STEPS } from './fixtures/all-steps.ts';
import { toCacao } from './from-playbook.ts';
import { parseCacao } from './parse-cacao.ts';
import { toRunnable } from './to-playbook.ts';

const AT = '2026-01-01T00:00:00.000Z';
const OURS = `playbook: ours
version: 3
title: Ours
inputs: { n: number }
steps:
  - { id: block, do: net.ip.block, with: { ip: '\${{ item }}' }, for: 1h, undo: auto, reason: why, on_failure: [{ id: tell, do: notify.chat.post, with: { text: x } }] }
  - when: inputs.n > 3
    steps: [{ id: sure, ask: Sure? }]
    else: [{ wait: 1h }]
  - switch: inputs.n
    cases: { '1': [{ stop: succeeded, text: one }] }
    else: [{ id: sub, call: other }]
  - each: incident.hosts
    most: 5
    steps: [{ id: collect, do: endpoint.artifact.collect, with: { host: '\${{ item }}' } }]
  - parallel: [[{ id: a, ask: a }], [{ id: b, ask: b }]]
  - { while: 'incident.alerts < 3', most: 3, steps: [{ wait: 10m }] }
on_failure: [{ id: back, do: undo.all }]
`;
const read = (document: JsonObject) => {
  const { playbook, problems } = parseCacao(JSON.stringify(document), 'p.json');
  if (!playbook) throw new Error(JSON.stringify(problems));
  return playbook;
};
const ours = () => {
  const { playbook, problems } = parsePlaybook(OURS, 'ours/playbook.yml');
  if (!playbook) throw new Error(JSON.stringify(problems));
  return playbook;
};

describe('playbooks between CACAO and here', () => {
  it('ours is a valid CACAO playbook and comes back word for word', () => {
    const document = toCacaoJson(toCacao(ours(), { at: AT }));
    expect(toRunnable(read(document), { id: 'ours', byHand: false })).toEqual({
      text: OURS,
      problems: [],
    });
  });

  it('what somebody changed in the document is not hidden by the text that came along', () => {
    const document = toCacaoJson(toCacao(ours(), { at: AT }));
    const changed = toRunnable(read({ ...document, name: 'Theirs' }), { id: 'x', byHand: true });
    expect(changed.text ?? '').not.toContain('title: Ours');
  });

  it('what nothing here carries out is refused, with its step; by hand it is asked', () => {
    const cacao = read(ALL_STEPS);
    const refused = toRunnable(cacao, { id: 'all', byHand: false });
    expect(refused.text).toBeUndefined();
    expect(refused.problems.map(({ detail }) => detail).join('\n')).toMatch(
      /action--.*"powershell"/,
    );
    const asked = toRunnable(
      { ...cacao, steps: cacao.steps.map((step) => ({ ...step, rest: {} })) },
      { id: 'all', byHand: true },
    );
    expect(asked.problems).toEqual([]);
    const { playbook } = parsePlaybook(asked.text ?? '', 'all.yml');
    const kinds = new Set(playbook?.steps.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(['ask', 'wait', 'when']);
    expect(asked.text).toContain('parallel:');
    expect(asked.text).toContain('most: 100');
    expect(asked.text).toContain(`(bash) Look at \${{ inputs.host }}`);
    expect(asked.text).toContain('on_failure:');
  });

  it('does not decide on what a step sets', () => {
    const { problems } = toRunnable(read(ALL_STEPS), { id: 'all', byHand: true });
    expect(problems[0]?.detail).toContain('__severity__');
  });

  it.each([
    ["__a__:value >= 7 AND NOT (__b__:value = 'x y')", 'inputs.a >= 7 && ! ( inputs.b == "x y" )'],
    [
      "__a-B__:value IN ('x', 'y') OR __c__:value <> 1",
      'inputs.a_b in [ "x" , "y" ] || inputs.c != 1',
    ],
    ["__a__:value LIKE '10.%'", 'inputs.a.regex("^10\\\\..*$")'],
    ["__a__:value MATCHES '^x+$'", 'inputs.a.regex("^x+$")'],
  ])('reads the condition %s', (condition, value) => {
    expect(toCelCondition(condition)).toEqual({ ok: true, value });
  });

  it.each(["__a__:value ISSUBSET '10.0.0.0/8'", '$(rm -rf /)', "__a__:value = 'x"])(
    'refuses the condition %s',
    (condition) => {
      expect(toCelCondition(condition)).toMatchObject({ ok: false });
    },
  );
});
