/** Wakes the loop; a ring that nobody waits for is kept. */
export function createAlarm() {
  let resolve: (() => void) | undefined;
  let isRung = false;
  return {
    ring(): void {
      isRung = true;
      resolve?.();
    },
    /** Until the ring, the abort, or `ms` have passed. */
    async wait(ms: number, signal: AbortSignal): Promise<void> {
      if (!isRung && !signal.aborted) {
        let timer: NodeJS.Timeout | undefined;
        await new Promise<void>((done) => {
          resolve = done;
          signal.addEventListener('abort', () => done(), { once: true });
          timer = setTimeout(done, ms);
        });
        clearTimeout(timer);
      }
      isRung = false;
      resolve = undefined;
    },
  };
}
export type Alarm = ReturnType<typeof createAlarm>;

/** Rings when the work is done. */
export async function rung<T>(alarm: Alarm, work: Promise<T>): Promise<T> {
  const result = await work;
  alarm.ring();
  return result;
}
