import {
  type Playbook,
  type PlaybookCaseOutcome,
  type Problem,
  runPlaybookCase,
} from '@cordon/core';
import { readPlaybookCases } from '@cordon/server';
import { readPlaybooks, say } from '../playbook-files.ts';
import { type RuleFlags, tellProblems } from '../rules-settings.ts';
import { EXIT, toJsonLine } from '../terminal.ts';

interface Tested {
  readonly playbook: string;
  readonly cases: readonly PlaybookCaseOutcome[];
}

/** Runs the cases beside playbooks, dry; exit 3 when one does not go as it says. */
export async function runPlaybookTest(path: string | undefined, flags: RuleFlags): Promise<number> {
  const read = await readPlaybooks(path, flags);
  if (!read) return EXIT.usage;
  const tested: Tested[] = [];
  const problems = [...read.problems];
  for (const playbook of read.own) {
    const cases = await testOne(playbook, read.all);
    if ('problem' in cases) problems.push(cases.problem);
    else tested.push(cases);
  }
  report({ tested, problems }, flags);
  const isBad = problems.length > 0 || tested.some(({ cases }) => cases.some(hasFailed));
  return isBad ? EXIT.found : EXIT.ok;
}

const hasFailed = ({ problems }: PlaybookCaseOutcome): boolean => problems.length > 0;

function report(
  of: { readonly tested: readonly Tested[]; readonly problems: readonly Problem[] },
  { json }: RuleFlags,
): void {
  if (json) {
    process.stdout.write(`${toJsonLine(of)}\n`);
    return;
  }
  tellProblems(of.problems);
  for (const { playbook, cases } of of.tested)
    for (const one of cases)
      for (const line of one.problems) say(`FAILED ${playbook}: ${one.name}: ${line}`);
  const without = of.tested.filter(({ cases }) => cases.length === 0);
  if (without.length > 0)
    say(`Without cases: ${without.map(({ playbook }) => playbook).join(', ')}`);
  const all = of.tested.flatMap(({ cases }) => cases);
  const bad = all.filter(hasFailed).length;
  say(`${of.tested.length} playbooks: ${all.length - bad} cases passed, ${bad} failed`);
}

async function testOne(playbook: Playbook, all: readonly Playbook[]) {
  const cases = await readPlaybookCases(playbook.source.file);
  if (!cases.ok) return { problem: cases.problem };
  return {
    playbook: playbook.id,
    cases: cases.value.map((given) => runPlaybookCase(playbook, given, all)),
  };
}
