import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, parseExpression } from './expression.ts';
import { bindTemplate } from './template.ts';

const hole = (expression: string): string => `\${{ ${expression} }}`;
const facts = {
  incident: { severity: 4, p: 0.9, behaviours: ['bruteforce'], title: 'x', verdict: null },
  inputs: { ip: '1.2.3.4', n: 3 },
  item: '1.2.3.4',
  steps: { block: { outcome: 'succeeded', output: { id: 7 } } },
};
const readFact = (text: string) => {
  const parsed = parseExpression(text);
  return parsed.ok ? evaluate(parsed.value, facts) : parsed;
};

describe('expressions', () => {
  it.each([
    ['incident.severity >= high && "bruteforce" in incident.behaviours', true],
    ['["a", "bruteforce"].exists(b, b in incident.behaviours)', true],
    ['!(incident.severity < high)', true],
    ['incident.p >= 0.7 && incident.p < 1', true],
    ['incident.verdict == null', true],
    ['size(incident.behaviours) == 1', true],
    ['first(incident.behaviours)', 'bruteforce'],
    ['listed(incident.behaviours + ["more"])', 'bruteforce, more'],
    ['inputs.n + 1', 4],
    ['steps.block.output.id == 7', true],
    ['steps["block"].outcome', 'succeeded'],
    ['incident.title.regex("^(a|x)+$")', true],
    ['{"a": [1, 2.5], "b": inputs.ip}', { a: [1, 2.5], b: '1.2.3.4' }],
  ])('%s', (text, value) => {
    expect(readFact(text)).toEqual({ ok: true, value });
  });

  it.each([
    ['a member that is not there', 'inputs.none', 'expression_no_value'],
    ['what every object has', 'incident.constructor', 'expression_no_value'],
    ['a prototype', 'inputs.__proto__', 'expression_no_value'],
    ['a root that is not known', 'process.env', 'expression_syntax'],
    ['a wrong type', '"a" + 1', 'expression_syntax'],
    ['an expression that ends too early', 'incident.severity >=', 'expression_syntax'],
    ['the pattern that backtracks', '"aaaa!".matches("^(a+)+$")', 'expression_syntax'],
    ['values bound to double without end', 'cel.bind(x, [1], x + x)', 'expression_syntax'],
    [
      'three comprehensions in each other',
      '[1].map(x, [1].map(y, [1].map(z, x)))',
      'expression_syntax',
    ],
    ['a text that is too long', `"${'a'.repeat(1_000)}" == ""`, 'expression_syntax'],
    ['nesting that is too deep', `${'('.repeat(200)}1${')'.repeat(200)}`, 'expression_syntax'],
  ])('refuses %s', (...[, text, code]) => {
    expect(readFact(text)).toMatchObject({ ok: false, problem: { code } });
  });

  it('says at which place a text does not read', () => {
    expect(readFact('incident.severity >= && true')).toMatchObject({
      problem: { detail: expect.stringContaining('at place 22') },
    });
  });

  it('answers a hostile pattern at once', () => {
    const long = { ...facts, item: `${'a'.repeat(5_000)}!` };
    const parsed = parseExpression('item.regex("^(a+)+$")');
    expect(parsed.ok && evaluate(parsed.value, long)).toEqual({ ok: true, value: false });
  });

  it.each([
    ['size(item) == 20000', true],
    ['item[19999] == 19999', true],
    ['item.exists(x, x == 19999)', true],
    ['incident.severity >= high', true],
  ])('reads %s beside a list of 20,000 entries', (...[text, value]) => {
    const wide = { ...facts, item: Array.from({ length: 20_000 }, (_, i) => i) };
    const parsed = parseExpression(text);
    expect(parsed.ok && evaluate(parsed.value, wide)).toEqual({ ok: true, value });
  });

  it.each([
    'item.filter(x, x in item)',
    'item.map(x, x).exists(x, item.exists(y, x + y < 0))',
    'item.all(x, item.all(y, x in [y] || true))',
  ])('gives up on what grows with the square of a list: %s', (text) => {
    const wide = { ...facts, item: Array.from({ length: 20_000 }, (_, i) => i) };
    const parsed = parseExpression(text);
    expect(parsed.ok && evaluate(parsed.value, wide)).toMatchObject({
      problem: { detail: expect.stringContaining('too many entries') },
    });
  });

  it('never throws, whatever the text', () => {
    const words = [
      '(',
      ')',
      '!',
      'incident',
      '.',
      '&&',
      '"a"',
      '1',
      'in',
      ',',
      'size',
      '[',
      '{',
      '?',
    ];
    const text = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom(...words)).map((some) => some.join(' ')),
    );
    fc.assert(
      fc.property(text, (given) => {
        const value = readFact(given);
        if (!value.ok) expect(value.problem.code).toMatch(/^expression_/);
      }),
    );
  });

  it('gives back what it was given, whatever JSON it is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (item) => {
        const parsed = parseExpression('item');
        const value = JSON.parse(JSON.stringify(item));
        expect(parsed.ok && evaluate(parsed.value, { item: value })).toEqual({ ok: true, value });
      }),
    );
  });

  it('binds a whole hole by type and never reads a bound value again', () => {
    expect(bindTemplate(hole('incident.severity'), facts)).toEqual({ ok: true, value: 4 });
    const hostile = { ...facts, item: `${hole('incident.title')}"; rm -rf /` };
    expect(bindTemplate(`Block ${hole('item')}`, hostile)).toEqual({
      ok: true,
      value: `Block ${hostile.item}`,
    });
  });
});
