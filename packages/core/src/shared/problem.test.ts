import { expect, it } from 'vitest';
import { type Problem, printProblem } from './problem.ts';

const base: Problem = { code: 'bad_request', detail: 'A member is missing.', retryable: false };

it.each<{ name: string; problem: Problem; line: string }>([
  {
    name: 'stands alone without a place',
    problem: base,
    line: 'A member is missing. [bad_request]',
  },
  {
    name: 'starts with a place that editors can click',
    problem: { ...base, at: { file: 'rule.yml', line: 12, column: 3 } },
    line: 'rule.yml:12:3: A member is missing. [bad_request]',
  },
  {
    name: 'puts the hint on a line of its own',
    problem: { ...base, at: { file: 'rule.yml' }, hint: 'add it' },
    line: 'rule.yml: A member is missing. [bad_request]\n  hint: add it',
  },
])('a printed problem $name', ({ problem, line }) => expect(printProblem(problem)).toBe(line));
