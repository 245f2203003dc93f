import { readWords, type Words } from './guess-words.ts';
import { readKeyValue } from './key-value.ts';
import type { Fields } from './map-attributes.ts';
import type { OpenRecord } from './open-record.ts';

/*
 * A record of a product that no parser knows, read by what most products have in common: the names
 * of fields, and the words for a log-in.
 */

/** What a record is about, and the names under which products write it, the surest first; as `plain` leaves them. */
const NAMES = {
  at: 'timestamp time ts datetime date eventtime createdat created starttime startedat datecreated received published logtimestamp occurredat when',
  ip: 'srcip sourceip clientip remoteip callerip actorip sourceaddress clientaddress remoteaddress remoteaddr clientaddr srcaddr ipaddress ipaddr requestip requestremoteaddress rhost ip remotehost client remote peer downstreamremoteaddress actoripaddress contextipaddress clientpublicip deviceexternalip clientipaddress sourceipaddress requestclientip',
  to: 'dstip destip destinationip destinationaddress dstaddr serverip targetip',
  toPort: 'dstport destport destinationport',
  user: 'username user useremail email login account accountname actoremail actorname actorusername actor usernameemail principal initiator subject useruser userprincipalname actordisplayname byuser performedby createdbyemail initiatedbyemail memberemail authdisplayname principalname accesskey',
  target:
    'targetuser targetusername targetuseremail targetname target resource object resourcename objectname bucket requestpath',
  what: 'action event eventtype eventname operation operationname methodname activity activitytype apiname requestoperation webhookevent actiontype type',
  outcome: 'outcome result status success eventoutcome eventstatus apistatus',
  method: 'method httpmethod requestmethod verb requesthttpmethod',
  path: 'path uri url requesturi requesturl requestpath httppath httpurl',
  code: 'statuscode responsecode httpstatus code status responsestatus httpstatuscode apistatuscode',
  agent: 'useragent httpuseragent agent requestuseragent',
  said: 'message msg m description text error reason summary log event action',
} as const;
type About = keyof typeof NAMES;
type Found = { [A in About]?: string | undefined };

const MAX_FIELDS = 256;
const MAX_DEPTH = 4;
/** A name that only ends so is less sure than each that is the whole. */
const LEAF_RANK = 1_000;
/** What lies below these is of the other side. */
const OTHERS = /^(?:target|object|resource|dest|dst|server|geo|observer)/;
const METHODS = /^(?:GET|HEAD|POST|PUT|DELETE|PATCH|OPTIONS|CONNECT|TRACE|PROPFIND)$/i;
const REFUSED =
  /(?:^|[\W_])(?:fail(?:ed|ure|s)?|den(?:y|ied)|reject(?:ed)?|refused|error|invalid|unauthori[sz]ed|forbidden|blocked|false)$/i;
const LET_IN =
  /(?:^|[\W_])(?:ok|success(?:ful|fully)?|succeeded|allow(?:ed)?|permit(?:ted)?|grant(?:ed)?|accepted|passed|true)$/i;
const LOG_IN =
  /^(?:\w+[ .:_-])?(?:log(?:ged)?[ ._-]?in|logon|sign(?:ed)?[ ._-]?in|authentication)(?:[ .:_-](?:fail(?:ed|ure)?|success(?:ful)?|succeeded|error|denied|attempt))?$/i;

/** How sure each name is, by its plain form. */
const RANKS: ReadonlyMap<string, readonly { readonly about: About; readonly rank: number }[]> =
  toRanks();

function toRanks() {
  const ranks = new Map<string, { about: About; rank: number }[]>();
  for (const about of Object.keys(NAMES) as About[])
    for (const [rank, name] of NAMES[about].split(' ').entries())
      ranks.set(name, [...(ranks.get(name) ?? []), { about, rank }]);
  return ranks;
}

/** A name as it is compared: no case, no signs. */
const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** What fields say by their names. */
function gather(fields: Fields): Found {
  const found: Found = {};
  const best: Partial<Record<About, number>> = {};
  let left = MAX_FIELDS;
  const take = (full: string, leaf: string, value: string): void => {
    const whole = RANKS.get(full);
    const ranked = whole ?? (OTHERS.test(full) ? [] : (RANKS.get(leaf) ?? []));
    for (const one of ranked) {
      const rank = one.rank + (whole ? 0 : LEAF_RANK);
      if (rank >= (best[one.about] ?? Number.POSITIVE_INFINITY)) continue;
      best[one.about] = rank;
      found[one.about] = value;
    }
  };
  const visit = (at: Fields, prefix: string, depth: number): void => {
    for (const [name, value] of Object.entries(at)) {
      if (--left < 0) return;
      const leaf = plain(name);
      const full = `${prefix}${leaf}`;
      if (isObject(value)) {
        if (depth < MAX_DEPTH) visit(value, full, depth + 1);
      } else if (isScalar(value)) take(full, leaf, String(value));
    }
  };
  visit(fields, '', 1);
  return found;
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isScalar = (value: unknown): value is string | number | boolean =>
  (typeof value === 'string' && value !== '' && value !== '-') ||
  typeof value === 'number' ||
  typeof value === 'boolean';

/** What kind of thing it tells; undefined when it is not clear. */
function kindOf(found: Found, words: Words | undefined): string | undefined {
  if (words?.isLogIn || LOG_IN.test(found.what ?? '')) return 'log_in';
  if (METHODS.test(found.method ?? '') && found.path !== undefined) return 'request';
  if (found.ip !== undefined && found.to !== undefined) return 'connection';
  if (found.what !== undefined) return 'activity';
  return words && found.ip !== undefined ? 'failure' : undefined;
}

/** How it ended: by its words, its outcome, the end of its own name, or its code of HTTP. */
function answerOf({ outcome = '', what = '', code = '' }: Found, words: Words | undefined) {
  if (words) return words.answer;
  for (const said of [outcome, what]) {
    if (REFUSED.test(said)) return 'refused';
    if (LET_IN.test(said)) return 'let_in';
  }
  return /^[45]\d\d$/.test(code) ? 'refused' : undefined;
}

/** Pairs with blanks around their sign, where there are some. */
function pairsOf(text: string): Fields | undefined {
  return text.includes(' = ') ? readKeyValue(text.replaceAll(' = ', '=')) : undefined;
}

/** The date at the beginning of a line, between brackets or not. */
const STAMP =
  /^\W{0,3}(\d{4}[-/.]\d{2}[-/.]\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?|\d{2}[-/.]\d{2}[-/.]\d{4} \d{2}:\d{2}:\d{2}|(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} +\d{1,2} \d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?: [A-Z]{3,4})?(?: \d{4})?|\d{10}(?:\.\d{1,9})?)(?!\d)/;

function ofLine(body: string): { readonly found: Found; readonly said: string } {
  const stamp = STAMP.exec(body);
  const said = body.slice(stamp?.[0].length ?? 0);
  return { found: stamp?.[1] === undefined ? {} : { at: stamp[1] }, said };
}

/**
 * What a record of an unknown product tells, as fields beside its own: `kind` (`log_in`, `request`,
 * `connection`, `activity`, `failure`), `answer` (`refused` or `let_in`), `ip`, `to`, `user`,
 * `target`, `what`, `method`, `path`, `code`, `agent`, `at`, `reason`. Undefined when it is not clear
 * what it tells: a guess has to be worth more than the line itself.
 */
export function readGuess(open: OpenRecord): Fields | undefined {
  const { own, found, words } = open.looksLikeJson ? ofJson(open) : ofText(open);
  const told: Found = { user: words?.user, ip: words?.ip, ...found };
  const kind = kindOf(told, words);
  if (kind === undefined || (told.ip === undefined && told.user === undefined)) return undefined;
  return {
    ...open.line(),
    ...own,
    ...told,
    kind,
    answer: answerOf(told, words),
    reason: words?.reason,
  };
}

/** Its own fields, what their names say, and what its words say. */
interface Reading {
  readonly own: Fields;
  readonly found: Found;
  readonly words: Words | undefined;
}

function ofJson(open: OpenRecord): Reading {
  const own = open.json() ?? {};
  const found = gather(own);
  return { own, found, words: readWords(found.said ?? '') };
}

function ofText(open: OpenRecord): Reading {
  const own = open.keyValue() ?? pairsOf(open.body) ?? {};
  const line = ofLine(open.body);
  const found = { ...line.found, ...gather(own) };
  return { own, found, words: readWords(found.said ?? line.said) ?? readWords(line.said) };
}
