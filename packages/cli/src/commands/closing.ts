import { type ClosingReport, likelihoodText, toEpochMs } from '@cordon/core';
import { readClosing } from '@cordon/server';
import { type DataFlags, withData } from '../data.ts';
import { EXIT, neutralise, toJsonLine } from '../terminal.ts';

export interface ClosingFlags extends DataFlags {
  readonly days: string;
  readonly json?: boolean;
}

const MOST_DAYS = 7;
const SHOWN = 20;

/** What closing by itself hid, or would have hidden; exit 3 when some of it was genuine. */
export async function runClosing(flags: ClosingFlags): Promise<number> {
  const days = Number(flags.days);
  if (!Number.isInteger(days) || days < 1 || days > MOST_DAYS) {
    process.stderr.write(`--days is a whole number from 1 to ${MOST_DAYS}.\n`);
    return EXIT.usage;
  }
  return withData(flags, async ({ folder }) => {
    const report = await readClosing(folder.state, { days, now: toEpochMs(Date.now()) });
    process.stdout.write(`${flags.json ? toJsonLine(report) : printClosing(report)}\n`);
    return report.counts.genuine > 0 ? EXIT.found : EXIT.ok;
  });
}

function printClosing({ since, below, terms, counts, alerts }: ClosingReport): string {
  const { certificate, audits, misses } = terms;
  const bound = certificate
    ? `at most ${likelihoodText(certificate.alpha)} of genuine alerts fall below it, with confidence ${likelihoodText(certificate.confidence)}, by ${certificate.genuine} genuine verdicts`
    : 'no bound is stated: it takes 59 genuine verdicts';
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return [
    `Alerts below ${likelihoodText(below)} close by themselves; ${bound}.`,
    `Since ${new Date(since).toISOString().slice(0, 10)} that is ${total}: ${counts.closed} closed, ${counts.by_rule} closed as harmless by a rule of the house, ${counts.shown} shown all the same, ${counts.harmless} found harmless, ${counts.genuine} found genuine, ${counts.undecided} undecided.`,
    `Ever: ${misses} of ${audits} verdicts below the threshold were genuine.`,
    ...alerts
      .slice(0, SHOWN)
      .map(
        ({ outcome, alert }) =>
          `  ${outcome.padEnd(9)} ${likelihoodText(alert.score.p).padStart(6)}  ${new Date(alert.lastAt).toISOString()}  ${neutralise(alert.text)}`,
      ),
    ...(alerts.length > SHOWN ? [`  ${alerts.length - SHOWN} more with --json`] : []),
  ].join('\n');
}
