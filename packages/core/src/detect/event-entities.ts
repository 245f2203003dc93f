import type { EntityKind, EntityRef, EntityRole } from '../entity/entity.ts';
import { canonicalIp, canonicalUser, mergeEntities } from '../entity/resolve.ts';
import type { Endpoint, Event, Process, User } from '../event/event.ts';

const MAX_ENTITIES = 12;

/**
 * Who and what an event is about. The acting user and process are actors, where it came from is a
 * source, the machine it happened on and what was acted upon are targets. Ids are canonical.
 */
export function entitiesOf(event: Event): readonly EntityRef[] {
  const refs = [
    ...fromEndpoint(event.src_endpoint, 'source'),
    ...fromText('host', event.device?.hostname ?? event.device?.ip, 'target'),
    ...fromUser(event.actor?.user, 'actor'),
    ...fromUser(event.user, event.actor?.user ? 'target' : roleOfUser(event)),
    ...fromEndpoint(event.dst_endpoint, 'target'),
    ...fromProcess(event),
    ...fromText('file', event.file?.path ?? event.file?.name, 'target'),
    ...fromText('domain', event.query?.hostname, 'target'),
    ...fromText('cloud_resource', event.cloud?.account?.uid, 'target'),
  ];
  return mergeEntities(refs, MAX_ENTITIES);
}

/** A user without an actor: the target of a log-in, otherwise the one who acts. */
const roleOfUser = (event: Event): EntityRole => (event.class_uid === 3002 ? 'target' : 'actor');

function fromText(
  kind: EntityKind,
  id: string | undefined,
  role: EntityRole,
): readonly EntityRef[] {
  return id ? [{ kind, id: id.slice(0, 512), role }] : [];
}

function fromEndpoint(endpoint: Endpoint | undefined, role: EntityRole): readonly EntityRef[] {
  const ip = endpoint?.ip ? canonicalIp(endpoint.ip) : undefined;
  return [...fromText('ip', ip, role), ...fromText('host', endpoint?.hostname, role)];
}

function fromUser(user: User | undefined, role: EntityRole): readonly EntityRef[] {
  return user?.name ? fromText('user', canonicalUser(user.name), role) : [];
}

/** The acting process first; of a start it is the new process. */
function fromProcess(event: Event): readonly EntityRef[] {
  const acting = event.actor?.process;
  const own = event.process;
  return [
    ...fromText('process', nameOf(own), acting ? 'target' : 'actor'),
    ...fromText('process', nameOf(acting), 'actor'),
  ];
}

const nameOf = (process: Process | undefined): string | undefined =>
  (process?.file?.path ?? process?.name)?.toLowerCase();
