import { type NeverTouch, type Problem, type Result, toEpochMs } from '@cordon/core';

/** The kill switch as it is saved under the setting `kill_switch`. */
export interface KillSwitch {
  readonly engaged: boolean;
  readonly reason?: string;
  readonly by?: string;
}

/** Reads the saved switch; anything that is no switch counts as engaged: in doubt nothing is done. */
export function readKillSwitch(saved: unknown): KillSwitch {
  if (saved === undefined) return { engaged: false };
  if (
    typeof saved !== 'object' ||
    saved === null ||
    !('engaged' in saved) ||
    typeof saved.engaged !== 'boolean'
  ) {
    return { engaged: true, reason: 'The saved kill switch cannot be read.', by: 'cordon' };
  }
  const text = (key: 'reason' | 'by'): string | undefined => {
    const value = (saved as Record<string, unknown>)[key];
    return typeof value === 'string' ? value : undefined;
  };
  const [reason, by] = [text('reason'), text('by')];
  return {
    engaged: saved.engaged,
    ...(reason === undefined ? {} : { reason }),
    ...(by === undefined ? {} : { by }),
  };
}

/** One at a time: what a person does and what the loop does never overlap. */
export function createTurnstile(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };
}

/** The addresses administrators are logged in from, on top of what is fixed. */
export function createNeverTouchList(fixed: readonly NeverTouch[]) {
  let sessions: readonly NeverTouch[] = [];
  return {
    list: (): readonly NeverTouch[] => [...fixed, ...sessions],
    setSessions(addresses: readonly string[]): void {
      sessions = [...new Set(addresses)].map((value) => ({
        value,
        why: 'an administrator is logged in from there',
      }));
    },
  };
}

export const refuse = (code: Problem['code'], detail: string): Result<never> => ({
  ok: false,
  problem: { code, detail, retryable: false },
});

export const later = (at: number, ms: number) => toEpochMs(at + ms);
