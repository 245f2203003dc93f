import { DAY_MS } from '../shared/time.ts';

/** What was said of a key last; part of its state. */
export interface Told {
  /** Chance that was given; 1 before anything was said. */
  toldP: number;
  toldAt: number;
}

export const untold = (): Told => ({ toldP: 1, toldAt: 0 });

/**
 * Is it worth saying? Once a day for each key, and again on the same day only when the chance fell
 * to its square: twice the evidence. So a key says at most a handful of things a day.
 */
export function shouldTell(
  told: Told,
  p: number,
  { time, atMost }: { readonly time: number; readonly atMost: number },
): boolean {
  if (!(p <= atMost)) return false;
  const isNewDay = time - told.toldAt >= DAY_MS;
  if (!isNewDay && told.toldP < 1 && p > Math.max(LEAST_P, told.toldP ** 2)) return false;
  if (!isNewDay && told.toldP <= LEAST_P) return false;
  told.toldP = Math.max(LEAST_P, p);
  told.toldAt = time;
  return true;
}

/** Evidence is full long before: 1e-24 and less is the same. */
const LEAST_P = 1e-24;

/** A value of an event within a sentence. */
export const cut = (text: string, most = 80): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;

/** A chance as text: `0.002`, `3e-7`. */
export const chanceText = (p: number): string =>
  p >= 0.001 ? String(Number(p.toPrecision(2))) : Math.max(p, LEAST_P).toExponential(0);
