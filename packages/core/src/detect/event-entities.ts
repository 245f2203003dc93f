import type { EntityKind, EntityRef, EntityRole } from '../entity/entity.ts';
import { canonicalIp, canonicalUser, mergeEntities } from '../entity/resolve.ts';
import type { Endpoint, Event, Process, User } from '../event/event.ts';

const MAX_ENTITIES = 12;

/**
 * Who and what an event is about. The acting user and process are actors, where it came from is a
 * source, the machine it happened on and what was acted upon are targets. Ids are canonical.
 */
export function entitiesOf(event: Event): readonly EntityRef[] {
  const { device, actor, user, file, query, cloud } = event;
  const refs: EntityRef[] = [];
  addEndpoint(refs, event.src_endpoint, 'source');
  add(refs, 'target', { kind: 'host', id: device?.hostname ?? device?.ip });
  addUser(refs, actor?.user, 'actor');
  addUser(refs, user, actor?.user ? 'target' : roleOfUser(event));
  addEndpoint(refs, event.dst_endpoint, 'target');
  addProcesses(refs, event);
  add(refs, 'target', { kind: 'file', id: file?.path ?? file?.name });
  add(refs, 'target', { kind: 'domain', id: query?.hostname });
  add(refs, 'target', { kind: 'cloud_resource', id: cloud?.account?.uid });
  return mergeEntities(refs, MAX_ENTITIES);
}

/** A user without an actor: the target of a log-in, otherwise the one who acts. */
const roleOfUser = (event: Event): EntityRole => (event.class_uid === 3002 ? 'target' : 'actor');

function add(
  refs: EntityRef[],
  role: EntityRole,
  { kind, id }: { readonly kind: EntityKind; readonly id: string | undefined },
): void {
  if (id) refs.push({ kind, id: id.slice(0, 512), role });
}

function addEndpoint(refs: EntityRef[], endpoint: Endpoint | undefined, role: EntityRole): void {
  if (!endpoint) return;
  if (endpoint.ip) add(refs, role, { kind: 'ip', id: canonicalIp(endpoint.ip) });
  add(refs, role, { kind: 'host', id: endpoint.hostname });
}

function addUser(refs: EntityRef[], user: User | undefined, role: EntityRole): void {
  if (user?.name) add(refs, role, { kind: 'user', id: canonicalUser(user.name) });
}

/** The acting process first; of a start it is the new process. */
function addProcesses(refs: EntityRef[], { actor, process: own }: Event): void {
  const acting = actor?.process;
  add(refs, acting ? 'target' : 'actor', { kind: 'process', id: nameOf(own) });
  add(refs, 'actor', { kind: 'process', id: nameOf(acting) });
}

const nameOf = (process: Process | undefined): string | undefined =>
  (process?.file?.path ?? process?.name)?.toLowerCase();
