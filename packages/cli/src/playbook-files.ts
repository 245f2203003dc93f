import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { lintLibrary, type Playbook, type Problem, parsePlaybook } from '@cordon/core';
import { loadContent } from '@cordon/server';
import { type RuleFlags, readGround } from './rules-settings.ts';
import { neutraliseLines } from './settings.ts';
import { neutralise } from './terminal.ts';

/** Playbooks that a command works on, and all that may be called. */
export interface PlaybookFiles {
  readonly own: readonly Playbook[];
  readonly all: readonly Playbook[];
  readonly problems: readonly Problem[];
}

/**
 * The playbooks of a path (a file, a folder of them), or those in force; undefined when the
 * configuration has problems or the path is not there, which is told.
 */
export async function readPlaybooks(
  path: string | undefined,
  flags: RuleFlags,
): Promise<PlaybookFiles | undefined> {
  const ground = await readGround(flags);
  if (!ground) return undefined;
  const content = await loadContent(ground.contentDir, ground.dataDir, ground);
  const isOurs = ({ code }: Problem): boolean =>
    code.startsWith('playbook_') || code.startsWith('expression_');
  if (path === undefined)
    return {
      own: content.playbooks,
      all: content.playbooks,
      problems: content.problems.filter(isOurs),
    };
  const named = content.playbooks.find(({ id }) => id === path);
  if (named) return { own: [named], all: content.playbooks, problems: [] };
  const files = await listFiles(path);
  if (!files) {
    process.stderr.write(
      `There is no playbook ${neutralise(path)}.\n  hint: name its id, its file, or a folder; \`cordon playbook list\` lists the ids\n`,
    );
    return undefined;
  }
  const parsed = await Promise.all(
    files.map(async (file) => parsePlaybook(await readFile(file, 'utf8'), file)),
  );
  const own = parsed.flatMap(({ playbook }) => playbook ?? []);
  const ids = new Set(own.map(({ id }) => id));
  const all = [...own, ...content.playbooks.filter(({ id }) => !ids.has(id))];
  const mine = new Set(files);
  const between = lintLibrary(all).filter(({ at }) => at && mine.has(at.file));
  return { own, all, problems: [...parsed.flatMap(({ problems }) => problems), ...between] };
}

async function listFiles(path: string): Promise<readonly string[] | undefined> {
  const kind = await stat(path).catch(() => undefined);
  if (!kind) return undefined;
  if (kind.isFile()) return [path];
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name === 'playbook.yml')
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** What stands beside a playbook under that name; undefined when there is nothing. */
export const readBeside = (playbook: Playbook, name: string): Promise<string | undefined> =>
  readFile(join(dirname(playbook.source.file), name), 'utf8').catch(() => undefined);

/** A name for a playbook out of a file name. */
export const toSlug = (file: string): string => {
  const plain = basename(file)
    .replace(/\.[^.]*$/, '')
    .toLowerCase();
  return (
    plain
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 60) || 'playbook'
  );
};

/** A line on stdout; nothing of it drives a terminal. */
export const say = (text: string): void => {
  process.stdout.write(`${neutraliseLines(text)}\n`);
};
