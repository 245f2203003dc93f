import { readPlaybooks, say } from '../playbook-files.ts';
import { type RuleFlags, tellProblems } from '../rules-settings.ts';
import { EXIT, toJsonLine } from '../terminal.ts';

/** Tells what is wrong with playbooks, with line and column; without a path, all that are in force. */
export async function runPlaybookLint(path: string | undefined, flags: RuleFlags): Promise<number> {
  const read = await readPlaybooks(path, flags);
  if (!read) return EXIT.usage;
  const { own, problems } = read;
  if (flags.json) process.stdout.write(`${toJsonLine({ playbooks: own.length, problems })}\n`);
  else {
    tellProblems(problems);
    say(`${own.length} playbooks can be used, ${problems.length} problems`);
  }
  return problems.length === 0 ? EXIT.ok : EXIT.found;
}
