import type { Event } from '../event/event.ts';
import type { CausalFacts } from '../origin/read-event.ts';
import type { EpochMs } from '../shared/time.ts';
import type { EntityKey } from './entity.ts';
import type { NameBook } from './name-book.ts';
import { canonicalIp, canonicalUser, isCommonAccount } from './resolve.ts';

/** What one thing had to do with another, read from the first to the second. */
export type Relation =
  | 'logged_in_to'
  | 'came_onto'
  | 'belongs_to'
  | 'runs_on'
  | 'ran'
  | 'started'
  | 'connected_to'
  | 'wrote'
  | 'asked_for'
  | 'sent'
  | 'was_sent_to'
  | 'used';

/** A link that an event tells. */
export interface LinkSeen {
  readonly from: EntityKey;
  readonly relation: Relation;
  readonly to: EntityKey;
}

const EMAIL_ACTIVITY = 4009;
const MAX_RECIPIENTS = 8;

/** The machine, where the address is one's at that time. */
function placeKey(place: string, at: EpochMs, names: NameBook): EntityKey {
  const holder = names.at(place, at)?.holder ?? place;
  return canonicalIp(holder) === undefined ? `host:${holder}` : `ip:${holder}`;
}

function ofLogon({ logon }: CausalFacts, names: NameBook): readonly LinkSeen[] {
  if (logon === undefined) return [];
  const { host, from, user, session } = logon;
  const onto: EntityKey = `host:${host}`;
  const account: EntityKey = `user:${user}`;
  const came: LinkSeen = { from: placeKey(from, logon.at, names), relation: 'came_onto', to: onto };
  if (isCommonAccount(user)) return [came];
  const loggedIn: LinkSeen = { from: account, relation: 'logged_in_to', to: onto };
  if (session === undefined) return [came, loggedIn];
  return [came, loggedIn, { from: `session:${session}`, relation: 'belongs_to', to: account }];
}

function ofProcess(
  { started, connection, file }: CausalFacts,
  reachedKey: (ip: string) => EntityKey,
): readonly LinkSeen[] {
  const links: LinkSeen[] = [];
  if (started !== undefined) {
    const key: EntityKey = `process:${started.key}`;
    links.push({ from: key, relation: 'runs_on', to: `host:${started.host}` });
    if (started.parentKey !== undefined)
      links.push({ from: `process:${started.parentKey}`, relation: 'started', to: key });
    if (started.user !== undefined && !isCommonAccount(started.user))
      links.push({ from: `user:${started.user}`, relation: 'ran', to: key });
  }
  if (connection !== undefined)
    links.push({
      from: `process:${connection.processKey}`,
      relation: 'connected_to',
      to: reachedKey(connection.ip),
    });
  if (file?.writerKey !== undefined)
    links.push({
      from: `process:${file.writerKey}`,
      relation: 'wrote',
      to: `file:${file.host}|${file.path}`,
    });
  return links;
}

const accountOf = ({ user, actor }: Event): EntityKey | undefined => {
  const name = actor?.user?.name ?? user?.name;
  return name === undefined || isCommonAccount(name) ? undefined : `user:${canonicalUser(name)}`;
};

/** What class attributes that only a few events have tell of messages and of what runs elsewhere. */
interface Outside {
  readonly email?: {
    readonly message_uid?: unknown;
    readonly from?: unknown;
    readonly to?: unknown;
  };
  readonly resource?: { readonly uid?: unknown };
}

function ofMessage({ email }: Outside): readonly LinkSeen[] {
  if (typeof email?.message_uid !== 'string') return [];
  const message: EntityKey = `message:${email.message_uid}`;
  const to = (Array.isArray(email.to) ? email.to : [email.to]).slice(0, MAX_RECIPIENTS);
  const sender: readonly LinkSeen[] =
    typeof email.from === 'string'
      ? [{ from: `user:${email.from.toLowerCase()}`, relation: 'sent', to: message }]
      : [];
  const received = to.flatMap((address): readonly LinkSeen[] =>
    typeof address === 'string'
      ? [{ from: message, relation: 'was_sent_to', to: `user:${address.toLowerCase()}` }]
      : [],
  );
  return [...sender, ...received];
}

function ofResource(event: Event, { resource }: Outside): readonly LinkSeen[] {
  const account = accountOf(event);
  if (account === undefined || typeof resource?.uid !== 'string') return [];
  return [{ from: account, relation: 'used', to: `cloud_resource:${resource.uid.toLowerCase()}` }];
}

/** What an event tells of who had to do with whom; most events tell nothing. `names` tells whose an address is. */
export function readLinks(event: Event, facts: CausalFacts, names: NameBook): readonly LinkSeen[] {
  const { host } = facts;
  const asked = event.query?.hostname?.toLowerCase();
  const outside = event as Outside;
  return [
    ...ofLogon(facts, names),
    ...ofProcess(facts, (ip) => placeKey(ip, event.time, names)),
    ...(host === undefined || asked === undefined || asked === ''
      ? []
      : [{ from: `host:${host}`, relation: 'asked_for', to: `domain:${asked}` } as const]),
    ...(event.class_uid === EMAIL_ACTIVITY ? ofMessage(outside) : []),
    ...ofResource(event, outside),
  ];
}
