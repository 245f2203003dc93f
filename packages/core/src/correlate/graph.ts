import type { EntityRef } from '../entity/entity.ts';
import { entityKey } from '../entity/entity.ts';
import { canonicalIp } from '../entity/resolve.ts';
import type { CausalLinks } from '../origin/causal-links.ts';
import type { AlertId } from '../shared/id.ts';
import type { EpochMs } from '../shared/time.ts';
import type { GraphEdge, GraphNode, Incident } from './incident.ts';
import type { Member } from './member.ts';

const MAX_NODES = 200;
const MAX_EDGES = 400;
const MAX_ALERTS_PER_NODE = 50;

const VERBS: Readonly<Record<string, string>> = {
  bruteforce: 'tried to log in to',
  brute_force: 'tried to log in to',
  password_spray: 'tried to log in to',
  web_attack: 'attacked',
  scan: 'scanned',
  scanning: 'scanned',
  portscan: 'scanned',
  port_scan: 'scanned',
};

/** Collects nodes and edges, each once, within the caps. */
class GraphBuilder {
  readonly nodes = new Map<
    string,
    { entity: EntityRef; firstAt: EpochMs; lastAt: EpochMs; alertIds: AlertId[] }
  >();
  readonly edges = new Map<string, GraphEdge>();

  node(entity: EntityRef, member: Member): string | undefined {
    const key = entityKey(entity);
    const { firstAt, lastAt, id } = member.alert;
    const there = this.nodes.get(key);
    if (!there) {
      if (this.nodes.size >= MAX_NODES) return undefined;
      this.nodes.set(key, { entity, firstAt, lastAt, alertIds: [id] });
      return key;
    }
    if (firstAt < there.firstAt) there.firstAt = firstAt;
    if (lastAt > there.lastAt) there.lastAt = lastAt;
    if (!there.alertIds.includes(id) && there.alertIds.length < MAX_ALERTS_PER_NODE)
      there.alertIds.push(id);
    return key;
  }

  /** Only between two different nodes that are there. */
  edge(edge: GraphEdge): void {
    if (edge.from === edge.to || !this.nodes.has(edge.from) || !this.nodes.has(edge.to)) return;
    const key = `${edge.from}|${edge.to}|${edge.label}`;
    const there = this.edges.get(key);
    if (!there && this.edges.size >= MAX_EDGES) return;
    const at = there && there.at < edge.at ? there.at : edge.at;
    this.edges.set(key, { ...edge, at, count: (there?.count ?? 0) + edge.count });
  }
}

/** What an acting entity did to the target, in a short verb phrase. */
function verbFor(from: EntityRef, to: EntityRef, behaviour: string): string {
  if (from.kind === 'user') return to.kind === 'process' ? 'ran' : 'acted on';
  if (from.kind === 'process') return to.kind === 'host' ? 'ran on' : 'touched';
  return VERBS[behaviour.replaceAll('-', '_')] ?? 'acted against';
}

function isActing(ref: EntityRef): boolean {
  return ref.role === 'source' || ref.role === 'actor';
}

/** The machine it happens on, as an entity. */
function machineOf(member: Member): readonly EntityRef[] {
  const { host } = member.trace;
  return host === undefined
    ? []
    : [{ kind: canonicalIp(host) ? 'ip' : 'host', id: host, role: 'target' }];
}

function targetsOf(member: Member): readonly EntityRef[] {
  const targets = member.alert.entities.filter((ref) => ref.role === 'target');
  const keys = new Set(targets.map(entityKey));
  return [...machineOf(member).filter((ref) => !keys.has(entityKey(ref))), ...targets];
}

function addMember(graph: GraphBuilder, member: Member): void {
  const { alert } = member;
  for (const ref of [...alert.entities, ...machineOf(member)]) graph.node(ref, member);
  const targets = targetsOf(member);
  for (const from of alert.entities.filter(isActing)) {
    for (const to of targets) {
      const label = verbFor(from, to, alert.rule.behaviour);
      const ends = { from: entityKey(from), to: entityKey(to) };
      graph.edge({ ...ends, label, at: alert.firstAt, count: alert.eventCount });
    }
  }
}

const placeKey = (place: string): string => (canonicalIp(place) ? `ip:${place}` : `host:${place}`);

/** Log-ins between places that are both in the graph. */
function addLogons(graph: GraphBuilder, members: readonly Member[], links: CausalLinks): void {
  const lastAt = Math.max(...members.map((member) => member.alert.lastAt));
  for (const host of new Set(members.flatMap((member) => member.trace.host ?? []))) {
    for (const logon of links.logonsOnto(host)) {
      const from = placeKey(links.machineOf(logon.from, logon.at));
      const to = placeKey(host);
      if (logon.at > lastAt || from === to || !graph.nodes.has(from) || !graph.nodes.has(to))
        continue;
      graph.edge({ from, to, label: 'logged in to', at: logon.at, count: 1 });
    }
  }
}

const MAX_TOLD_PROCESSES = 4;

/** Where the processes of a sign connected to, as edges from their machine. */
function addContacts(graph: GraphBuilder, member: Member, links: CausalLinks): void {
  const { host, processKeys } = member.trace;
  if (host === undefined) return;
  const keys = processKeys.slice(0, MAX_TOLD_PROCESSES);
  for (const contact of keys.flatMap((key) => links.contactsOf(key))) {
    const there = links.machineOf(contact.ip, contact.at);
    const to: EntityRef = { kind: canonicalIp(there) ? 'ip' : 'host', id: there, role: 'related' };
    graph.node(to, member);
    const ends = { from: placeKey(host), to: entityKey(to) };
    graph.edge({ ...ends, label: 'connected to', at: contact.at, count: 1 });
  }
}

/** Who did what to whom; at most 200 nodes and 400 edges. */
export function toGraph(members: readonly Member[], links: CausalLinks): Incident['graph'] {
  const graph = new GraphBuilder();
  for (const member of members) addMember(graph, member);
  for (const member of members) addContacts(graph, member, links);
  addLogons(graph, members, links);
  const nodes: readonly GraphNode[] = [...graph.nodes.values()];
  return { nodes, edges: [...graph.edges.values()] };
}
