import type { Incident } from '../../correlate/incident.ts';
import type { EntityKind, EntityRole } from '../../entity/entity.ts';
import { isExternalIp } from '../../entity/resolve.ts';

/** What conditions and holes may speak of as `incident.…`; a run keeps the facts it started with. */
export function toFacts(incident: Incident) {
  const pick = (kind: EntityKind, roles?: readonly EntityRole[]): readonly string[] => [
    ...new Set(
      incident.entities
        .filter((e) => e.kind === kind && (!roles || roles.includes(e.role)))
        .map((e) => e.id),
    ),
  ];
  const attackers: readonly EntityRole[] = ['actor', 'source'];
  const found = incident.attackers ?? [];
  const { state } = incident;
  return {
    id: incident.id as string,
    number: incident.number,
    title: incident.title,
    severity: incident.severity_id as number,
    p: incident.score.p,
    priority: incident.priority.level as string,
    status: state.status as string,
    verdict: 'verdict' in state ? (state.verdict.kind as string) : null,
    assignee: 'assignee' in state ? state.assignee : null,
    behaviours: [...incident.behaviours],
    tactics: [...incident.tactics],
    techniques: [...incident.techniques],
    alerts: incident.alertIds.length,
    ips: pick('ip'),
    source_ips: pick('ip', attackers),
    attackers: found.filter(isExternalIp),
    inside_attackers: found.filter((ip) => !isExternalIp(ip)),
    hosts: pick('host'),
    target_hosts: pick('host', ['target']),
    users: pick('user'),
    actors: pick('user', attackers),
    processes: pick('process'),
    files: pick('file'),
    domains: pick('domain'),
    urls: pick('url'),
  };
}

/** Every name after `incident.`, so that a misspelt one is found before a run. */
export const FACT_NAMES = [
  'id',
  'number',
  'title',
  'severity',
  'p',
  'priority',
  'status',
  'verdict',
  'assignee',
  'behaviours',
  'tactics',
  'techniques',
  'alerts',
  'ips',
  'source_ips',
  'attackers',
  'inside_attackers',
  'hosts',
  'target_hosts',
  'users',
  'actors',
  'processes',
  'files',
  'domains',
  'urls',
] as const satisfies readonly (keyof ReturnType<typeof toFacts>)[];
