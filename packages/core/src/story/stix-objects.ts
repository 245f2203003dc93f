import type { EntityRef } from '../entity/entity.ts';
import { canonicalIp } from '../entity/resolve.ts';
import type { JsonObject } from '../shared/json.ts';
import type { EpochMs } from '../shared/time.ts';
import { objectId, observableId } from './stix-id.ts';

/** One STIX 2.1 object. */
export type StixOut = JsonObject & { readonly type: string; readonly id: string };

/** RFC 3339 with milliseconds, as STIX wants it. */
export const stixTime = (at: EpochMs): string => new Date(at).toISOString();

/** Who says it. */
export const PRODUCER = objectId('identity', 'cordon');

/** What every object that Cordon makes has in common; `at` is the time of the last evidence, so that the same incident gives the same bundle. */
export const common = (type: string, id: string, at: EpochMs) => ({
  type,
  spec_version: '2.1',
  id,
  created_by_ref: PRODUCER,
  created: stixTime(at),
  modified: stixTime(at),
});

export const producer = (at: EpochMs): StixOut => ({
  type: 'identity',
  spec_version: '2.1',
  id: PRODUCER,
  created: stixTime(at),
  modified: stixTime(at),
  name: 'Cordon',
  identity_class: 'system',
});

const observable = (
  type: string,
  by: Readonly<Record<string, string>>,
  more: JsonObject = {},
): StixOut => ({ type, spec_version: '2.1', id: observableId(type, by), ...by, ...more });

function addressObject(id: string): StixOut | undefined {
  const ip = canonicalIp(id);
  if (ip === undefined) return undefined;
  return observable(ip.includes(':') ? 'ipv6-addr' : 'ipv4-addr', { value: ip });
}

function fileObject(path: string): StixOut {
  const name = path.split(/[\\/]/).at(-1) || path;
  return observable('file', { name });
}

/** A machine of the house; STIX has no observable for one. */
export const machineObject = (host: string, at: EpochMs): StixOut => ({
  ...common('identity', objectId('identity', 'machine', host), at),
  name: host,
  identity_class: 'system',
});

/** The observable that an entity is; undefined for what STIX has no observable for (machines, sessions, cloud resources, bare processes). */
export function toObservable({ kind, id }: EntityRef): StixOut | undefined {
  switch (kind) {
    case 'ip':
      return addressObject(id);
    case 'domain':
      return observable('domain-name', { value: id });
    case 'url':
      return /^[a-z][a-z0-9+.-]*:/i.test(id) ? observable('url', { value: id }) : undefined;
    case 'user':
      return observable('user-account', { account_login: id });
    case 'file':
      return fileObject(id);
    case 'host':
    case 'process':
    case 'session':
    case 'cloud_resource':
    case 'message':
      return undefined;
  }
}

/** The ATT&CK technique; its name is left to the reader's copy of ATT&CK. */
export const techniqueObject = (technique: string, at: EpochMs): StixOut => ({
  ...common('attack-pattern', objectId('attack-pattern', technique), at),
  name: technique,
  external_references: [
    {
      source_name: 'mitre-attack',
      external_id: technique,
      url: `https://attack.mitre.org/techniques/${technique.replace('.', '/')}/`,
    },
  ],
});

/** A bundle of objects, each id once, the first one counts. */
export function toBundle(cause: readonly string[], objects: readonly StixOut[]): StixOut {
  const unique = new Map<string, StixOut>();
  for (const object of objects) if (!unique.has(object.id)) unique.set(object.id, object);
  return { type: 'bundle', id: objectId('bundle', ...cause), objects: [...unique.values()] };
}
