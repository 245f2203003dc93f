import { type Finding, sayShare } from './notice.ts';

/** The present is about the last so many events. */
const RECENT_EVENTS = 1_000;
const MIN_UNUSABLE = 10;
const MIN_SHARE = 0.01;
/** An alarm ends below half of what began it, so that it does not flicker. */
const CLEAR = 0.5;

/** Events and how many of them had something for a time that cannot be one; plain data. */
export interface TimesState {
  events: number;
  unusable: number;
  /** What stood there last. */
  shown: string;
  isAlarming: boolean;
}

/**
 * The share of a source's events whose record has a time that cannot be: they are dated by the record
 * before them or by their receipt, which rules over time and people who read timelines should know.
 */
export class UnusableTimes {
  private readonly state: TimesState;

  constructor(state?: TimesState) {
    this.state = state ? { ...state } : { events: 0, unusable: 0, shown: '', isAlarming: false };
  }

  /** So many events came, so many of them without a usable time; `shown`: what stood there. */
  observe(events: number, unusable: number, shown = ''): void {
    const { state } = this;
    state.events += events;
    state.unusable += unusable;
    if (shown !== '') state.shown = shown;
    if (state.events <= RECENT_EVENTS) return;
    state.unusable *= RECENT_EVENTS / state.events;
    state.events = RECENT_EVENTS;
  }

  check(): Finding | undefined {
    const { state } = this;
    const share = state.events === 0 ? 0 : state.unusable / state.events;
    const least = state.isAlarming ? CLEAR : 1;
    state.isAlarming = state.unusable >= MIN_UNUSABLE * least && share >= MIN_SHARE * least;
    if (!state.isAlarming) return undefined;
    return {
      text: `${sayShare(share)} of its last ${Math.round(state.events)} events had a time that cannot be, such as "${state.shown}": they are dated by the record before them, or by their receipt.`,
      hint: 'Set the clock or the date format of the sender, or name the right field under `time` in its parser.',
    };
  }

  snapshot(): TimesState {
    return { ...this.state };
  }
}
