import { basename, dirname } from 'node:path';
import type { Problem, SigmaDocument } from '@cordon/core';
import { type CaseOutcome, loadContent, runCases, SourceError } from '@cordon/server';
import { readRuleFiles } from '../rule-files.ts';
import { type RuleFlags, readGround, tellProblems } from '../rules-settings.ts';
import { EXIT, neutralise, toJsonLine } from '../terminal.ts';

interface Tested {
  readonly rule: string;
  readonly title: string;
  readonly cases: readonly (CaseOutcome & { readonly passed: boolean })[];
}

/** Runs the cases beside rules; exit 3 when one does not go as it says. */
export async function runRulesTest(path: string | undefined, flags: RuleFlags): Promise<number> {
  const ground = await readGround(flags);
  if (!ground) return EXIT.failed;
  try {
    const content = await loadContent(ground.contentDir, ground.dataDir, ground);
    const read = path === undefined ? content : await readRuleFiles(path, content.rules, ground);
    const own = new Set(read.rules.map(({ id }) => id));
    const all = [...read.rules, ...content.rules.filter(({ id }) => !own.has(id))];
    const { tested, problems } = await testAll(oneOfEach(read.rules), all);
    report({ tested, problems: [...read.problems, ...problems] }, flags);
    const isBad = problems.length + read.problems.length > 0 || tested.some(hasFailed);
    return isBad ? EXIT.found : EXIT.ok;
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    tellProblems([error.problem]);
    return EXIT.usage;
  }
}

/** The cases of a file are about the rule that its folder is called after, or else about its last one. */
function oneOfEach(rules: readonly SigmaDocument[]): readonly SigmaDocument[] {
  const ofFile = new Map<string, SigmaDocument>();
  for (const rule of rules) {
    const { file } = rule.at;
    const isNamed = ofFile.get(file)?.id === basename(dirname(file));
    if (rule.kind !== 'filter' && !isNamed) ofFile.set(file, rule);
  }
  return [...ofFile.values()];
}

async function testAll(rules: readonly SigmaDocument[], all: readonly SigmaDocument[]) {
  const tested: Tested[] = [];
  const problems: Problem[] = [];
  for (const rule of rules) {
    const outcomes = await runCases(rule, all);
    if (outcomes === undefined) continue;
    if ('code' in outcomes) problems.push(outcomes);
    else
      tested.push({
        rule: rule.id,
        title: rule.title,
        cases: outcomes.map((one) => ({ ...one, passed: one.fired === one.mustFire })),
      });
  }
  return { tested, problems };
}

const hasFailed = ({ cases }: Tested): boolean => cases.some(({ passed }) => !passed);

function report(
  {
    tested,
    problems,
  }: { readonly tested: readonly Tested[]; readonly problems: readonly Problem[] },
  { json }: RuleFlags,
): void {
  if (json) {
    process.stdout.write(`${toJsonLine({ tested, problems })}\n`);
    return;
  }
  tellProblems(problems);
  for (const { rule, cases } of tested)
    for (const { title, mustFire } of cases.filter(({ passed }) => !passed))
      process.stdout.write(
        neutralise(`FAILED ${rule}: ${mustFire ? 'did not fire' : 'fired'}: ${title}`).concat('\n'),
      );
  const all = tested.flatMap(({ cases }) => cases);
  const failed = all.filter(({ passed }) => !passed).length;
  process.stdout.write(
    `${tested.length} rules with cases: ${all.length - failed} passed, ${failed} failed\n`,
  );
}
