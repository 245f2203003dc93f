import { loadavg } from 'node:os';

/** What one measure did in one pass. */
export interface Sample {
  readonly events: number;
  readonly wallMs: number;
  /** Processor time of all threads. */
  readonly cpuUs: number;
}

/** One measure over all passes, in the order of the run. */
export interface Row {
  readonly name: string;
  readonly eventsPerS: number;
  readonly cpuUsPerEvent: number;
  /** Smallest and largest processor time per event of a pass. */
  readonly spread: readonly [number, number];
  readonly passes: number;
}

/** What a bench found; printed as text or as JSON. */
export interface Report {
  readonly bench: string;
  readonly node: string;
  readonly loadBefore: readonly number[];
  readonly loadAfter: readonly number[];
  /** Each check that speed may be compared at all; a bench whose check fails ends with an error. */
  readonly checks: readonly string[];
  readonly rows: readonly Row[];
  readonly facts: Readonly<Record<string, number | string>>;
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
};

/** The value below which that share of the values lies. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};

/** Collects samples by name over interleaved passes. */
export class Ledger {
  private readonly samples = new Map<string, Sample[]>();

  add(name: string, sample: Sample): void {
    this.samples.set(name, [...(this.samples.get(name) ?? []), sample]);
  }

  rows(): readonly Row[] {
    return [...this.samples].map(([name, samples]) => {
      const cpu = samples.map((sample) => sample.cpuUs / sample.events);
      return {
        name,
        eventsPerS: median(samples.map((sample) => (sample.events / sample.wallMs) * 1_000)),
        cpuUsPerEvent: median(cpu),
        spread: [Math.min(...cpu), Math.max(...cpu)] as const,
        passes: samples.length,
      };
    });
  }
}

/** A check that must hold before any speed is printed. */
export function check(what: string, holds: boolean): string {
  if (!holds) throw new Error(`The results differ, so speed means nothing: ${what}.`);
  return what;
}

export const load = (): readonly number[] => loadavg().map((value) => Number(value.toFixed(2)));

/** Runs a piece of work in this process and measures it. */
export async function measure(
  events: number,
  work: () => Promise<unknown> | unknown,
): Promise<Sample> {
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  await work();
  const wallMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  return { events, wallMs, cpuUs: user + system };
}

const pad = (text: string | number, width: number): string => String(text).padStart(width);

/** The report as a person reads it; every row beside the row that is its limit. */
export function printReport(report: Report, limits: Readonly<Record<string, string>>): string {
  const rate = (name: string) => report.rows.find((row) => row.name === name)?.eventsPerS;
  const lines = report.rows.map((row) => {
    const limit = limits[row.name];
    const limitRate = limit === undefined ? undefined : rate(limit);
    const ratio =
      limitRate === undefined ? '' : `${(row.eventsPerS / limitRate).toFixed(2)} of "${limit}"`;
    const [low, high] = row.spread;
    return `${row.name.padEnd(34)}${pad(Math.round(row.eventsPerS), 10)}${pad(row.cpuUsPerEvent.toFixed(1), 10)}  ${`${low.toFixed(1)}-${high.toFixed(1)}`.padEnd(14)}${ratio}`;
  });
  const heading = `${'measure'.padEnd(34)}${pad('events/s', 10)}${pad('CPU us', 10)}  ${'range'.padEnd(14)}limit`;
  return [
    `${report.bench}, Node ${report.node}, load ${report.loadBefore.join(' ')} before, ${report.loadAfter.join(' ')} after`,
    ...report.checks.map((text) => `equal: ${text}`),
    ...(lines.length > 0 ? ['', heading, ...lines] : []),
    '',
    ...Object.entries(report.facts).map(([name, value]) => `${name.padEnd(52)}${value}`),
    '',
  ].join('\n');
}
