const HOUR_MIN = 60;

/**
 * Names of time zones in minutes from UTC: those of RFC 822, and those that mean one zone wherever
 * they are written. `IST` and `BST` are of several lands and are none.
 */
const ZONES: Readonly<Record<string, number>> = {
  UTC: 0,
  GMT: 0,
  UT: 0,
  WET: 0,
  WEST: HOUR_MIN,
  CET: HOUR_MIN,
  MEZ: HOUR_MIN,
  CEST: 2 * HOUR_MIN,
  MESZ: 2 * HOUR_MIN,
  EET: 2 * HOUR_MIN,
  SAST: 2 * HOUR_MIN,
  EEST: 3 * HOUR_MIN,
  MSK: 3 * HOUR_MIN,
  SGT: 8 * HOUR_MIN,
  HKT: 8 * HOUR_MIN,
  JST: 9 * HOUR_MIN,
  KST: 9 * HOUR_MIN,
  AEST: 10 * HOUR_MIN,
  AEDT: 11 * HOUR_MIN,
  NZST: 12 * HOUR_MIN,
  NZDT: 13 * HOUR_MIN,
  ART: -3 * HOUR_MIN,
  BRT: -3 * HOUR_MIN,
  EDT: -4 * HOUR_MIN,
  EST: -5 * HOUR_MIN,
  CDT: -5 * HOUR_MIN,
  CST: -6 * HOUR_MIN,
  MDT: -6 * HOUR_MIN,
  MST: -7 * HOUR_MIN,
  PDT: -7 * HOUR_MIN,
  PST: -8 * HOUR_MIN,
  AKDT: -8 * HOUR_MIN,
  AKST: -9 * HOUR_MIN,
  HST: -10 * HOUR_MIN,
};

/** Minutes that a zone is ahead of UTC: `Z`, `+0200`, `-07:00`, `CEST`; what is none counts as UTC. */
export function zoneMinutes(zone: string | undefined): number {
  if (!zone || zone === 'Z') return 0;
  if (/^[A-Z]/.test(zone)) return ZONES[zone] ?? 0;
  const digits = zone.replace(/\D/g, '');
  const minutes = Number(digits.slice(0, 2)) * HOUR_MIN + Number(digits.slice(2));
  return zone.startsWith('-') ? -minutes : minutes;
}
