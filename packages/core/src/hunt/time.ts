import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../shared/time.ts';

const UNITS: Readonly<Record<string, number>> = {
  s: SECOND_MS,
  m: MINUTE_MS,
  h: HOUR_MS,
  d: DAY_MS,
  w: 7 * DAY_MS,
};

/** `now`, `now-7d`, `2026-11-24`, `2026-11-24T06:30:00Z`, or milliseconds; times without a zone are UTC. */
export function readHuntTime(text: string, now: EpochMs): number | undefined {
  const relative = /^now(?:-(\d{1,6})([smhdw]))?$/i.exec(text);
  if (relative)
    return Math.max(
      0,
      now - Number(relative[1] ?? 0) * (UNITS[relative[2]?.toLowerCase() ?? 's'] ?? 0),
    );
  if (/^\d{12,15}$/.test(text)) return Number(text);
  const date =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[-+]\d\d:\d\d)?)?$/i.exec(text);
  if (!date) return undefined;
  const at = Date.parse(`${date[1]}T${date[2] ?? '00:00'}${date[3] ?? 'Z'}`);
  return Number.isNaN(at) || at < 0 ? undefined : at;
}
