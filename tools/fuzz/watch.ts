/*
 * Put into every test file that `npm run fuzz` runs: watches each property of fast-check, its runs one by
 * one, and tells how it fared. Without the variables of that command it is not there.
 */
import { appendFileSync, openSync, writeSync } from 'node:fs';
import process from 'node:process';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Fared, Place } from './kind.ts';

const INPUT_SHOWN = 2_000;
const MEMORY_EVERY = 64;
const PLACE_BYTES = 512;
const { env } = process;
const REPORT = env['CORDON_FUZZ_REPORT'] ?? '';
const PLACE = openSync(env['CORDON_FUZZ_PLACE'] ?? '/dev/null', 'w');
/** Of a run that hung, the input is told; nothing is run. */
const SHOW = env['CORDON_FUZZ_SHOW'] === undefined ? undefined : Number(env['CORDON_FUZZ_SHOW']);

/** The input as text that can be pasted, cut where it is long. */
function inText(value: unknown): string {
  const text = fc.stringify(value);
  return text.length > INPUT_SHOWN
    ? `${text.slice(0, INPUT_SHOWN)}… (${text.length} characters)`
    : text;
}

/** What is known of one property while it runs. */
class Watch {
  private readonly name = expect.getState().currentTestName ?? 'a property';
  private readonly startedAt = performance.now();
  private readonly startedBytes = process.memoryUsage.rss();
  private runs = 0;
  private slowest: { ms: number; input: unknown } = { ms: 0, input: undefined };
  private mostBytes = this.startedBytes;

  run<T>(value: T, run: () => T | Promise<T>): T | Promise<T> | null;
  run(value: unknown, run: () => unknown): unknown {
    this.begin();
    if (SHOW !== undefined) return this.show(value);
    const startedAt = performance.now();
    const outcome = run();
    if (outcome instanceof Promise) return outcome.finally(() => this.end(value, startedAt));
    this.end(value, startedAt);
    return outcome;
  }

  tell(details: fc.RunDetails<unknown>): void {
    const { seed, numRuns, numShrinks, failed } = details;
    const fared: Fared = {
      name: this.name,
      seed,
      runs: numRuns,
      seconds: (performance.now() - this.startedAt) / 1_000,
      slowest: { ms: this.slowest.ms, input: inText(this.slowest.input) },
      grewBytes: this.mostBytes - this.startedBytes,
      ...(failed
        ? {
            failure: {
              input: inText(details.counterexample),
              shrinks: numShrinks,
              why: String(details.errorInstance ?? 'It ended before all was tried.'),
            },
          }
        : {}),
    };
    appendFileSync(REPORT, `${JSON.stringify(fared)}\n`);
  }

  private begin(): void {
    this.runs += 1;
    if (this.runs % MEMORY_EVERY === 0)
      this.mostBytes = Math.max(this.mostBytes, process.memoryUsage.rss());
    const place: Place = { name: this.name, run: this.runs, bytes: this.mostBytes };
    writeSync(PLACE, JSON.stringify(place).padEnd(PLACE_BYTES), 0);
  }

  private end(input: unknown, startedAt: number): void {
    const ms = performance.now() - startedAt;
    if (ms > this.slowest.ms) this.slowest = { ms, input };
  }

  private show(value: unknown): null {
    if (this.runs === SHOW) this.slowest = { ms: 0, input: value };
    return null;
  }
}

const seed = env['CORDON_FUZZ_SEED'];
if (seed !== undefined) fc.configureGlobal({ seed: Number(seed) });
fc.installGlobalPlugin(() => {
  const watch = new Watch();
  return {
    decorateRun: (nested) =>
      ((value: unknown) => watch.run(value, () => nested(value))) as typeof nested,
    onAllRunsComplete: (details) => watch.tell(details),
  };
});
