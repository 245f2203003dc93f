/**
 * Every problem a person or a machine can be shown, by code, with one sentence on what it means.
 * Codes are never renamed and never reused. Grouped by the part that raises them, in alphabetical
 * order inside a group; `tools/house.test.ts` holds the reference page to this list.
 */
export const PROBLEM_CODES = {
  // shared
  bad_request: 'The request does not have the shape the API asks for.',
  bad_story: 'A story of `scenarios/` does not have the form it needs.',
  bug: 'Cordon itself made a mistake; the input was set aside and the rest went on.',
  commit_failed: 'A batch could not be written to the state store; it is tried again.',
  demo_playing: 'The demo attack is playing already.',
  demo_stopped: 'The demo attack stopped before its end.',
  not_found: 'There is nothing under that name or id.',
} as const;

/** One of the codes of {@link PROBLEM_CODES}. */
export type ProblemCode = keyof typeof PROBLEM_CODES;

/** Where in an authored file or an input a problem lies; lines and columns count from 1. */
export interface Location {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** What happened, what was expected and what to do next, as data. */
export interface Problem {
  readonly code: ProblemCode;
  /** What happened, one sentence with a full stop, without blame. */
  readonly detail: string;
  /** What to do next. */
  readonly hint?: string;
  readonly at?: Location;
  /** May the same thing succeed when tried again unchanged? The runner decides on this alone. */
  readonly retryable: boolean;
}

/** One line for a terminal, in the form editors can click: `file:line:column: detail [code]`. */
export function printProblem(problem: Problem): string {
  const { at, detail, code, hint } = problem;
  const where = at
    ? `${[at.file, at.line, at.column].filter((part) => part !== undefined).join(':')}: `
    : '';
  return `${where}${detail} [${code}]${hint ? `\n  hint: ${hint}` : ''}`;
}
