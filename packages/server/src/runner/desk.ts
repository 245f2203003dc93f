import type { NeverTouch, Problem, Result } from '@cordon/core';

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

/** What is never touched: what is fixed, and where administrators are logged in from. */
export function createNeverTouchList(
  fixed: readonly NeverTouch[],
  administratorAddresses: () => Promise<readonly string[]>,
) {
  let sessions: readonly NeverTouch[] = [];
  const list = (): readonly NeverTouch[] => [...fixed, ...sessions];
  return {
    /** As it was last looked up. */
    list,
    async lookUp(): Promise<readonly NeverTouch[]> {
      sessions = [...new Set(await administratorAddresses())].map((value) => ({
        value,
        why: 'an administrator is logged in from there',
      }));
      return list();
    },
  };
}

export const refuse = (code: Problem['code'], detail: string): Result<never> => ({
  ok: false,
  problem: { code, detail, retryable: false },
});
