import type { Incident } from '../correlate/incident.ts';
import { canonicalHost, canonicalIp } from '../entity/resolve.ts';
import type { Alert } from '../triage/alert.ts';
import { objectId } from './stix-id.ts';
import {
  common,
  machineObject,
  producer,
  type StixOut,
  stixTime,
  techniqueObject,
  toBundle,
  toObservable,
} from './stix-objects.ts';
import { tellStory } from './tell-story.ts';

const MAX_COUNT = 999_999_999;
const TECHNIQUE = /^T\d{4}(?:\.\d{3})?$/;

/** What an alert saw: its observables, at least the machine. */
function observationOf(alert: Alert): readonly StixOut[] {
  const seen = alert.entities.flatMap((entity) => toObservable(entity) ?? []);
  if (seen.length === 0) return [];
  const data: StixOut = {
    ...common('observed-data', objectId('observed-data', alert.id), alert.lastAt),
    first_observed: stixTime(alert.firstAt),
    last_observed: stixTime(alert.lastAt),
    number_observed: Math.min(MAX_COUNT, Math.max(1, alert.eventCount)),
    object_refs: [...new Set(seen.map(({ id }) => id))],
    external_references: [
      { source_name: 'cordon', external_id: alert.id, description: alert.rule.title },
    ],
  };
  return [...seen, data];
}

const related = (incident: Incident, from: string, to: string): StixOut => ({
  ...common('relationship', objectId('relationship', from, to), incident.lastAt),
  relationship_type: 'related-to',
  source_ref: from,
  target_ref: to,
});

const escapePattern = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");

/** An address that attacks, as an indicator that others can take in. */
function indicatorOf(incident: Incident, address: string): StixOut {
  const ip = canonicalIp(address) ?? address;
  const type = ip.includes(':') ? 'ipv6-addr' : 'ipv4-addr';
  return {
    ...common('indicator', objectId('indicator', incident.id, ip), incident.lastAt),
    name: `Address that attacked in ${nameOf(incident)}`,
    indicator_types: ['malicious-activity'],
    pattern: `[${type}:value = '${escapePattern(ip)}']`,
    pattern_type: 'stix',
    valid_from: stixTime(incident.firstAt),
    confidence: Math.round(Math.min(0.99, incident.score.p) * 100),
  };
}

const nameOf = ({ number }: Incident): string => `INC-${number}`;

/** What is thought of the beginning, as an analyst's note with its confidence. */
function originNote(incident: Incident): StixOut {
  const { origin } = incident;
  const top = origin.kind === 'found' ? origin.hypotheses[0] : undefined;
  return {
    ...common('note', objectId('note', incident.id, 'origin'), incident.lastAt),
    abstract: 'Where it began',
    content: [origin.text, ...(top?.supporting ?? [])].join('\n'),
    object_refs: [incidentId(incident)],
    ...(top === undefined ? {} : { confidence: Math.round(Math.min(0.99, top.p) * 100) }),
  };
}

const incidentId = ({ id }: Incident): string => objectId('incident', id);

/**
 * An incident as a STIX 2.1 bundle: the incident, its techniques, machines, observables, what was
 * observed, indicators of those who attack, and a report over all. The same incident in the same
 * state gives the same bundle.
 */
export function toStixBundle(incident: Incident, alerts: readonly Alert[]): StixOut {
  const { lastAt } = incident;
  const sentences = tellStory(incident, alerts);
  const self: StixOut = {
    ...common('incident', incidentId(incident), lastAt),
    name: `${nameOf(incident)}: ${incident.title}`,
    description: sentences.map(({ text }) => text).join('\n'),
    confidence: Math.round(Math.min(0.99, incident.score.p) * 100),
    external_references: [{ source_name: 'cordon', external_id: incident.id }],
  };
  const techniques = incident.techniques
    .filter((id) => TECHNIQUE.test(id))
    .map((id) => techniqueObject(id, lastAt));
  const hosts = [...incident.entities, ...alerts.flatMap(({ entities }) => entities)]
    .filter(({ kind }) => kind === 'host')
    .map(({ id }) => canonicalHost(id));
  const machines = [...new Set(hosts)].map((host) => machineObject(host, lastAt));
  const indicators = (incident.attackers ?? []).map((one) => indicatorOf(incident, one));
  const observations = alerts.flatMap(observationOf);
  const links = [...techniques, ...machines, ...indicators].map(({ id }) =>
    related(incident, self.id, id),
  );
  const told = [
    self,
    ...techniques,
    ...machines,
    ...indicators,
    ...observations,
    originNote(incident),
  ];
  const report: StixOut = {
    ...common('report', objectId('report', incident.id), lastAt),
    name: self['name'] ?? '',
    report_types: ['incident'],
    published: stixTime(lastAt),
    object_refs: [...new Set([...told, ...links].map(({ id }) => id))],
  };
  return toBundle(['stix', incident.id], [producer(lastAt), ...told, ...links, report]);
}
