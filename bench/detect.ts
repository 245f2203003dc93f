/*
 * How fast a folder of Sigma rules is asked of events, lane by lane. Profiles are learned of every
 * other event; what is timed are the rest. `JSON.parse` of the same texts is the limit.
 */
import {
  createDetectionEngine,
  type DetectionEngine,
  type Event,
  type Json,
  type SigmaDocument,
} from '@cordon/core';
import { type Lane, readLanes } from './detect-lane.ts';
import { readRules } from './detect-rules.ts';
import { measureStart } from './detect-start.ts';
import { check, Ledger, load, measure, quantile, type Report } from './report.ts';

/** A lane is repeated until so many events are timed in a pass. */
const MIN_TIMED = 20_000;
const LATENCY_ROUNDS = 5;

/** Runs the bench over the rules of one folder and the events of others. */
export async function runDetect(options: {
  readonly dirs: readonly string[];
  readonly rules: string;
  readonly passes: number;
}): Promise<Report> {
  const loadBefore = load();
  const lanes = await readLanes(options.dirs);
  const start = await measureStart({
    rules: options.rules,
    events: [...new Set(lanes.flatMap(({ events }) => events))],
  });
  const { rules } = readRules(options.rules);
  const ledger = new Ledger();
  const facts: Record<string, number | string> = { rules: rules.length, ...start };
  const checks: string[] = [];
  for (const lane of lanes) {
    const bench = new LaneBench(lane, rules);
    for (let pass = 0; pass < options.passes; pass += 1) await bench.pass(ledger);
    checks.push(bench.check());
    Object.assign(facts, bench.facts());
  }
  return {
    bench: 'detect',
    node: process.version,
    loadBefore,
    loadAfter: load(),
    checks,
    rows: ledger.rows(),
    facts,
  };
}

class LaneBench {
  readonly #lane: Lane;
  readonly #rules: readonly SigmaDocument[];
  readonly #profile: Json;
  readonly #learn: readonly Event[];
  readonly #time: readonly Event[];
  readonly #texts: readonly string[];
  readonly #rounds: number;
  readonly #found = new Set<number>();

  constructor(lane: Lane, rules: readonly SigmaDocument[]) {
    this.#lane = lane;
    this.#rules = rules;
    this.#learn = lane.events.filter((_, at) => at % 2 === 0);
    this.#time = lane.events.filter((_, at) => at % 2 === 1);
    this.#texts = lane.texts.filter((_, at) => at % 2 === 1);
    this.#rounds = Math.ceil(MIN_TIMED / Math.max(1, this.#time.length));
    const teacher = createDetectionEngine({ rules });
    for (let seen = 0; seen < 5 * MIN_TIMED; seen += Math.max(1, this.#learn.length))
      for (const event of this.#learn) teacher.evaluate(event);
    this.#profile = JSON.parse(JSON.stringify(teacher.profile())) as Json;
  }

  #engine(isTaught: boolean): DetectionEngine {
    const engine = createDetectionEngine({
      rules: this.#rules,
      isLearning: false,
      ...(isTaught ? { profile: this.#profile } : {}),
    });
    for (const event of this.#learn) engine.evaluate(event);
    return engine;
  }

  /** One row after the other, so that a busy machine is busy for all of them. */
  async pass(ledger: Ledger): Promise<void> {
    const { name } = this.#lane;
    const guessing = this.#engine(false);
    const learned = this.#engine(true);
    const timed = (row: string, work: () => void) =>
      measure(this.#rounds * this.#time.length, () => {
        for (let round = 0; round < this.#rounds; round += 1) work();
      }).then((sample) => ledger.add(`${name}: ${row}`, sample));
    await timed('JSON.parse', () => {
      for (const text of this.#texts) JSON.parse(text);
    });
    await timed('detect, guessing', () => this.#found.add(countSignals(guessing, this.#time)));
    await timed('detect, learned', () => this.#found.add(countSignals(learned, this.#time)));
    await timed('JSON.parse + detect, learned', () => {
      for (const text of this.#texts) JSON.parse(text);
      countSignals(learned, this.#time);
    });
  }

  check(): string {
    return check(
      `${this.#lane.name}: guessing and learned engines give the same signals`,
      this.#found.size === 1,
    );
  }

  facts(): Record<string, number | string> {
    const { name } = this.#lane;
    const { single, middle } = this.#latencies();
    return {
      [`${name}: events`]: this.#lane.events.length,
      [`${name}: signals`]: [...this.#found][0] ?? 0,
      [`${name}: p50 / p99 / p99.9 us`]: quantiles(single),
      [`${name}: the same of each event's median`]: quantiles(middle),
    };
  }

  /** Wall time of `JSON.parse` and detection of each event, several times over. */
  #latencies(): { readonly single: readonly number[]; readonly middle: readonly number[] } {
    const engine = this.#engine(true);
    const rounds = Array.from({ length: LATENCY_ROUNDS }, () =>
      this.#time.map((event, at) => {
        const from = process.hrtime.bigint();
        JSON.parse(this.#texts[at] ?? '');
        engine.evaluate(event);
        return Number(process.hrtime.bigint() - from) / 1_000;
      }),
    );
    const middle = this.#time.map((_, at) =>
      quantile(
        rounds.map((round) => round[at] ?? 0),
        0.5,
      ),
    );
    return { single: rounds.flat(), middle };
  }
}

const quantiles = (micros: readonly number[]): string =>
  [0.5, 0.99, 0.999].map((share) => quantile(micros, share).toFixed(1)).join(' / ');

const countSignals = (engine: DetectionEngine, events: readonly Event[]): number =>
  events.reduce((sum, event) => sum + engine.evaluate(event).length, 0);
