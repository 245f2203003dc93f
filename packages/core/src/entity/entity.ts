/** What an observable resolves to. */
export type EntityKind =
  | 'host'
  | 'user'
  | 'ip'
  | 'domain'
  | 'process'
  | 'file'
  | 'url'
  | 'session'
  | 'cloud_resource'
  | 'message';

/** How the entity took part in what is told. */
export type EntityRole = 'actor' | 'source' | 'target' | 'related';

/** One entity, by kind and canonical id (lower-case host name, canonical IP text, `DOMAIN\\user`). */
export interface EntityRef {
  readonly kind: EntityKind;
  readonly id: string;
  readonly role: EntityRole;
}

/** The key two references to the same entity share, whatever their role. */
export const entityKey = (ref: Pick<EntityRef, 'kind' | 'id'>): string => `${ref.kind}:${ref.id}`;
