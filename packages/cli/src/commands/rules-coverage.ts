import type { Coverage } from '@cordon/core';
import { withData } from '../data.ts';
import { readCoverage } from '../read-coverage.ts';
import { type RuleFlags, readGround } from '../rules-settings.ts';
import { EXIT, neutralise, toJsonLine } from '../terminal.ts';

const SHOWN = 30;

/** What the rules see of what really comes in: techniques by source, and rules that cannot fire. */
export async function runRulesCoverage(flags: RuleFlags): Promise<number> {
  const ground = await readGround(flags);
  if (!ground) return EXIT.failed;
  return withData({ ...flags, data: ground.dataDir }, async ({ folder }) => {
    const coverage = await readCoverage(folder, ground);
    process.stdout.write(`${flags.json ? toJsonLine(coverage) : printCoverage(coverage)}\n`);
    return EXIT.ok;
  });
}

function printCoverage({ sources, techniques, silent }: Coverage): string {
  const seen = techniques.filter(({ rules }) => rules > 0);
  const gaps = techniques.filter(({ rules }) => rules === 0);
  const wants = new Map<string, number>();
  for (const { wants: what } of silent) wants.set(what, (wants.get(what) ?? 0) + 1);
  const byCount = [...wants].sort(([, a], [, b]) => b - a);
  return [
    'Sources of the last 30 days',
    ...(sources.length === 0 ? ['  none: no event has been stored yet'] : []),
    ...sources.map(({ name, events, rules }) =>
      neutralise(
        `  ${String(events).padStart(10)} events  ${String(rules).padStart(5)} rules  ${name}`,
      ),
    ),
    '',
    `Techniques: ${seen.length} of ${techniques.length} can be seen`,
    ...seen.map(({ id, rules, bySource }) => {
      const from = sources.filter((_, at) => (bySource[at] ?? 0) > 0).map(({ name }) => name);
      return neutralise(
        `  ${id.padEnd(10)} ${String(rules).padStart(4)} rules  ${from.join(', ')}`,
      );
    }),
    ...(gaps.length === 0 ? [] : ['', `Not to be seen now: ${gaps.map(({ id }) => id).join(' ')}`]),
    '',
    `${silent.length} rules cannot fire, since what they look at was not seen`,
    ...byCount
      .slice(0, SHOWN)
      .map(([what, count]) => neutralise(`  ${String(count).padStart(5)}  wait for ${what}`)),
  ].join('\n');
}
