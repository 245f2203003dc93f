import { MINUTE_MS, SECOND_MS } from '../shared/time.ts';
import { type Finding, sayDuration } from './notice.ts';

const ALARM_MS = MINUTE_MS;
const CLEAR_MS = 20 * SECOND_MS;
/** Growing means: more than so long ago. */
const LOOK_BACK_MS = 2 * MINUTE_MS;
const KEPT = 60;

/** How long the oldest record of a source waits to be read, and whether that grows. */
export class Lag {
  private looks: { readonly at: number; readonly waitedMs: number }[] = [];
  private isAlarming = false;

  /** Takes the present wait and says whether it is one to tell of. */
  check(
    at: number,
    waiting: { readonly ms: number; readonly records: number },
  ): Finding | undefined {
    const before = this.looks.findLast((look) => look.at <= at - LOOK_BACK_MS) ?? this.looks[0];
    this.looks = [...this.looks, { at, waitedMs: waiting.ms }].slice(-KEPT);
    const isGrowing = before !== undefined && waiting.ms > before.waitedMs;
    this.isAlarming = this.isAlarming ? waiting.ms > CLEAR_MS : waiting.ms > ALARM_MS && isGrowing;
    if (!this.isAlarming) return undefined;
    return {
      text: `${waiting.records} records wait to be read, the oldest for ${sayDuration(waiting.ms)}; the wait ${isGrowing ? 'grows' : 'shrinks'}.`,
      hint: 'More arrives than can be read, or the state store is slow. Nothing is lost: it is read in order.',
    };
  }
}
