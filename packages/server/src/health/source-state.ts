import {
  ClockSkew,
  type FailureState,
  type Finding,
  Lag,
  MINUTE_MS,
  type Notice,
  type NoticeKind,
  ParseFailures,
  Rhythm,
  type RhythmState,
  type SkewState,
  type TimesState,
  UnusableTimes,
} from '@cordon/core';

const MINUTES = 60;
/** Losses are told of for so long after the last one. */
const LOSS_MS = 10 * MINUTE_MS;

/** What is kept of one source over a restart. */
export interface SavedSource {
  readonly rhythm: RhythmState;
  readonly failures: FailureState;
  readonly skew: SkewState;
  readonly times?: TimesState;
}

/** The detectors of one source and what they say now. */
export class SourceState {
  readonly rhythm: Rhythm;
  readonly failures: ParseFailures;
  readonly skew: ClockSkew;
  readonly times: UnusableTimes;
  private readonly lag = new Lag();
  private readonly standing = new Map<NoticeKind, Notice>();
  private readonly counts = new Array<number>(MINUTES).fill(0);
  private minute: number;
  private losses: { count: number; at: number; recent: number } | undefined;
  /** Its own books are looked at twice before they are called wrong. */
  private wrongLooks = 0;

  /** `isNew`: it began while we watched, so its first loss is news, too. */
  constructor(at: number, saved?: SavedSource, isNew = false) {
    if (isNew) this.losses = { count: 0, at: Number.NEGATIVE_INFINITY, recent: 0 };
    this.rhythm = new Rhythm(at, saved?.rhythm);
    this.failures = new ParseFailures(saved?.failures);
    this.skew = new ClockSkew(saved?.skew);
    this.times = new UnusableTimes(saved?.times);
    this.minute = Math.floor(at / MINUTE_MS);
  }

  arrived(count: number, at: number): void {
    this.rhythm.observe(at);
    this.moveTo(at);
    const index = this.minute % MINUTES;
    this.counts[index] = (this.counts[index] ?? 0) + count;
  }

  /** Records in each of the last 60 minutes, oldest first. */
  minutes(at: number): readonly number[] {
    this.moveTo(at);
    return Array.from(
      { length: MINUTES },
      (_, index) => this.counts[(this.minute + 1 + index) % MINUTES] ?? 0,
    );
  }

  /** Looks at everything; `now` are the facts of this moment. */
  check(sourceId: string, now: Facts): readonly Notice[] {
    const found: Readonly<Partial<Record<NoticeKind, Finding | undefined>>> = {
      failed:
        now.failure === undefined
          ? undefined
          : { text: now.failure, hint: now.failureHint ?? 'It is tried again.' },
      books: this.checkBooks(now),
      silence: now.failure !== undefined || !now.isWatched ? undefined : this.rhythm.check(now.at),
      parse_failures: this.failures.check(),
      skew: this.skew.check(now.at),
      times: this.times.check(),
      lag: this.lag.check(now.at, { ms: now.waitedMs, records: now.waiting }),
      losses: this.checkLosses(now),
    };
    for (const [kind, finding] of Object.entries(found) as [NoticeKind, Finding | undefined][]) {
      const since = this.standing.get(kind)?.since ?? now.at;
      if (finding) this.standing.set(kind, { kind, sourceId, since, ...finding });
      else this.standing.delete(kind);
    }
    return [...this.standing.values()];
  }

  snapshot(): SavedSource {
    return {
      rhythm: this.rhythm.snapshot(),
      failures: this.failures.snapshot(),
      skew: this.skew.snapshot(),
      times: this.times.snapshot(),
    };
  }

  private checkBooks({ difference }: Facts): Finding | undefined {
    this.wrongLooks = difference === 0 ? 0 : this.wrongLooks + 1;
    if (this.wrongLooks < 2) return undefined;
    return {
      text: `Its books do not balance: ${Math.abs(difference)} records ${difference > 0 ? 'have no end' : 'have more than one end'}.`,
      hint: 'This is a mistake of Cordon: please report it with the output of `cordon status --json`.',
    };
  }

  private checkLosses({ lost, at }: Facts): Finding | undefined {
    const before = this.losses ?? { count: lost, at: Number.NEGATIVE_INFINITY, recent: 0 };
    const isOver = at - before.at > LOSS_MS;
    const news = lost - before.count;
    this.losses = {
      count: lost,
      at: news > 0 ? at : before.at,
      recent: (isOver ? 0 : before.recent) + Math.max(0, news),
    };
    if (at - this.losses.at > LOSS_MS) return undefined;
    return {
      text: `${this.losses.recent} of its records were not taken in the last minutes.`,
      hint: 'Its counts say why, by reason: refused (queue or disk full, too long) or dropped by the kernel (UDP).',
    };
  }

  private moveTo(at: number): void {
    const minute = Math.floor(at / MINUTE_MS);
    const steps = Math.min(MINUTES, Math.max(0, minute - this.minute));
    for (let step = 1; step <= steps; step += 1) this.counts[(minute - steps + step) % MINUTES] = 0;
    this.minute = Math.max(this.minute, minute);
  }
}

/** What is so of a source at one moment. */
export interface Facts {
  readonly at: number;
  readonly waiting: number;
  readonly waitedMs: number;
  readonly difference: number;
  /** Records that never entered, ever. */
  readonly lost: number;
  /** Is it configured, so that its silence is news? */
  readonly isWatched: boolean;
  readonly failure?: string | undefined;
  readonly failureHint?: string | undefined;
}
