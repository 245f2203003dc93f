import type { DeciderSettings } from '../decide/config.ts';
import { blastRadius } from '../entity/blast-radius.ts';
import type { EntityGraph } from '../entity/entity-graph.ts';
import { mergeEntities } from '../entity/resolve.ts';
import type { SeverityId } from '../event/severity.ts';
import { graver } from '../intel/weakness.ts';
import type { CausalLinks } from '../origin/causal-links.ts';
import { findOrigin } from '../origin/find-origin.ts';
import type { OriginSign } from '../origin/trace-back.ts';
import type { IncidentId } from '../shared/id.ts';
import type { EpochMs } from '../shared/time.ts';
import type { Alert } from '../triage/alert.ts';
import { assessPriority, type Priority, type PriorityInput } from '../triage/priority.ts';
import { findStakes, type Involved } from '../triage/stakes.ts';
import { findAttackers } from './attackers.ts';
import { toStory, toTitle } from './describe.ts';
import { toGraph } from './graph.ts';
import type { Incident, IncidentState } from './incident.ts';
import type { Member } from './member.ts';
import { findMoves } from './moves.ts';
import { type Began, beginningOf, tellOriginChange } from './origin-change.ts';
import { scoreTogether } from './score-together.ts';

/** What does not come from the members. */
export interface IncidentFrame {
  readonly id: IncidentId;
  readonly number: number;
  readonly state: IncidentState;
  readonly revision: number;
  readonly apartFrom?: readonly IncidentId[];
  /** What was taken for the beginning before, and how that changed. */
  readonly began?: Began;
  readonly settings: DeciderSettings;
  readonly links: CausalLinks;
  readonly entities: EntityGraph;
  readonly knownHosts: number;
}

const MAX_ENTITIES = 200;

/**
 * The stages reached. What an address outside only tried, with nothing that shows it worked, is an
 * attempt to get in, whatever the rule says it would have been.
 */
const reachedTactics = (members: readonly Member[]): readonly string[] =>
  hasWorked(members) ? members.flatMap((member) => member.alert.rule.tactics) : ['initial-access'];

const hasWorked = (members: readonly Member[]): boolean =>
  members.some(
    ({ alert, trace }) =>
      !trace.isAddressOnly ||
      alert.score.contributions.some((one) => one.evidence.kind === 'success-after-failures'),
  );

/** What can be reached from here, and what rests on that; nothing while nobody got in. */
function reachOf(
  members: readonly Member[],
  involved: Involved & { readonly at: EpochMs },
  { entities, settings }: IncidentFrame,
): PriorityInput['reach'] {
  if (!hasWorked(members)) return undefined;
  const { accounts, machines } = blastRadius(entities, involved);
  if (machines.length === 0) return undefined;
  const { at } = involved;
  const { asset, rights } = findStakes({ hosts: machines, users: accounts, at }, settings);
  return {
    machines: machines.length,
    ...(asset ? { asset } : {}),
    ...(rights ? { rights } : {}),
  };
}

function priorityOf(p: number, members: readonly Member[], frame: IncidentFrame): Priority {
  const hosts = [...new Set(members.flatMap((member) => member.trace.host ?? []))];
  const users = [...new Set(members.flatMap((member) => member.trace.users))];
  const weakness = members.reduce<Alert['weakness']>(
    (worst, { alert }) => (alert.weakness?.exploited ? graver(worst, alert.weakness) : worst),
    undefined,
  );
  const at = Math.max(...members.map(({ alert }) => alert.lastAt)) as EpochMs;
  const reach = reachOf(members, { hosts, users, at }, frame);
  const exploited = weakness && `${weakness.cve} is exploited elsewhere (${weakness.exploited})`;
  return assessPriority({
    p,
    ...findStakes({ hosts, users, at }, frame.settings),
    ...(exploited ? { exploited } : {}),
    ...(reach ? { reach } : {}),
    hosts: hosts.length,
    knownHosts: frame.knownHosts,
    tactics: reachedTactics(members),
  });
}

/** The alert as the search for the beginning takes it. */
export function toSign({ alert, trace }: Member): OriginSign {
  return {
    at: alert.firstAt,
    lastAt: alert.lastAt,
    p: alert.score.p,
    isAddressOnly: trace.isAddressOnly,
    externalIps: trace.externalIps,
    internalIps: trace.fromHosts,
    ...(trace.host === undefined ? {} : { host: trace.host }),
    users: trace.users,
    processKeys: trace.processKeys,
    techniques: alert.rule.techniques,
    text: alert.text,
    offsets: alert.offsets,
  };
}

const distinct = (values: readonly string[]): readonly string[] => [...new Set(values)];

/** Machines and acting addresses first, so that the cap never hides them. */
function entitiesOf(members: readonly Member[]): Incident['entities'] {
  const all = members.flatMap((member) => member.alert.entities);
  const isLeading = (kind: string): boolean => kind === 'host' || kind === 'ip' || kind === 'user';
  return mergeEntities(
    [...all.filter((ref) => isLeading(ref.kind)), ...all.filter((ref) => !isLeading(ref.kind))],
    MAX_ENTITIES,
  );
}

/** The incident that these alerts make, complete; pure in its members, the links and the frame. */
export function buildIncident(unordered: readonly Member[], frame: IncidentFrame): Incident {
  const members = [...unordered].sort(
    (a, b) => a.alert.firstAt - b.alert.firstAt || (a.alert.id < b.alert.id ? -1 : 1),
  );
  const alerts = members.map((member) => member.alert);
  const score = scoreTogether(frame.id, members);
  const priority = priorityOf(score.p, members, frame);
  const origin = findOrigin(members.map(toSign), frame.links);
  const beginning = beginningOf(origin);
  const lastAt = Math.max(...alerts.map((alert) => alert.lastAt)) as EpochMs;
  const changes = frame.began ? tellOriginChange(frame.began, origin, lastAt) : [];
  return {
    id: frame.id,
    number: frame.number,
    title: toTitle(members, beginning),
    story: toStory(members, {
      moves: findMoves(members, frame.links),
      origin: [origin.text, ...changes.slice(-1).map(({ text }) => text)].join(' '),
      why: priority.why,
    }),
    severity_id: alerts.reduce<SeverityId>(
      (worst, alert) => (alert.severity_id > worst ? alert.severity_id : worst),
      0,
    ),
    behaviours: distinct(alerts.map((alert) => alert.rule.behaviour)),
    tactics: distinct(alerts.flatMap((alert) => alert.rule.tactics)),
    techniques: distinct(alerts.flatMap((alert) => alert.rule.techniques)),
    firstAt: Math.min(...alerts.map((alert) => alert.firstAt)) as EpochMs,
    lastAt,
    alertIds: alerts.map((alert) => alert.id),
    entities: entitiesOf(members),
    attackers: findAttackers(members, (own) => scoreTogether(frame.id, own).p),
    graph: toGraph(members, frame.links),
    score,
    priority,
    origin,
    ...(changes.length === 0 ? {} : { originChanges: changes }),
    state: frame.state,
    ...(frame.apartFrom === undefined ? {} : { apartFrom: frame.apartFrom }),
    revision: frame.revision,
  };
}
