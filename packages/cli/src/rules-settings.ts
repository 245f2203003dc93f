import { type Problem, printProblem } from '@cordon/core';
import { loadContent } from '@cordon/server';
import { contentDir } from './content-dir.ts';
import { loadSettings, neutraliseLines } from './settings.ts';
import { EXIT, neutralise } from './terminal.ts';

/** How a command that works with rules is told where things are. */
export interface RuleFlags {
  readonly config?: string;
  readonly data?: string;
  readonly content?: string;
  readonly json?: boolean;
}

/** The folders a command works with. */
export interface RuleGround {
  readonly dataDir: string;
  readonly contentDir: string;
  /** Values for `%name%` in rules. */
  readonly placeholders?: Readonly<Record<string, readonly string[]>>;
}

/** Reads where content and data lie; undefined when the configuration has problems, which are told. */
export async function readGround(flags: RuleFlags): Promise<RuleGround | undefined> {
  if (flags.data !== undefined && flags.config === undefined)
    return { dataDir: flags.data, contentDir: flags.content ?? contentDir() };
  const config = await loadSettings(flags.config);
  if (config === undefined) return undefined;
  return {
    dataDir: flags.data ?? config.dataDir,
    contentDir: flags.content ?? config.contentDir ?? contentDir(),
    placeholders: config.placeholders,
  };
}

/** The rules that come along and those that were imported. */
export const readContent = (ground: RuleGround) =>
  loadContent(ground.contentDir, ground.dataDir, ground);

/** Problems on stderr, one below the other. */
export function tellProblems(problems: readonly Problem[]): void {
  for (const problem of problems)
    process.stderr.write(`${neutraliseLines(printProblem(problem))}\n`);
}

/** There is no such rule. */
export function tellNoRule(what: string): number {
  process.stderr.write(
    `There is no rule ${neutralise(what)}.\n  hint: name its id, its title or its file; \`cordon rules lint\` lists what could not be read\n`,
  );
  return EXIT.usage;
}

const TIMES = /^(\d{1,5})([mhdw])$/;
const UNIT_MS: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

/** `30d`, `12h`, `2w`, `90m` in milliseconds; undefined for anything else. */
export function toSpanMs(text: string): number | undefined {
  const [, count, unit = ''] = TIMES.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (UNIT_MS[unit] ?? 0);
}
