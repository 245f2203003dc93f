import { describe, expect, it } from 'vitest';
import { toEpochMs } from '../shared/time.ts';
import type { HuntNode } from './hunt.ts';
import { parseHunt } from './parse-hunt.ts';

const NOW = toEpochMs(Date.UTC(2026, 10, 24, 12));
const read = (text: string): HuntNode => {
  const parsed = parseHunt(text, { now: NOW });
  if (!parsed.ok) throw new Error(parsed.problem.detail);
  return parsed.value;
};

/** The tree as one line, fully parenthesised. */
function show(node: HuntNode): string {
  if (node.kind === 'not') return `not ${show(node.of)}`;
  if (node.kind === 'test') return `${node.field.name} ${node.op} ${node.values.join('|')}`.trim();
  return `(${node.of.map(show).join(` ${node.kind} `)})`;
}

describe('a hunt', () => {
  it.each([
    ['', '()'],
    ['user.name = Root', 'user.name eq root'],
    ['user.name ~ Adm*', 'user.name like adm*'],
    ['a.b', undefined],
    [
      'class_uid = 3002 and user.name = a or user.name = b',
      '((class_uid eq 3002 and user.name eq a) or user.name eq b)',
    ],
    [
      'class_uid = 1 AND (user.name = a OR NOT user.name = b)',
      '(class_uid eq 1 and (user.name eq a or not user.name eq b))',
    ],
    ['user.name != a', 'not user.name eq a'],
    ['user.name !~ "a b"', 'not user.name like a b'],
    ['user.name in (a, "b c")', 'user.name eq a|b c'],
    ['user.name not in (a)', 'not user.name eq a'],
    ['user.name not exists', 'not user.name exists'],
    ['file.path = "C:\\Windows\\"', 'file.path eq c:\\windows\\'],
    ['message ~ "say \\"hi\\""', 'message like say "hi"'],
    ["message = 'and'", 'message eq and'],
    ['fields.EventID >= 4624', 'fields.EventID gte 4624'],
    ['time > now-7d', `time gt ${NOW - 7 * 86_400_000}`],
    ['time < 2026-11-24', `time lt ${Date.UTC(2026, 10, 24)}`],
    ['time < 2026-11-24T06:30:00Z', `time lt ${Date.UTC(2026, 10, 24, 6, 30)}`],
    ['src_endpoint.ip=2001:db8::1', 'src_endpoint.ip eq 2001:db8::1'],
  ])('%s', (text, expected) => {
    const parsed = parseHunt(text, { now: NOW });
    expect(parsed.ok ? show(parsed.value) : undefined).toBe(expected);
  });

  it.each([
    ['user.nam = a', 1, 'There is no field `user.nam`.', 'user.name'],
    ['class_uid = x', 13, '`x` is no number.', 'compared by number'],
    ['class_uid ~ 3', 11, '`class_uid` holds numbers.', '>='],
    ['any.ip > 3', 8, '`any.ip` holds texts.', '~'],
    ['time > yesterday', 8, '`yesterday` is no time.', 'now-7d'],
    ['user.name', 10, 'A comparison is missing here.', 'exists'],
    ['user.name = ', 13, 'A value is missing here.', 'Quote'],
    ['user.name = a b', 15, '`b` does not belong here.', 'Join'],
    ['(user.name = a', 1, 'A parenthesis does not close.', ')'],
    ['user.name = "a', 13, 'A quoted text does not end.', '"'],
    ['user.name = a and', 18, 'A condition is missing here.', 'field'],
    ['and', 1, '`and` is no field.', 'field'],
    ['user.name in a', 14, 'A list is missing here.', '(a, b, c)'],
    ['user.name not = a', 15, '`=` is no comparison.', '!='],
    ['! user.name = a', 1, 'A `!` stands alone here.', 'not'],
  ])('refuses %s at its column', (text, ...expected) => {
    const [column, detail, hint] = expected;
    const parsed = parseHunt(text, { now: NOW });
    const problem = parsed.ok ? undefined : parsed.problem;
    expect(problem).toMatchObject({ code: 'hunt_syntax', detail, at: { column } });
    expect(problem?.hint).toContain(hint);
  });

  it.each([
    ['parentheses', '('.repeat(5_000)],
    ['negations', 'not '.repeat(900)],
    ['conditions', Array.from({ length: 200 }, () => 'count = 1').join(' or ')],
    ['values', `count in (${Array.from({ length: 200 }, () => '1').join(',')})`],
  ])('is bounded in %s', (_, text) => {
    expect(parseHunt(text, { now: NOW }).ok).toBe(false);
  });

  it('takes what it is given as one value, whatever it looks like', () => {
    expect(show(read(`user.name = "' OR true --"`))).toBe("user.name eq ' or true --");
  });
});
