import { printProblem, toEpochMs } from '@cordon/core';
import { type Backtest, backtest, openDataFolder, StoreError } from '@cordon/server';
import { createProgressBar } from '../progress.ts';
import { type FoundRule, findRule } from '../rule-files.ts';
import {
  type RuleFlags,
  readContent,
  readGround,
  tellNoRule,
  toSpanMs,
} from '../rules-settings.ts';
import { neutraliseLines } from '../settings.ts';
import { EXIT, neutralise, toJsonLine } from '../terminal.ts';

export interface BacktestFlags extends RuleFlags {
  readonly since: string;
}

const BAR = 40;
const SHOWN = 10;

/** Shows a rule the stored events and tells what it would have done; exit 3 when it would have fired. */
export async function runRulesBacktest(what: string, flags: BacktestFlags): Promise<number> {
  const spanMs = toSpanMs(flags.since);
  if (spanMs === undefined) {
    process.stderr.write('--since is a number with m, h, d or w: 12h, 30d.\n');
    return EXIT.usage;
  }
  const ground = await readGround(flags);
  if (!ground) return EXIT.failed;
  const found = await findRule(what, await readContent(ground), ground);
  if (!found) return tellNoRule(what);
  try {
    const result = await test(found, ground.dataDir, spanMs);
    if (result === undefined) {
      process.stderr.write(`Nothing was ever written to ${neutralise(ground.dataDir)}.\n`);
      return EXIT.usage;
    }
    const text = flags.json
      ? toJsonLine({ rule: found.rule.id, ...result })
      : printBacktest(found, result);
    process.stdout.write(`${text}\n`);
    return result.fired > 0 ? EXIT.found : EXIT.ok;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    process.stderr.write(`${neutraliseLines(printProblem(error.problem))}\n`);
    return EXIT.failed;
  }
}

async function test({ rule, rules }: FoundRule, dataDir: string, spanMs: number) {
  const folder = await openDataFolder(dataDir);
  if (folder === undefined) return undefined;
  const events = await folder.events();
  const bar = createProgressBar(process.stderr, Date.now, 'events');
  const now = Date.now();
  try {
    return await backtest({
      rules,
      ruleId: rule.id,
      events,
      from: toEpochMs(now - spanMs),
      to: toEpochMs(now),
      onProgress: (fraction, seen) =>
        bar.show('back-test', seen, fraction > 0 ? Math.round(seen / fraction) : 0),
    });
  } finally {
    bar.end();
    await events.close();
    await folder.close();
  }
}

function printBacktest({ rule }: FoundRule, result: Backtest): string {
  const { fired, events, from, to, days, entities, entityCount, samples } = result;
  const top = Math.max(1, ...days.map(({ count }) => count));
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  return [
    neutralise(
      `"${rule.title}" would have fired ${fired} times over ${events} events from ${day(from)} to ${day(to)}.`,
    ),
    ...(fired === 0 ? [] : ['', 'By day (UTC)']),
    ...days
      .filter(() => fired > 0)
      .map(
        ({ at, count }) =>
          `  ${day(at)} ${'#'.repeat(Math.ceil((BAR * count) / top)).padEnd(BAR)} ${count}`,
      ),
    ...(fired === 0 ? [] : ['', `On whom (${entityCount} in all)`]),
    ...entities
      .slice(0, SHOWN)
      .map(({ kind, id, count }) => neutralise(`  ${String(count).padStart(7)}  ${kind} ${id}`)),
    ...(samples.length === 0 ? [] : ['', 'Samples']),
    ...samples
      .slice(0, SHOWN)
      .map(({ at, text, offsets }) =>
        neutralise(`  ${new Date(at).toISOString()} ${text} (record #${offsets.at(-1) ?? '?'})`),
      ),
  ].join('\n');
}
