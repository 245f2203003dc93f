/** OCSF severity_id: how bad it is if it is true. */
export const SEVERITY = {
  unknown: 0,
  informational: 1,
  low: 2,
  medium: 3,
  high: 4,
  critical: 5,
} as const;
export type SeverityName = keyof typeof SEVERITY;
export type SeverityId = (typeof SEVERITY)[SeverityName];

/** The word for a severity_id. */
export function toSeverityName(id: SeverityId): SeverityName {
  const names = Object.keys(SEVERITY) as SeverityName[];
  return names[id] ?? 'unknown';
}
