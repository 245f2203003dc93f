import { ApiError, createClient, type RuleItem } from '@cordon/contract';
import { loadSettings } from '../settings.ts';
import { EXIT, neutralise, toJsonLine } from '../terminal.ts';

export interface TopFlags {
  readonly config?: string;
  readonly url?: string;
  readonly token?: string;
  readonly limit: string;
  readonly json?: boolean;
}

/** As many as one page of the API holds. */
const MAX_LIMIT = 500;

/** What rules cost and bring, as the running server accounts for it, the most costly first. */
export async function runRulesTop(flags: TopFlags): Promise<number> {
  const config = await loadSettings(flags.config);
  if (config === undefined) return EXIT.failed;
  const token = flags.token ?? process.env['CORDON_TOKEN'];
  const limit = Number(flags.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    process.stderr.write(`--limit is a whole number from 1 to ${MAX_LIMIT}.\n`);
    return EXIT.usage;
  }
  const baseUrl = flags.url ?? config.server.publicUrl ?? `http://${hostOf(config.server)}`;
  const client = createClient({ baseUrl, fetch, ...(token === undefined ? {} : { token }) });
  try {
    const { items } = await client.listRules({ query: { sort: 'cost', limit } });
    process.stdout.write(`${flags.json ? toJsonLine(items) : printTop(items)}\n`);
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { detail, hint, code } = error.problem;
    const own =
      code === 'not_logged_in'
        ? 'make a token in the console under Settings and give it with --token or CORDON_TOKEN'
        : hint;
    process.stderr.write(neutralise(`${baseUrl}: ${detail} [${code}]`).concat('\n'));
    if (own) process.stderr.write(`  hint: ${neutralise(own)}\n`);
    return EXIT.failed;
  }
}

const hostOf = ({ host, port }: { readonly host: string; readonly port: number }): string => {
  const near = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  return `${near.includes(':') ? `[${near}]` : near}:${port}`;
};

/** Time spent on a rule since the rules were last read, in milliseconds, as far as it was sampled. */
const costOf = ({ asked, microseconds }: RuleItem): number => (asked * microseconds) / 1_000;

function printTop(rules: readonly RuleItem[]): string {
  const all = rules.reduce((sum, rule) => sum + costOf(rule), 0);
  const head = ['ms', 'share', 'asked', 'us each', 'matched', '24 h', '30 d', 'mode', 'rule'];
  const rows = rules.map((rule) => [
    costOf(rule).toFixed(1),
    `${all > 0 ? Math.round((100 * costOf(rule)) / all) : 0} %`,
    String(rule.asked),
    rule.microseconds.toFixed(1),
    String(rule.matched),
    String(rule.matches_day),
    String(rule.matches_month),
    rule.is_quarantined ? 'set aside' : rule.mode,
    neutralise(`${rule.title} (${rule.id})`),
  ]);
  const table = [head, ...rows];
  const widths = head.map((_, at) => Math.max(...table.map((row) => row[at]?.length ?? 0)));
  return table
    .map((row) =>
      row
        .map((cell, at) => (at === head.length - 1 ? cell : cell.padStart(widths[at] ?? 0)))
        .join('  '),
    )
    .join('\n');
}
