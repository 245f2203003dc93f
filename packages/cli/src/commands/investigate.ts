import { stat, writeFile } from 'node:fs/promises';
import {
  type Config,
  type Investigation,
  investigate,
  loadEngines,
  renderReport,
} from '@cordon/server';
import { contentDir } from '../content-dir.ts';
import { printInvestigation } from '../print-investigation.ts';
import { createProgressBar } from '../progress.ts';
import { loadSettings } from '../settings.ts';
import { createPaint, EXIT, isColoured, neutralise, toJsonLine } from '../terminal.ts';
import { type BundleFlags, writeBundles } from '../write-bundles.ts';

export interface InvestigateFlags extends BundleFlags {
  readonly json?: boolean;
  readonly html?: string;
  readonly content?: string;
  /** What the house knows of itself is taken from there. */
  readonly config?: string;
}

/** Runs the thinking over a folder and prints what it tells; exit 3 when there are incidents. */
export async function runInvestigate(dir: string, flags: InvestigateFlags): Promise<number> {
  if (!(await stat(dir).catch(() => undefined))) {
    process.stderr.write(`${neutralise(dir)} is not there.\n`);
    return EXIT.usage;
  }
  const config = flags.config === undefined ? {} : await loadSettings(flags.config);
  if (config === undefined) return EXIT.usage;
  const investigation = await think(dir, flags.content ?? contentDir(), config);
  if (flags.html !== undefined) {
    await writeFile(flags.html, renderReport(investigation, Date.now()));
    process.stderr.write(`The report is in ${neutralise(flags.html)}\n`);
  }
  await writeBundles(investigation, flags);
  if (flags.json) process.stdout.write(`${toJsonLine(investigation)}\n`);
  else
    process.stdout.write(
      printInvestigation(investigation, createPaint(isColoured(process.stdout, process.env))),
    );
  if (!investigation.equation.holds) return EXIT.failed;
  return investigation.incidents.length > 0 ? EXIT.found : EXIT.ok;
}

/** Investigates with a bar on stderr; problems of the content are told with the others. */
export async function think(
  dir: string,
  content: string,
  config: Partial<Pick<Config, 'decider' | 'enrichment' | 'dataDir'>> = {},
): Promise<Investigation> {
  const { engines, problems } = await loadEngines(content, config);
  const bar = createProgressBar(process.stderr, Date.now);
  const investigation = await investigate({
    dir,
    engines,
    onProgress: ({ stage, done, total }) => bar.show(stage, done, total),
  });
  bar.end();
  return { ...investigation, problems: [...problems, ...investigation.problems] };
}
