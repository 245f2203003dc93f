import { span } from '../../parts/format.ts';

/** How long something took: tenths of a second while it is short, `2 h 5 min` where that tells more. */
export function lasting(seconds: number): string {
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`;
  if (seconds < 3_600 || seconds >= 172_800) return span(Math.round(seconds));
  const minutes = Math.round((seconds % 3_600) / 60);
  const hours = Math.floor(seconds / 3_600) + (minutes === 60 ? 1 : 0);
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes} min`;
}
