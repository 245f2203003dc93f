import type { Endpoint, Enrichment, Event, User } from '../event/event.ts';
import type { JsonObject } from '../shared/json.ts';
import type { AddressFacts } from './address-book.ts';
import type { Asset, Identity } from './asset.ts';
import type { Lease } from './leases.ts';

/** Everything that was found for one event; what nothing was found for is left out. */
export interface Findings {
  readonly device?: Asset;
  readonly src?: EndpointFindings;
  readonly dst?: EndpointFindings;
  readonly user?: Identity;
  readonly actor?: Identity;
  readonly urlDomain?: string;
  readonly marks: readonly Enrichment[];
}

export interface EndpointFindings {
  readonly address?: AddressFacts;
  readonly asset?: Asset;
  readonly lease?: Lease;
}

const PROVIDER = 'inventory';

/** Only what is given, so that stored events carry no empty members. */
const given = (members: Readonly<Record<string, JsonObject[string] | undefined>>): JsonObject =>
  Object.fromEntries(
    Object.entries(members).filter(([, member]) => member !== undefined),
  ) as JsonObject;

const assetData = new WeakMap<Asset, JsonObject>();

function dataOfAsset(asset: Asset): JsonObject {
  const there = assetData.get(asset);
  if (there !== undefined) return there;
  const { criticality, role, department, dataClass, isExposed, tags } = asset;
  const data = given({
    criticality,
    role,
    department,
    data_class: dataClass,
    is_exposed: isExposed,
    tags: tags.length === 0 ? undefined : tags,
  });
  assetData.set(asset, data);
  return data;
}

const isEmpty = (data: JsonObject): boolean => Object.keys(data).length === 0;

function markAsset(name: string, value: string | undefined, asset: Asset | undefined) {
  if (asset === undefined) return [];
  const data = dataOfAsset(asset);
  if (isEmpty(data)) return [];
  const mark: Enrichment = {
    name,
    value: value ?? asset.name,
    type: 'asset',
    provider: PROVIDER,
    data: { name: asset.name, ...data },
  };
  return [mark];
}

function markIdentity(name: string, user: User | undefined, identity: Identity | undefined) {
  if (identity === undefined) return [];
  const { privilege, manager } = identity;
  const data = given({ privilege, manager });
  if (isEmpty(data)) return [];
  const mark: Enrichment = {
    name,
    value: user?.name ?? identity.name,
    type: 'identity',
    provider: PROVIDER,
    data,
  };
  return [mark];
}

function markLease(name: string, value: string | undefined, lease: Lease | undefined) {
  if (lease === undefined || value === undefined) return [];
  const { hostname, mac, from, until } = lease;
  const mark: Enrichment = {
    name,
    value,
    type: 'dhcp_lease',
    provider: 'dhcp',
    data: given({ hostname, mac, from, until }),
  };
  return [mark];
}

function withPlace(endpoint: Endpoint, { address, asset }: EndpointFindings): Endpoint {
  const { location, autonomous_system } = address?.geo ?? {};
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

/** Members of the event that are other than before. */
function changesOf(event: Event, found: Findings): Partial<Event> {
  const { device, src_endpoint: src, dst_endpoint: dst, user, actor, url } = event;
  const owner = found.device?.owner;
  return {
    ...(device && owner !== undefined && device.owner === undefined
      ? { device: { ...device, owner: { name: owner } } }
      : {}),
    ...(src && found.src ? { src_endpoint: withPlace(src, found.src) } : {}),
    ...(dst && found.dst ? { dst_endpoint: withPlace(dst, found.dst) } : {}),
    ...(user && found.user ? { user: withDepartment(user, found.user) } : {}),
    ...(actor?.user && found.actor
      ? { actor: { ...actor, user: withDepartment(actor.user, found.actor) } }
      : {}),
    ...(url && found.urlDomain !== undefined && url.domain === undefined
      ? { url: { ...url, domain: found.urlDomain } }
      : {}),
  };
}

function enrichmentsOf(event: Event, found: Findings): readonly Enrichment[] {
  const { device, src_endpoint: src, dst_endpoint: dst, user, actor } = event;
  return [
    ...markAsset('device.hostname', device?.hostname, found.device),
    ...markAsset('src_endpoint.ip', src?.ip ?? src?.hostname, found.src?.asset),
    ...markAsset('dst_endpoint.ip', dst?.ip ?? dst?.hostname, found.dst?.asset),
    ...markLease('src_endpoint.ip', src?.ip, found.src?.lease),
    ...markLease('dst_endpoint.ip', dst?.ip, found.dst?.lease),
    ...markIdentity('user.name', user, found.user),
    ...markIdentity('actor.user.name', actor?.user, found.actor),
    ...found.marks,
  ];
}

/** The event with what was found, in attributes that OCSF has for it; what the record says stays. */
export function annotate(event: Event, found: Findings): Event {
  const marks = enrichmentsOf(event, found);
  const changes = changesOf(event, found);
  if (marks.length === 0 && Object.keys(changes).length === 0) return event;
  return {
    ...event,
    ...changes,
    ...(marks.length === 0 ? {} : { enrichments: [...(event.enrichments ?? []), ...marks] }),
  };
}
