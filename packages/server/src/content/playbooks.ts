import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Batch, lintLibrary, type Playbook, type Problem, parsePlaybook } from '@cordon/core';
import { loadWritten } from '../playbooks/written.ts';

/**
 * The playbooks that come along in a folder and those that were written here, in order of id. What was
 * written here takes the place of what came along, also where it cannot be read any more: nothing acts
 * that somebody here had changed. What cannot be read or used is a problem, and the rest is there.
 */
export async function loadPlaybooks(folder: string, dataDir?: string): Promise<Batch<Playbook>> {
  const shipped = await loadShipped(folder);
  const written = await loadWritten(dataDir);
  const values = [
    ...shipped.values.filter(({ id }) => !written.ids.has(id)),
    ...written.values,
  ].sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    values,
    problems: [...shipped.problems, ...written.problems, ...lintLibrary(values)],
  };
}

/** Every `<folder>/<id>/playbook.yml`. */
async function loadShipped(folder: string): Promise<Batch<Playbook>> {
  const values: Playbook[] = [];
  const problems: Problem[] = [];
  for (const name of await listFolders(folder, problems)) {
    const file = join(folder, name, 'playbook.yml');
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) {
      problems.push({
        code: 'not_found',
        detail: 'The folder has no playbook that can be read.',
        at: { file },
        retryable: false,
      });
      continue;
    }
    const parsed = parsePlaybook(text, file);
    problems.push(...parsed.problems);
    if (parsed.playbook) values.push(parsed.playbook);
    if (parsed.playbook && parsed.playbook.id !== name) {
      problems.push({
        code: 'playbook_bad_value',
        detail: `"${parsed.playbook.id}" lies in the folder "${name}"; the two must be the same.`,
        at: { file },
        retryable: false,
      });
    }
  }
  return { values, problems };
}

async function listFolders(folder: string, problems: Problem[]): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
  } catch {
    problems.push({
      code: 'not_found',
      detail: 'The folder of the playbooks cannot be read.',
      at: { file: folder },
      retryable: false,
    });
    return [];
  }
}
