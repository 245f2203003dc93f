import { readLease } from '../enrich/leases.ts';
import type { Event, User } from '../event/event.ts';
import type { Holding, NameBook } from './name-book.ts';
import { canonicalHost, canonicalUser } from './resolve.ts';

/*
 * Names that one event tells the holder of. Each kind has its own form, so that none is taken for another:
 * an address is its canonical text, all else says its kind: `mac:`, `uid:` (a machine's at the one who
 * runs it), `sid:`, `mail:`.
 */

const SID = /^s-1-\d+(?:-\d+)+$/i;
/** Everything but these belongs to one account; these are the same in every house. */
const DOMAIN_SID = /^s-1-(?:5-21|12-1)-/i;

const isSid = (text: string): boolean => SID.test(text);

/** The name of an account that is not its log-in name; undefined for a log-in name. */
export function accountNameOf(text: string): string | undefined {
  const lower = text.trim().toLowerCase();
  if (isSid(lower)) return `sid:${lower}`;
  return lower.includes('@') ? `mail:${lower}` : undefined;
}

function learnAccount(names: NameBook, user: User | undefined, at: Holding['from']): void {
  if (user?.name === undefined || isSid(user.name) || user.name.includes('@')) return;
  const holder = canonicalUser(user.name);
  if (holder === '') return;
  const claim: Holding = { holder, from: at, by: 'same_record' };
  if (user.uid !== undefined && DOMAIN_SID.test(user.uid))
    names.claim(`sid:${user.uid.toLowerCase()}`, claim);
  if (user.email_addr !== undefined) names.claim(`mail:${user.email_addr.toLowerCase()}`, claim);
}

/** A lease that gives the hardware address alone is of the machine that had that one before. */
function learnLease(names: NameBook, event: Event): string | undefined {
  const told = readLease(event);
  if (told === undefined) return undefined;
  if (told.kind === 'ended') {
    names.end(told.ip, told.at);
    return undefined;
  }
  const { hostname, mac, from, until } = told.lease;
  const holder = hostname ? canonicalHost(hostname) : names.at(`mac:${mac}`, from)?.holder;
  if (holder === undefined) return undefined;
  if (mac !== undefined) names.claim(`mac:${mac}`, { holder, from, by: 'same_record' });
  return names.claim(told.ip, { holder, from, until, by: 'dhcp' }) ? told.ip : undefined;
}

/**
 * Takes in what an event tells of names; an address of which it newly tells the machine comes back.
 * `own` is the machine that the event happened on, with the address that is its own.
 */
export function learnNames(
  names: NameBook,
  event: Event,
  own: { readonly host?: string; readonly ownIp?: string },
): string | undefined {
  const at = event.time;
  learnAccount(names, event.user, at);
  learnAccount(names, event.actor?.user, at);
  const { host, ownIp } = own;
  const uid = event.device?.uid;
  if (host !== undefined && uid !== undefined && event.device?.hostname !== undefined)
    names.claim(`uid:${uid.toLowerCase()}`, { holder: host, from: at, by: 'same_record' });
  const isNew =
    host !== undefined &&
    ownIp !== undefined &&
    names.claim(ownIp, { holder: host, from: at, by: 'own_events' });
  return learnLease(names, event) ?? (isNew ? ownIp : undefined);
}
