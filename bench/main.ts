/*
 * `npm run bench -- NAME [--json]`: measures on this machine, now. Figures of different runs are not
 * to be compared; the ratios to the limits of the same run are.
 */
import { parseArgs } from 'node:util';
import { runConsole } from './console.ts';
import { runDecide } from './decide.ts';
import { runDetect } from './detect.ts';
import { runEnrich } from './enrich.ts';
import { LIMITS, runIngest } from './ingest.ts';
import { runIntel } from './intel.ts';
import { runLive } from './live.ts';
import { runOrigin } from './origin.ts';
import { printReport, type Report } from './report.ts';
import { runRespond } from './respond.ts';

const USAGE = `usage: npm run bench -- NAME [options]
  ingest   how fast records become searchable, by stage, beside the limits of the same run
           --events N (100000)  --passes N (3)  --others LINES (20000): beside CrowdSec and
           fail2ban, found on this machine or below CORDON_BENCH_OTHERS; 0 leaves it out
  enrich   what inventories, GeoIP, leases and memory cost an event
           --events N (100000)  --passes N (3)
  intel    a million indicators: what they weigh and what asking costs an event
           --indicators N (1000000)  --events N (100000)  --passes N (3)
  live     the real process under a steady stream of syslog with attackers in it, at half the
           rate and at the whole  --seconds N of each (60)  --rate N (10000)
  detect   a folder of Sigma rules asked of folders of events (JSON), lane by lane
           --rules DIR  --dir DIR (several times)  --passes N (3)
  decide   what triage and correlation cost an alert, and what entities weigh
           --alerts N (100000)  --entities N (1000000)  --passes N (3)
  origin   going back from signs to where it began, over a graph of causes
           --edges N (150000)  --passes N (3)
  respond  durable steps of the action ledger, then from a line to a verified block
           --runs N (300)  --passes N (3)  --seconds N (60)  --rate N (10000)
  console  lists, keys and memory of the console over a great many alerts, in headless Chromium
           --alerts N (100000)  --updates N (2000)
  all      --json  --profile DIR (a CPU profile of the product)
`;

async function run(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      seconds: { type: 'string', default: '60' },
      rate: { type: 'string', default: '10000' },
      events: { type: 'string', default: '100000' },
      indicators: { type: 'string', default: '1000000' },
      passes: { type: 'string', default: '3' },
      runs: { type: 'string', default: '300' },
      alerts: { type: 'string', default: '100000' },
      updates: { type: 'string', default: '2000' },
      entities: { type: 'string', default: '1000000' },
      edges: { type: 'string', default: '150000' },
      others: { type: 'string', default: '20000' },
      profile: { type: 'string' },
      rules: { type: 'string', default: 'content/rules' },
      dir: { type: 'string', multiple: true, default: ['.'] },
    },
  });
  const profile = values.profile === undefined ? {} : { profileDir: values.profile };
  const benches: Readonly<Record<string, () => Promise<Report>>> = {
    console: () => runConsole({ alerts: Number(values.alerts), updates: Number(values.updates) }),
    decide: () =>
      runDecide({
        signals: Number(values.alerts),
        entities: Number(values.entities),
        passes: Number(values.passes),
      }),
    detect: () =>
      runDetect({ dirs: values.dir, rules: values.rules, passes: Number(values.passes) }),
    enrich: () => runEnrich({ events: Number(values.events), passes: Number(values.passes) }),
    ingest: () =>
      runIngest({
        events: Number(values.events),
        passes: Number(values.passes),
        otherLines: Number(values.others),
        ...profile,
      }),
    intel: () =>
      runIntel({
        indicators: Number(values.indicators),
        events: Number(values.events),
        passes: Number(values.passes),
      }),
    origin: () => runOrigin({ edges: Number(values.edges), passes: Number(values.passes) }),
    respond: () =>
      runRespond({
        runs: Number(values.runs),
        passes: Number(values.passes),
        seconds: Number(values.seconds),
        perS: Number(values.rate),
      }),
    live: () => runLive({ seconds: Number(values.seconds), perS: Number(values.rate), ...profile }),
  };
  const bench = benches[positionals[0] ?? ''];
  if (bench === undefined) {
    process.stderr.write(USAGE);
    return 2;
  }
  const report = await bench();
  process.stdout.write(
    values.json ? `${JSON.stringify(report, null, 2)}\n` : printReport(report, LIMITS),
  );
  return 0;
}

process.exitCode = await run();
