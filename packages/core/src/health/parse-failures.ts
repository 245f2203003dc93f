import { type Finding, sayShare } from './notice.ts';

/** A source that nobody knows yet is expected to be read but for one record in twenty. */
const PRIOR_SHARE = 0.05;
const PRIOR_RECORDS = 500;
/** The history fades: it stands for at most so many records. */
const HISTORY_RECORDS = 200_000;
/** The present is about the last so many records. */
const RECENT_RECORDS = 1_000;
const MIN_RECENT = 100;
const MIN_RISE = 0.1;
const SIGMAS = 4;
/** An alarm ends below half of the rise that began it, so that it does not flicker. */
const CLEAR = 0.5;

/** Records and how many of them nothing could read; plain data. */
export interface FailureState {
  records: number;
  failures: number;
  recentRecords: number;
  recentFailures: number;
  isAlarming: boolean;
}

/** The share of records that no parser takes, against what is usual for the source. */
export class ParseFailures {
  private readonly state: FailureState;

  constructor(state?: FailureState) {
    this.state = state
      ? { ...state }
      : { records: 0, failures: 0, recentRecords: 0, recentFailures: 0, isAlarming: false };
  }

  /** So many records ended, so many of them unread. */
  observe(records: number, failures: number): void {
    const { state } = this;
    state.recentRecords += records;
    state.recentFailures += failures;
    // What leaves the present becomes history.
    const over = state.recentRecords - RECENT_RECORDS;
    if (over <= 0) return;
    const gone = over / state.recentRecords;
    state.records += over;
    state.failures += state.recentFailures * gone;
    state.recentRecords -= over;
    state.recentFailures *= 1 - gone;
    const fade = Math.min(1, HISTORY_RECORDS / state.records);
    state.records *= fade;
    state.failures *= fade;
  }

  /** So many of its unread records were run again and read: they are no failures of the present. */
  mended(records: number): void {
    this.state.recentFailures = Math.max(0, this.state.recentFailures - records);
  }

  /** The share of the present. */
  share(): number {
    return this.state.recentRecords === 0
      ? 0
      : this.state.recentFailures / this.state.recentRecords;
  }

  check(): Finding | undefined {
    const { state } = this;
    if (state.recentRecords < MIN_RECENT) return undefined;
    const usual = (state.failures + PRIOR_SHARE * PRIOR_RECORDS) / (state.records + PRIOR_RECORDS);
    const spread = Math.sqrt((usual * (1 - usual)) / state.recentRecords);
    const rise = Math.max(MIN_RISE, SIGMAS * spread) * (state.isAlarming ? CLEAR : 1);
    state.isAlarming = this.share() > usual + rise;
    if (!state.isAlarming) return undefined;
    return {
      text: `${sayShare(this.share())} of the last ${Math.round(state.recentRecords)} records could not be read; ${state.records > 0 ? `usual for it is ${sayShare(usual)}` : 'it is new here'}.`,
      hint: 'Look at its dead letters: they say why each parser passed. After a parser fix, run them again.',
    };
  }

  snapshot(): FailureState {
    return { ...this.state };
  }
}
