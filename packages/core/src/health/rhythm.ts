import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../shared/time.ts';
import { type Finding, sayDuration } from './notice.ts';

/** Hours of a weekday, then hours of a weekend day (UTC). */
const SLOTS = 48;
const DAY_SLOTS = 24;
/** So many past days are remembered for each hour. */
const KEPT_DAYS = 8;
const MIN_DAYS = 3;
/** An hour in which records are expected had some on all remembered days but one in ten. */
const EXPECTED_SHARE = 0.9;
const SHORTEST_ALARM_MS = 5 * MINUTE_MS;
const SLACK = 3;
/** Before three days are known only a source that never paused is expected to go on. */
const EARLY_RECORDS = 500;
const EARLY_SPAN_MS = 10 * MINUTE_MS;
const EARLY_GAP_MS = MINUTE_MS;
const EARLY_ALARM_MS = 10 * MINUTE_MS;
const EARLY_SLACK = 60;
/** A source that is quiet for long by nature: only a multiple of its longest pause is news. */
const RARE_DAYS = 8;
const RARE_GAPS = 10;
const RARE_SLACK = 3;

/** One hour of the day as it was on past days. */
interface Slot {
  days: number;
  activeDays: number;
  /** The longest silence of each remembered day, newest last. */
  silences: number[];
}

/** What is known of the rhythm of one source; plain data. */
export interface RhythmState {
  firstAt: number;
  lastAt: number;
  /** Counted arrivals, and pauses of a minute and more between them. */
  arrivals: number;
  pauses: number;
  longestGap: number;
  hour: number;
  /** The hour under way was not watched from its beginning, and says nothing. */
  hourIsPartial: boolean;
  hourWasActive: boolean;
  hourSilence: number;
  slots: Slot[];
}

const slotOf = (hour: number): number => {
  const day = (Math.floor(hour / DAY_SLOTS) + 4) % 7;
  return (day === 0 || day === 6 ? DAY_SLOTS : 0) + (hour % DAY_SLOTS);
};
const hourOf = (at: number): number => Math.floor(at / HOUR_MS);

/**
 * When a source usually speaks, learned from its arrivals: for every hour of weekdays and of weekend
 * days on how many of the last days there were records and how long the longest silence was. An hour
 * counts as silent only where records are expected, so nights and weekends of an office never alarm.
 */
export class Rhythm {
  private state: RhythmState;
  /** Why the silence is news; stands until the next record. */
  private alarm: string | undefined;

  constructor(at: number, state?: RhythmState) {
    this.state = state ?? emptyState(at);
    // What went on while nobody watched is neither silence nor rhythm.
    const fresh = { lastAt: at, hour: hourOf(at), hourIsPartial: true, hourWasActive: false };
    if (state) this.state = { ...copyOf(state), ...fresh, hourSilence: 0 };
  }

  /** Records arrived. */
  observe(at: number): void {
    const { state } = this;
    this.advance(at);
    const gap = Math.max(0, at - state.lastAt);
    state.longestGap = state.arrivals === 0 ? 0 : Math.max(state.longestGap, gap);
    if (state.arrivals > 0 && gap >= MINUTE_MS) state.pauses += 1;
    state.hourSilence = Math.max(state.hourSilence, this.expectedSilence(at));
    state.hourWasActive = true;
    state.arrivals += 1;
    state.lastAt = at;
    this.alarm = undefined;
  }

  /** Is it silent for longer than is usual for it? */
  check(at: number): Finding | undefined {
    const { state } = this;
    this.advance(at);
    if (state.arrivals === 0) return undefined;
    const limit = this.alarm === undefined ? this.limit(at) : undefined;
    if (limit && limit.measured > limit.ms) this.alarm = limit.why;
    if (this.alarm === undefined) return undefined;
    return {
      text: `No record for ${sayDuration(at - state.lastAt)}; ${this.alarm}.`,
      hint: 'Look at the sender and the way from it: service, network, firewall, disk. This clears itself with the next record.',
    };
  }

  /** What is to be kept over a restart. */
  snapshot(): RhythmState {
    return copyOf(this.state);
  }

  /** When the last record arrived, or when watching began. */
  lastAt(): number {
    return this.state.lastAt;
  }

  private limit(at: number): { ms: number; measured: number; why: string } | undefined {
    const { state } = this;
    const silence = at - state.lastAt;
    const slot = this.slot(hourOf(at));
    if (isExpected(slot)) {
      const usual = this.usualSilence(hourOf(at));
      return {
        ms: Math.max(SHORTEST_ALARM_MS, SLACK * usual),
        measured: this.expectedSilence(at),
        why: `at this hour its longest silence of the last ${slot?.days ?? 0} days was ${sayDuration(usual)}`,
      };
    }
    return this.earlyLimit(silence) ?? this.rareLimit(silence);
  }

  private earlyLimit(silence: number) {
    const { arrivals, firstAt, lastAt, longestGap } = this.state;
    const isKnown = this.state.slots.some(({ days }) => days >= MIN_DAYS);
    const isSteady =
      arrivals >= EARLY_RECORDS && lastAt - firstAt >= EARLY_SPAN_MS && longestGap <= EARLY_GAP_MS;
    if (isKnown || !isSteady) return undefined;
    return {
      ms: Math.max(EARLY_ALARM_MS, EARLY_SLACK * longestGap),
      measured: silence,
      why: `in the ${sayDuration(lastAt - firstAt)} before, it never paused for longer than ${sayDuration(Math.max(longestGap, SECOND_MS))}`,
    };
  }

  private rareLimit(silence: number) {
    const { pauses, firstAt, lastAt, longestGap } = this.state;
    if (pauses < RARE_GAPS || lastAt - firstAt < RARE_DAYS * DAY_MS) return undefined;
    return {
      ms: Math.max(DAY_MS, RARE_SLACK * longestGap),
      measured: silence,
      why: `its longest pause so far was ${sayDuration(longestGap)}`,
    };
  }

  /** The silence since the last record or since the first of the hours in which records are expected. */
  private expectedSilence(at: number): number {
    let start = at;
    for (let hour = hourOf(at); isExpected(this.slot(hour)); hour -= 1) {
      start = Math.max(this.state.lastAt, hour * HOUR_MS);
      if (start === this.state.lastAt) break;
    }
    const known = isExpected(this.slot(hourOf(at)));
    return known ? at - start : Math.min(at - this.state.lastAt, at - hourOf(at) * HOUR_MS);
  }

  /** With the hours beside it, since nobody keeps time to the minute. */
  private usualSilence(hour: number): number {
    const near = [hour - 1, hour, hour + 1].flatMap((one) => {
      const slot = this.slot(one);
      return slot && isExpected(slot) ? slot.silences : [];
    });
    return Math.max(0, ...near);
  }

  private slot(hour: number): Slot | undefined {
    return this.state.slots[slotOf(hour)];
  }

  /** Closes the hours that are over; after a long pause only as many as are remembered. */
  private advance(at: number): void {
    const { state } = this;
    const hour = hourOf(at);
    state.hour = Math.max(state.hour, hour - 24 * 7 * KEPT_DAYS);
    while (state.hour < hour) {
      const end = (state.hour + 1) * HOUR_MS;
      this.closeHour(
        Math.max(state.hourSilence, state.hourWasActive ? this.expectedSilence(end - 1) : 0),
      );
    }
  }

  private closeHour(silence: number): void {
    const { state } = this;
    const slot = state.hourIsPartial ? undefined : this.slot(state.hour);
    if (slot) {
      const isFull = slot.days >= KEPT_DAYS;
      // Old days fade: the share of active days moves as a mean over the remembered ones.
      if (isFull) slot.activeDays -= slot.activeDays / slot.days;
      else slot.days += 1;
      if (state.hourWasActive) {
        slot.activeDays += 1;
        slot.silences = [...slot.silences, silence].slice(-KEPT_DAYS);
      }
    }
    state.hour += 1;
    state.hourIsPartial = false;
    state.hourWasActive = false;
    state.hourSilence = 0;
  }
}

const isExpected = (slot: Slot | undefined): boolean =>
  slot !== undefined && slot.days >= MIN_DAYS && slot.activeDays / slot.days >= EXPECTED_SHARE;

const emptyState = (at: number): RhythmState => ({
  firstAt: at,
  lastAt: at,
  arrivals: 0,
  pauses: 0,
  longestGap: 0,
  hour: hourOf(at),
  hourIsPartial: true,
  hourWasActive: false,
  hourSilence: 0,
  slots: Array.from({ length: SLOTS }, () => ({ days: 0, activeDays: 0, silences: [] })),
});

const copyOf = (state: RhythmState): RhythmState => ({
  ...state,
  slots: state.slots.map((slot) => ({ ...slot, silences: [...slot.silences] })),
});
