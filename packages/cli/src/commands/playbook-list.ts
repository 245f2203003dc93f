import { listAllSteps, type Playbook } from '@cordon/core';
import { readPlaybooks, say } from '../playbook-files.ts';
import { type RuleFlags, tellProblems } from '../rules-settings.ts';
import { EXIT, toJsonLine } from '../terminal.ts';

/** Lists the playbooks in force: what starts them, and what they take. */
export async function runPlaybookList(flags: RuleFlags): Promise<number> {
  const read = await readPlaybooks(undefined, flags);
  if (!read) return EXIT.failed;
  const { own, problems } = read;
  const rows = own.map(toRow);
  if (flags.json) process.stdout.write(`${toJsonLine({ playbooks: rows, problems })}\n`);
  else {
    tellProblems(problems);
    for (const { id, title, starts, inputs, steps } of rows)
      say(
        `${id.padEnd(28)} ${title}, ${steps} steps; ${starts}${inputs.length > 0 ? `; takes ${inputs.join(', ')}` : ''}`,
      );
  }
  return problems.length === 0 ? EXIT.ok : EXIT.found;
}

const toRow = (playbook: Playbook) => ({
  id: playbook.id,
  version: playbook.version,
  title: playbook.title,
  starts: playbook.on === undefined ? 'by hand' : 'by itself',
  ...(playbook.on === undefined ? {} : { on: playbook.on }),
  inputs: Object.entries(playbook.inputs).map(
    ([name, { type, isOptional }]) => `${name}: ${type}${isOptional ? '?' : ''}`,
  ),
  steps: listAllSteps(playbook).length,
});
