import { stat, writeFile } from 'node:fs/promises';
import { type Investigation, investigate, loadEngines, renderReport } from '@cordon/server';
import { contentDir } from '../content-dir.ts';
import { printInvestigation } from '../print-investigation.ts';
import { createProgressBar } from '../progress.ts';
import { createPaint, EXIT, isColoured, neutralise, toJsonLine } from '../terminal.ts';

export interface InvestigateFlags {
  readonly json?: boolean;
  readonly html?: string;
  readonly content?: string;
}

/** Runs the thinking over a folder and prints what it tells; exit 3 when there are incidents. */
export async function runInvestigate(dir: string, flags: InvestigateFlags): Promise<number> {
  if (!(await stat(dir).catch(() => undefined))) {
    process.stderr.write(`${neutralise(dir)} is not there.\n`);
    return EXIT.usage;
  }
  const investigation = await think(dir, flags.content ?? contentDir());
  if (flags.html !== undefined) {
    await writeFile(flags.html, renderReport(investigation, Date.now()));
    process.stderr.write(`The report is in ${neutralise(flags.html)}\n`);
  }
  if (flags.json) process.stdout.write(`${toJsonLine(investigation)}\n`);
  else
    process.stdout.write(
      printInvestigation(investigation, createPaint(isColoured(process.stdout, process.env))),
    );
  if (!investigation.equation.holds) return EXIT.failed;
  return investigation.incidents.length > 0 ? EXIT.found : EXIT.ok;
}

/** Investigates with a bar on stderr; problems of the content are told with the others. */
export async function think(dir: string, content: string): Promise<Investigation> {
  const { engines, problems } = await loadEngines(content);
  const bar = createProgressBar(process.stderr, Date.now);
  const investigation = await investigate({
    dir,
    engines,
    onProgress: ({ stage, done, total }) => bar.show(stage, done, total),
  });
  bar.end();
  return { ...investigation, problems: [...problems, ...investigation.problems] };
}
