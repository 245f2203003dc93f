import type { Indicator, IndicatorSink } from './indicator.ts';

/** The text that a kept indicator is stored as: equal indicators give equal lines. */
export function toIndicatorLine(indicator: Indicator): string {
  const { type, value, port, also, label, confidence, role } = indicator;
  return JSON.stringify([
    type,
    value,
    port ?? 0,
    label,
    confidence,
    role,
    indicator.tlp ?? '',
    indicator.validFrom ?? 0,
    indicator.validUntil ?? 0,
    indicator.reference ?? '',
    also ?? [],
  ]);
}

type Line = [
  Indicator['type'],
  string,
  number,
  string,
  number,
  Indicator['role'],
  Indicator['tlp'] | '',
  NonNullable<Indicator['validFrom']> | 0,
  NonNullable<Indicator['validUntil']> | 0,
  string,
  NonNullable<Indicator['also']>,
];

/** The indicator of a line that {@link toIndicatorLine} wrote. */
export function fromIndicatorLine(line: string): Indicator {
  const [type, value, port, label, confidence, role, tlp, validFrom, validUntil, reference, also] =
    JSON.parse(line) as Line;
  return {
    type,
    value,
    label,
    confidence,
    role,
    ...(port === 0 ? {} : { port }),
    ...(tlp === '' || tlp === undefined ? {} : { tlp }),
    ...(validFrom === 0 ? {} : { validFrom }),
    ...(validUntil === 0 ? {} : { validUntil }),
    ...(reference === '' ? {} : { reference }),
    ...(also.length === 0 ? {} : { also }),
  };
}

/** What makes two indicators of one feed the same. */
const keyOf = ({ type, value, port, also }: Indicator): string =>
  `${type}\n${value}\n${port ?? ''}\n${also === undefined ? '' : JSON.stringify(also)}`;

/** Bad wins over context, then the one that was said last, then the surer one. */
function better(a: Indicator, b: Indicator): Indicator {
  if (a.role !== b.role) return a.role === 'bad' ? a : b;
  const [from, other] = [a.validFrom ?? 0, b.validFrom ?? 0];
  if (from !== other) return from > other ? a : b;
  if (a.confidence !== b.confidence) return a.confidence > b.confidence ? a : b;
  return toIndicatorLine(a) <= toIndicatorLine(b) ? a : b;
}

/** How much of what a feed gave was used. */
export interface IntakeCounts {
  readonly kept: number;
  /** Kept, by type. */
  readonly byType: Readonly<Record<string, number>>;
  /** The same value again. */
  readonly repeated: number;
  /** What cannot be used, by reason. */
  readonly refused: Readonly<Record<string, number>>;
}

const MAX_REASONS = 200;

/** Gathers what a reader finds: each indicator once, in whatever order they came. */
export class IndicatorSet implements IndicatorSink {
  readonly #byKey = new Map<string, Indicator>();
  readonly #refused = new Map<string, number>();
  #repeated = 0;

  keep = (indicator: Indicator): void => {
    const key = keyOf(indicator);
    const there = this.#byKey.get(key);
    if (there !== undefined) this.#repeated += 1;
    this.#byKey.set(key, there === undefined ? indicator : better(there, indicator));
  };

  refuse = (reason: string): void => {
    const known = this.#refused.has(reason) || this.#refused.size < MAX_REASONS;
    const under = known ? reason : 'other';
    this.#refused.set(under, (this.#refused.get(under) ?? 0) + 1);
  };

  /** Takes back what newer versions of the same objects replace. */
  dropReferences(references: ReadonlySet<string>): void {
    for (const [key, { reference }] of this.#byKey)
      if (reference !== undefined && references.has(reference)) this.#byKey.delete(key);
  }

  values(): Iterable<Indicator> {
    return this.#byKey.values();
  }

  /** As lines in their order, so that the same content is the same text. */
  lines(): readonly string[] {
    return Array.from(this.#byKey.values(), toIndicatorLine).sort();
  }

  counts(): IntakeCounts {
    const byType: Record<string, number> = {};
    for (const { type } of this.#byKey.values()) byType[type] = (byType[type] ?? 0) + 1;
    const refused = Object.fromEntries([...this.#refused].sort(([, a], [, b]) => b - a));
    return { kept: this.#byKey.size, byType, repeated: this.#repeated, refused };
  }
}
