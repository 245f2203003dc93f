import type { Event } from '../event/event.ts';
import type { CausalFacts } from '../origin/read-event.ts';
import { BoundedMap } from '../shared/bounded-map.ts';
import type { Json } from '../shared/json.ts';
import { type EpochMs, MINUTE_MS } from '../shared/time.ts';
import { type EntityKey, type EntityKind, splitEntityKey } from './entity.ts';
import { NameBook } from './name-book.ts';
import { type LinkSeen, type Relation, readLinks } from './read-links.ts';

/** That one thing had to do with another, from when to when; directed. */
export interface EntityLink {
  readonly from: EntityKey;
  readonly relation: Relation;
  readonly to: EntityKey;
  readonly firstAt: EpochMs;
  readonly lastAt: EpochMs;
}

/** Since when a thing has been seen, and its newest links. */
export interface EntityNode {
  readonly firstAt: EpochMs;
  readonly lastAt: EpochMs;
  readonly links: readonly EntityLink[];
}

/** What it holds, and what had to go because it is bounded. */
export interface EntityStats {
  readonly entities: number;
  readonly names: number;
  readonly evicted: { readonly entities: number; readonly names: number };
}

/** Sessions and messages are many and soon over: of those fewer are kept. An address of the web is no thing here. */
const MAX_OF_KIND: Readonly<Record<EntityKind, number>> = {
  host: 5_000,
  user: 5_000,
  ip: 5_000,
  domain: 5_000,
  cloud_resource: 5_000,
  process: 5_000,
  file: 5_000,
  session: 2_000,
  message: 2_000,
  url: 0,
};
/** So many of the newest links of one relation a thing keeps; where people go is worth more than what runs. */
const MAX_LINKS = 8;
const MAX_JOURNEYS = 32;
const JOURNEYS: ReadonlySet<Relation> = new Set(['logged_in_to', 'came_onto']);
/** Nearer than this two times are one. */
const FINE_MS = MINUTE_MS;

interface GraphSnapshot {
  readonly names: Json;
  readonly nodes: readonly (readonly [EntityKind, readonly (readonly [EntityKey, EntityNode])[]])[];
}

/**
 * The machines, accounts, processes, files, addresses, domains, messages, sessions and cloud resources
 * that events spoke of, what they had to do with each other, and whose names were whose; all with time.
 * Bounded: a kind keeps those that were written last, each its newest links; what goes is counted.
 */
export class EntityGraph {
  readonly names = new NameBook();
  readonly #nodes = new Map(
    Object.entries(MAX_OF_KIND).map(
      ([kind, most]) => [kind as EntityKind, new BoundedMap<EntityKey, EntityNode>(most)] as const,
    ),
  );

  stats(): EntityStats {
    const shelves = [...this.#nodes.values()];
    return {
      entities: shelves.reduce((sum, { size }) => sum + size, 0),
      names: this.names.size,
      evicted: {
        entities: shelves.reduce((sum, { evicted }) => sum + evicted, 0),
        names: this.names.evicted,
      },
    };
  }

  observe(event: Event, facts: CausalFacts): void {
    for (const link of readLinks(event, facts, this.names)) {
      this.#note(link.from, link, event.time);
      this.#note(link.to, link, event.time);
    }
  }

  find(key: EntityKey): EntityNode | undefined {
    return this.#nodes.get(splitEntityKey(key).kind)?.get(key);
  }

  /** What a thing is linked to that way, from it or to it, at some time since. */
  linkedTo(
    key: EntityKey,
    way: { readonly relation: Relation; readonly end: 'from' | 'to'; readonly since: EpochMs },
  ): readonly EntityKey[] {
    const { relation, end, since } = way;
    const other = end === 'from' ? 'to' : 'from';
    return (this.find(key)?.links ?? [])
      .filter((link) => link.relation === relation && link[end] === key && link.lastAt >= since)
      .map((link) => link[other]);
  }

  snapshot(): Json {
    const nodes = [...this.#nodes].map(([kind, shelf]) => [kind, shelf.entries()] as const);
    const snapshot: GraphSnapshot = { names: this.names.snapshot(), nodes };
    return snapshot as unknown as Json;
  }

  restore(from: Json): void {
    const { names, nodes } = from as unknown as GraphSnapshot;
    this.names.restore(names);
    for (const [kind, entries] of nodes) this.#nodes.get(kind)?.fill(entries);
  }

  #note(key: EntityKey, seen: LinkSeen, at: EpochMs): void {
    const node = this.find(key);
    const links = node?.links ?? [];
    const place = links.findIndex(
      ({ from, relation, to }) =>
        from === seen.from && to === seen.to && relation === seen.relation,
    );
    const there = links[place];
    if (node && there && isWithin(there, at) && isWithin(node, at)) return;
    const link: EntityLink = { ...seen, ...widened(there, at) };
    const others = there ? links.toSpliced(place, 1) : links;
    const kept = withinBounds([...others, link], seen.relation);
    this.#nodes.get(splitEntityKey(key).kind)?.set(key, { ...widened(node, at), links: kept });
  }
}

/** Without the oldest of a relation when there are too many of them. */
function withinBounds(links: readonly EntityLink[], relation: Relation): readonly EntityLink[] {
  const most = JOURNEYS.has(relation) ? MAX_JOURNEYS : MAX_LINKS;
  const count = links.filter((link) => link.relation === relation).length;
  if (count <= most) return links;
  return links.toSpliced(
    links.findIndex((link) => link.relation === relation),
    1,
  );
}

type Span = Pick<EntityLink, 'firstAt' | 'lastAt'>;

const isWithin = ({ firstAt, lastAt }: Span, at: EpochMs): boolean =>
  at >= firstAt && at - lastAt < FINE_MS;

function widened(span: Span | undefined, at: EpochMs): Span {
  if (span === undefined) return { firstAt: at, lastAt: at };
  return {
    firstAt: Math.min(span.firstAt, at) as EpochMs,
    lastAt: Math.max(span.lastAt, at) as EpochMs,
  };
}
