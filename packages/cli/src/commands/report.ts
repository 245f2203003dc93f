import { writeFile } from 'node:fs/promises';
import { periodAt, reportOf } from '@cordon/core';
import { presentReport, readReportBooks, renderOrganisationReport } from '@cordon/server';
import { withData } from '../data.ts';
import { printReport } from '../print-report.ts';
import { readCoverage } from '../read-coverage.ts';
import { type RuleFlags, readGround } from '../rules-settings.ts';
import { createPaint, EXIT, isColoured, neutralise, toJsonLine } from '../terminal.ts';

export interface ReportFlags extends RuleFlags {
  readonly month?: boolean;
  /** As commander gives it: text. */
  readonly back?: string;
  readonly html?: string;
}

/** How a calendar week or month went, from the books of a data folder. */
export async function runReport(flags: ReportFlags): Promise<number> {
  const back = Number(flags.back ?? 0);
  if (!Number.isInteger(back) || back < 0 || back > 600) {
    process.stderr.write('--back is a number of weeks or months, 0 to 600.\n');
    return EXIT.usage;
  }
  const ground = await readGround(flags);
  if (!ground) return EXIT.failed;
  return withData({ ...flags, data: ground.dataDir }, async ({ folder }) => {
    const at = Date.now();
    const period = periodAt(flags.month ? 'month' : 'week', at, back);
    const coverage = await readCoverage(folder, ground);
    const { books, isCut } = await readReportBooks(folder.state, { period, coverage });
    const view = presentReport(reportOf(books), { at, isCut });
    if (flags.html !== undefined) {
      await writeFile(flags.html, renderOrganisationReport(view));
      process.stderr.write(`Written to ${neutralise(flags.html)}.\n`);
    }
    const text = flags.json
      ? toJsonLine(view)
      : printReport(view, createPaint(isColoured(process.stdout, process.env)));
    process.stdout.write(`${text}\n`);
    return EXIT.ok;
  });
}
