import type { Endpoint, Enrichment, Event, User } from '../event/event.ts';
import type { JsonObject } from '../shared/json.ts';
import type { Asset, Identity } from './asset.ts';
import type { GeoFacts } from './geo.ts';
import type { Lease } from './leases.ts';

/** Everything that was found for one event; what nothing was found for is left out. */
export interface Findings {
  readonly device: Asset | undefined;
  readonly src: EndpointFindings | undefined;
  readonly dst: EndpointFindings | undefined;
  readonly user: Identity | undefined;
  readonly actor: Identity | undefined;
  readonly urlDomain: string | undefined;
  readonly marks: readonly Enrichment[];
}

export interface EndpointFindings {
  readonly geo: GeoFacts | undefined;
  readonly asset: Asset | undefined;
  readonly lease: Lease | undefined;
}

const PROVIDER = 'inventory';

/** Only what is given, so that stored events carry no empty members. */
const given = (members: Readonly<Record<string, JsonObject[string] | undefined>>): JsonObject =>
  Object.fromEntries(
    Object.entries(members).filter(([, member]) => member !== undefined),
  ) as JsonObject;

const NO_DATA: JsonObject = {};
const dataOf = new WeakMap<Asset | Identity, JsonObject>();

/** Made once for each: the same object stands in every event. */
function remember<T extends Asset | Identity>(of: T, make: (of: T) => JsonObject): JsonObject {
  const there = dataOf.get(of);
  if (there !== undefined) return there;
  const made = make(of);
  const data = Object.keys(made).length === 0 ? NO_DATA : made;
  dataOf.set(of, data);
  return data;
}

const dataOfAsset = (asset: Asset): JsonObject =>
  remember(asset, ({ name, criticality, role, department, dataClass, isExposed, tags }) => {
    const facts = given({
      criticality,
      role,
      department,
      data_class: dataClass,
      is_exposed: isExposed,
      tags: tags.length === 0 ? undefined : tags,
    });
    return Object.keys(facts).length === 0 ? facts : { name, ...facts };
  });

const dataOfIdentity = (identity: Identity): JsonObject =>
  remember(identity, ({ privilege, manager }) => given({ privilege, manager }));

/** Path and value of what was looked up. */
type Named = readonly [string, string | undefined];
type Marks = Enrichment[];

function markAsset(marks: Marks, [name, value]: Named, asset: Asset | undefined): void {
  if (asset === undefined) return;
  const data = dataOfAsset(asset);
  if (data !== NO_DATA)
    marks.push({ name, value: value ?? asset.name, type: 'asset', provider: PROVIDER, data });
}

function markIdentity(marks: Marks, [name, value]: Named, identity: Identity | undefined): void {
  if (identity === undefined) return;
  const data = dataOfIdentity(identity);
  if (data !== NO_DATA)
    marks.push({ name, value: value ?? identity.name, type: 'identity', provider: PROVIDER, data });
}

function markLease(marks: Marks, [name, value]: Named, lease: Lease | undefined): void {
  if (lease === undefined || value === undefined) return;
  const { hostname, mac, from, until } = lease;
  const data = given({ hostname, mac, from, until });
  marks.push({ name, value, type: 'dhcp_lease', provider: 'dhcp', data });
}

function withPlace(endpoint: Endpoint, { geo, asset }: EndpointFindings): Endpoint {
  const { location, autonomous_system } = geo ?? {};
  const isOwned = asset?.owner !== undefined && endpoint.owner === undefined;
  const isPlaced = location !== undefined && endpoint.location === undefined;
  const isRouted = autonomous_system !== undefined && endpoint.autonomous_system === undefined;
  if (!isOwned && !isPlaced && !isRouted) return endpoint;
  return {
    ...endpoint,
    ...(isOwned ? { owner: { name: asset.owner ?? '' } } : {}),
    ...(isPlaced ? { location } : {}),
    ...(isRouted ? { autonomous_system } : {}),
  };
}

function withDepartment(user: User, identity: Identity): User {
  if (identity.department === undefined || user.org !== undefined) return user;
  return { ...user, org: { ou_name: identity.department } };
}

interface Changes {
  device?: NonNullable<Event['device']>;
  src_endpoint?: Endpoint;
  dst_endpoint?: Endpoint;
  user?: User;
  actor?: NonNullable<Event['actor']>;
  url?: NonNullable<Event['url']>;
  enrichments?: readonly Enrichment[];
}

function changePlaces(changes: Changes, event: Event, found: Findings): void {
  const { device, src_endpoint: src, dst_endpoint: dst } = event;
  const owner = found.device?.owner;
  if (device && owner !== undefined && device.owner === undefined)
    changes.device = { ...device, owner: { name: owner } };
  if (src && found.src) changes.src_endpoint = withPlace(src, found.src);
  if (dst && found.dst) changes.dst_endpoint = withPlace(dst, found.dst);
}

function changePeople(changes: Changes, event: Event, found: Findings): void {
  const { user, actor, url } = event;
  if (user && found.user) changes.user = withDepartment(user, found.user);
  if (actor?.user && found.actor)
    changes.actor = { ...actor, user: withDepartment(actor.user, found.actor) };
  if (url && found.urlDomain !== undefined && url.domain === undefined)
    changes.url = { ...url, domain: found.urlDomain };
}

function enrichmentsOf(event: Event, found: Findings): readonly Enrichment[] {
  const { device, src_endpoint: src, dst_endpoint: dst, user, actor } = event;
  const marks: Marks = [];
  markAsset(marks, ['device.hostname', device?.hostname], found.device);
  markAsset(marks, ['src_endpoint.ip', src?.ip ?? src?.hostname], found.src?.asset);
  markAsset(marks, ['dst_endpoint.ip', dst?.ip ?? dst?.hostname], found.dst?.asset);
  markLease(marks, ['src_endpoint.ip', src?.ip], found.src?.lease);
  markLease(marks, ['dst_endpoint.ip', dst?.ip], found.dst?.lease);
  markIdentity(marks, ['user.name', user?.name], found.user);
  markIdentity(marks, ['actor.user.name', actor?.user?.name], found.actor);
  return found.marks.length === 0 ? marks : [...marks, ...found.marks];
}

const isNothing = ({ device, src, dst, user, actor, urlDomain, marks }: Findings): boolean =>
  !(device || src || dst || user || actor || urlDomain) && marks.length === 0;

/** The event with what was found, in attributes that OCSF has for it; what the record says stays. */
export function annotate(event: Event, found: Findings): Event {
  if (isNothing(found)) return event;
  const changes: Changes = {};
  changePlaces(changes, event, found);
  changePeople(changes, event, found);
  const marks = enrichmentsOf(event, found);
  if (marks.length > 0) changes.enrichments = [...(event.enrichments ?? []), ...marks];
  return Object.keys(changes).length === 0 ? event : { ...event, ...changes };
}
