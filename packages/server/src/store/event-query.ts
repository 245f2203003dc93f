import { canonicalHost, type EpochMs, type Event, type User } from '@cordon/core';

/** All conditions must hold. */
export interface EventQuery {
  readonly fromAt?: EpochMs;
  readonly toAt?: EpochMs;
  readonly offsets?: readonly number[];
  readonly ip?: string;
  readonly user?: string;
  readonly host?: string;
  readonly classUid?: number;
  readonly statusId?: number;
  readonly limit: number;
}

/** Every IP address an event speaks of, as its endpoints, device and observables name it. */
export function ipsOf(event: Event): readonly string[] {
  const observed = event.observables
    .filter((observable) => observable.type === 'ip')
    .map((observable) => observable.value);
  return distinct([event.src_endpoint?.ip, event.dst_endpoint?.ip, event.device?.ip, ...observed]);
}

/** Is the address one of {@link ipsOf}? Without making the list. */
const namesIp = (event: Event, ip: string): boolean =>
  event.src_endpoint?.ip === ip ||
  event.dst_endpoint?.ip === ip ||
  event.device?.ip === ip ||
  event.observables.some(({ type, value }) => type === 'ip' && value === ip);

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

/**
 * Does the event fulfil every condition of the query? Asked of everything that is in no file yet, so
 * what is quick and what most events fail come first.
 */
export const matchesQuery = (event: Event, query: Omit<EventQuery, 'limit'>): boolean =>
  isWithin(event, query) &&
  (query.classUid === undefined || event.class_uid === query.classUid) &&
  (query.statusId === undefined || event.status_id === query.statusId) &&
  (query.offsets === undefined || query.offsets.includes(event.provenance.offset)) &&
  (query.ip === undefined || namesIp(event, query.ip)) &&
  (query.user === undefined || usersOf(event).includes(query.user.toLowerCase())) &&
  (query.host === undefined || hostsOf(event).includes(query.host.toLowerCase()));

const isWithin = (
  { time }: Event,
  { fromAt, toAt }: Pick<EventQuery, 'fromAt' | 'toAt'>,
): boolean => (fromAt === undefined || time >= fromAt) && (toAt === undefined || time <= toAt);
