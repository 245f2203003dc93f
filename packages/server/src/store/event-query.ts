import { canonicalHost, type Event, type User } from '@cordon/core';
import type { EventQuery } from './ports.ts';

/** Every IP address an event speaks of, as its endpoints, device and observables name it. */
export function ipsOf(event: Event): readonly string[] {
  const observed = event.observables
    .filter((observable) => observable.type === 'ip')
    .map((observable) => observable.value);
  return distinct([event.src_endpoint?.ip, event.dst_endpoint?.ip, event.device?.ip, ...observed]);
}

/** Every account an event speaks of, lower-case. */
export function usersOf(event: Event): readonly string[] {
  const nameOf = (user: User | undefined): string | undefined => user?.name;
  const observed = event.observables
    .filter((observable) => observable.type === 'user')
    .map((observable) => observable.value);
  return distinct(
    [nameOf(event.user), nameOf(event.actor?.user), nameOf(event.process?.user), ...observed].map(
      lower,
    ),
  );
}

/** Every host an event speaks of, lower-case: by the name it has there and by its short one. */
export function hostsOf(event: Event): readonly string[] {
  const observed = event.observables
    .filter((observable) => observable.type === 'hostname')
    .map((observable) => observable.value);
  const names = distinct(
    [
      event.device?.hostname,
      event.src_endpoint?.hostname,
      event.dst_endpoint?.hostname,
      ...observed,
    ].map(lower),
  );
  return distinct(names.flatMap((name) => [name, canonicalHost(name)]));
}

const lower = (text: string | undefined): string | undefined => text?.toLowerCase();
const distinct = (values: readonly (string | undefined)[]): readonly string[] =>
  [...new Set(values.filter((value) => value !== undefined && value !== ''))] as readonly string[];

/** Does the event fulfil every condition of the query? What is cheap to tell is asked first. */
export function matchesQuery(event: Event, query: Omit<EventQuery, 'limit'>): boolean {
  const { fromAt, toAt, classUid, statusId, offsets, ip, user, host } = query;
  return (
    (fromAt === undefined || event.time >= fromAt) &&
    (toAt === undefined || event.time <= toAt) &&
    (classUid === undefined || event.class_uid === classUid) &&
    (statusId === undefined || event.status_id === statusId) &&
    (offsets === undefined || offsets.includes(event.provenance.offset)) &&
    (ip === undefined || ipsOf(event).includes(ip)) &&
    (user === undefined || usersOf(event).includes(user.toLowerCase())) &&
    (host === undefined || hostsOf(event).includes(host.toLowerCase()))
  );
}
