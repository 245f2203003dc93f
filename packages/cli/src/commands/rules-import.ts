import {
  type ImportedRule,
  type ImportReport,
  importRules,
  loadContent,
  removePack,
  SourceError,
} from '@cordon/server';
import { createProgressBar } from '../progress.ts';
import { type RuleFlags, readGround, tellProblems } from '../rules-settings.ts';
import { EXIT, neutralise, toJsonLine } from '../terminal.ts';

export interface ImportFlags extends RuleFlags {
  readonly name?: string;
  readonly licence?: string;
  readonly shadow?: boolean;
}

const SHOWN = 20;

/** Imports the rules of a folder, a ZIP or a git repository; a running server takes them up by itself. */
export async function runRulesImport(from: string, flags: ImportFlags): Promise<number> {
  const ground = await readGround(flags);
  if (!ground) return EXIT.failed;
  const bar = createProgressBar(process.stderr, Date.now, 'files');
  try {
    const { rules } = await loadContent(ground.contentDir);
    const report = await importRules({
      from,
      dataDir: ground.dataDir,
      content: rules,
      ...(ground.placeholders ? { placeholders: ground.placeholders } : {}),
      ...(flags.name === undefined ? {} : { name: flags.name }),
      ...(flags.licence === undefined ? {} : { licence: flags.licence }),
      ...(flags.shadow === undefined ? {} : { isShadow: flags.shadow }),
      now: Date.now,
      onProgress: (stage, done, total) => bar.show(stage, done, total),
    });
    bar.end();
    if (flags.json) process.stdout.write(`${toJsonLine(report)}\n`);
    else {
      tellProblems(report.refused);
      process.stdout.write(`${printReport(report)}\n`);
    }
    return EXIT.ok;
  } catch (error) {
    bar.end();
    if (!(error instanceof SourceError)) throw error;
    tellProblems([error.problem]);
    return EXIT.usage;
  }
}

/** Takes an import away. */
export async function runRulesRemove(name: string, flags: RuleFlags): Promise<number> {
  const ground = await readGround(flags);
  if (!ground) return EXIT.failed;
  const isGone = await removePack(ground.dataDir, name);
  process.stdout.write(
    isGone
      ? `The import ${neutralise(name)} was taken away.\n`
      : `There is no import ${neutralise(name)}.\n`,
  );
  return isGone ? EXIT.ok : EXIT.usage;
}

function printReport(report: ImportReport): string {
  const { name, rules, added, changed, removed, refused, others, licence, revision } = report;
  return [
    `${neutralise(name)}: ${rules} rules${revision ? ` of commit ${revision.slice(0, 12)}` : ''}, licence ${neutralise(licence ?? 'not known (name it with --licence)')}${report.isShadow ? ', in shadow: they record and never alert' : ''}`,
    ...printList('added', added),
    ...printList('changed', changed),
    ...printList('removed', removed),
    `${refused.length} problems with files that were left out; ${others} YAML files hold no rule`,
    added.length + changed.length + removed.length === 0
      ? 'Nothing has changed.'
      : 'A running server takes this up within seconds.',
  ].join('\n');
}

function printList(what: string, rules: readonly ImportedRule[]): readonly string[] {
  if (rules.length === 0) return [];
  const more = rules.length - SHOWN;
  return [
    `${rules.length} ${what}`,
    ...rules.slice(0, SHOWN).map(({ title, path }) => neutralise(`  ${title} (${path})`)),
    ...(more > 0 ? [`  ${more} more with --json`] : []),
  ];
}
