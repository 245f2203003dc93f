/** What an observable resolves to. */
export const ENTITY_KINDS = [
  'host',
  'user',
  'ip',
  'domain',
  'process',
  'file',
  'url',
  'session',
  'cloud_resource',
  'message',
] as const;
export type EntityKind = (typeof ENTITY_KINDS)[number];

/** How the entity took part in what is told. */
export type EntityRole = 'actor' | 'source' | 'target' | 'related';

/** One entity, by kind and canonical id (lower-case host name, canonical IP text, `DOMAIN\\user`). */
export interface EntityRef {
  readonly kind: EntityKind;
  readonly id: string;
  readonly role: EntityRole;
}

/** `kind:id`, canonical. */
export type EntityKey = `${EntityKind}:${string}`;

/** The key two references to the same entity share, whatever their role. */
export const entityKey = (ref: Pick<EntityRef, 'kind' | 'id'>): EntityKey =>
  `${ref.kind}:${ref.id}`;

/** The parts of a key. */
export function splitEntityKey(key: EntityKey): Pick<EntityRef, 'kind' | 'id'> {
  const at = key.indexOf(':');
  return { kind: key.slice(0, at) as EntityKind, id: key.slice(at + 1) };
}
