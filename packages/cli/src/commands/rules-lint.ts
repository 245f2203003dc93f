import { loadContent, SourceError } from '@cordon/server';
import { readRuleFiles } from '../rule-files.ts';
import { type RuleFlags, readContent, readGround, tellProblems } from '../rules-settings.ts';
import { EXIT, toJsonLine } from '../terminal.ts';

/** Reads rules and tells what is wrong, with line and column; without a path, all that are in force. */
export async function runRulesLint(path: string | undefined, flags: RuleFlags): Promise<number> {
  const ground = await readGround(flags);
  if (!ground) return EXIT.failed;
  try {
    const { rules, problems } =
      path === undefined
        ? await readContent(ground)
        : await readRuleFiles(
            path,
            (await loadContent(ground.contentDir, ground.dataDir, ground)).rules,
            ground,
          );
    if (flags.json) process.stdout.write(`${toJsonLine({ rules: rules.length, problems })}\n`);
    else {
      tellProblems(problems);
      process.stdout.write(`${rules.length} rules can be used, ${problems.length} problems\n`);
    }
    return problems.length === 0 ? EXIT.ok : EXIT.found;
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    tellProblems([error.problem]);
    return EXIT.usage;
  }
}
