/*
 * How fast a folder of Sigma rules is asked of events: `--dir` holds Windows event logs or NDJSON,
 * `--rules` the rules. Events are parsed beforehand; `JSON.parse` of the same texts is the limit.
 * What is learned is learned of every other event, what is timed are the rest.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  createDetectionEngine,
  createNormaliser,
  type DetectionEngine,
  type Event,
  linkRules,
  parseSigma,
  type SigmaDocument,
  toEpochMs,
} from '@cordon/core';
import { loadContent } from '../packages/server/src/content/content.ts';
import { Ledger, load, measure, quantile, type Report } from './report.ts';

const MAX_EVENTS = 40_000;

interface Lane {
  readonly texts: readonly string[];
  readonly events: readonly Event[];
}

/** Runs the bench over the rules of one folder and the events of another. */
export async function runDetect(options: {
  readonly dir: string;
  readonly rules: string;
  readonly passes: number;
}): Promise<Report> {
  const loadBefore = load();
  const started = process.cpuUsage();
  const rules = readRules(options.rules);
  const startUs = spent(started);
  const { texts, events } = await readLane(options.dir);
  const [learn, time] = [events.filter((_, at) => at % 2 === 0), events.filter((_, at) => at % 2)];
  const teacher = createDetectionEngine({ rules });
  for (let round = 0; round < 5; round += 1) for (const event of learn) teacher.evaluate(event);
  const profile = teacher.profile();
  const fresh = () => createDetectionEngine({ rules });
  const taught = () => createDetectionEngine({ rules, profile });
  const ledger = new Ledger();
  const found = new Set<number>();
  for (let pass = 0; pass < options.passes; pass += 1) {
    const limit = await measure(texts.length, () => {
      for (const text of texts) JSON.parse(text);
    });
    ledger.add('limit: JSON.parse', limit);
    for (const [name, make] of [
      ['detect, guessing', fresh],
      ['detect, learned', taught],
    ] as const) {
      const engine = make();
      for (const event of learn) engine.evaluate(event);
      const sample = await measure(time.length, () => found.add(countSignals(engine, time)));
      ledger.add(name, sample);
    }
  }
  if (found.size !== 1)
    throw new Error(`The engines do not agree: ${[...found].join(', ')} signals.`);
  const micros = latencies(taught(), learn, time);
  return {
    bench: 'detect',
    node: process.version,
    loadBefore,
    loadAfter: load(),
    checks: ['guessing and learned engines give the same signals'],
    rows: ledger.rows(),
    facts: {
      rules: rules.length,
      events: events.length,
      signals: [...found][0] ?? 0,
      'rules read, CPU s': startUs / 1e6,
      'p50 us': quantile(micros, 0.5),
      'p99 us': quantile(micros, 0.99),
      'p99.9 us': quantile(micros, 0.999),
      'resident MB': process.memoryUsage.rss() / 1e6,
    },
  };
}

const spent = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return user + system;
};

const countSignals = (engine: DetectionEngine, events: readonly Event[]): number =>
  events.reduce((sum, event) => sum + engine.evaluate(event).length, 0);

function latencies(
  engine: DetectionEngine,
  learn: readonly Event[],
  time: readonly Event[],
): readonly number[] {
  for (const event of learn) engine.evaluate(event);
  return time.map((event) => {
    const from = process.hrtime.bigint();
    engine.evaluate(event);
    return Number(process.hrtime.bigint() - from) / 1_000;
  });
}

function readRules(dir: string): readonly SigmaDocument[] {
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' });
  const read = files
    .filter((file) => /\.ya?ml$/.test(file))
    .flatMap(
      (file) => parseSigma(readFileSync(join(dir, file), 'utf8'), file, { isOpen: true }).values,
    );
  return linkRules(read).values;
}

/** The events of every `.json`, `.jsonl` and `.gz` of such, one to a line. */
async function readLane(dir: string): Promise<Lane> {
  const { parsers } = await loadContent(join(import.meta.dirname, '..', 'content'));
  const normaliser = createNormaliser({ parsers });
  const texts: string[] = [];
  const events: Event[] = [];
  for (const file of readdirSync(dir, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!/\.(json|jsonl|ndjson)(\.gz)?$/.test(file) || events.length >= MAX_EVENTS) continue;
    const bytes = readFileSync(join(dir, file));
    const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
    for (const line of text.split('\n')) {
      if (!line.startsWith('{')) continue;
      const offset = events.length;
      const receivedAt = toEpochMs(0);
      const read = normaliser.normalise({ offset, sourceId: 'lane', receivedAt, text: line });
      if (read.kind !== 'parsed') continue;
      texts.push(line);
      events.push(read.event);
    }
  }
  return { texts, events };
}
