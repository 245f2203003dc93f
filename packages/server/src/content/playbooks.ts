import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Batch, lintLibrary, type Playbook, type Problem, parsePlaybook } from '@cordon/core';

/** Every `<folder>/<id>/playbook.yml`, in order of id; what cannot be read or used is a problem, and the rest is there. */
export async function loadPlaybooks(folder: string): Promise<Batch<Playbook>> {
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
  return { values, problems: [...problems, ...lintLibrary(values)] };
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
