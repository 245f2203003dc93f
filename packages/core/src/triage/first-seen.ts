import type { SeenKind } from '../enrich/seen-book.ts';
import type { EpochMs } from '../shared/time.ts';
import { DAY_MS } from '../shared/time.ts';
import type { Evidence } from './evidence.ts';

/*
 * What the house's memory says of the things an alert is about: a domain, an address that was spoken to
 * or an account that is new after a week of watching speaks for it, one that has been common for long
 * against it. Addresses that only come knocking are new every minute and say nothing.
 */

/** One thing of an alert, with what is remembered of it. */
export interface Remembered {
  readonly kind: Extract<SeenKind, 'domain' | 'ip' | 'user'>;
  readonly id: string;
  readonly firstAt: EpochMs;
  /** Hits, halved every seven days. */
  readonly count: number;
}

const NEW_LLR: Readonly<Record<Remembered['kind'], number>> = { domain: 0.7, ip: 0.5, user: 0.5 };
const OLD_LLR = -0.5;
const NEW_MS = DAY_MS;
const WATCHED_MS = 7 * DAY_MS;
const OLD_MS = 14 * DAY_MS;
const COMMON = 100;
const HOUR_MS = DAY_MS / 24;

type Draft = Pick<Evidence, 'kind' | 'llr' | 'group' | 'text'>;

const WORDS: Readonly<Record<Remembered['kind'], string>> = {
  domain: 'The domain',
  ip: 'The address',
  user: 'The account',
};

const daysOf = (ms: number): number => Math.floor(ms / DAY_MS);

function sinceText(ms: number): string {
  const hours = Math.floor(ms / HOUR_MS);
  return hours < 1 ? 'within the hour' : hours === 1 ? 'an hour before' : `${hours} hours before`;
}

/** The newest thing decides; only where nothing is new does what is old and common speak. */
export function weighMemory(
  { lastAt }: { readonly lastAt: EpochMs },
  {
    remembered = [],
    watchingSince,
  }: { readonly remembered?: readonly Remembered[]; readonly watchingSince: EpochMs },
): Draft | undefined {
  const isNew = ({ firstAt }: Remembered): boolean =>
    lastAt - firstAt < NEW_MS && firstAt - watchingSince >= WATCHED_MS;
  const news = remembered.filter(isNew);
  const newest = news.reduce<Remembered | undefined>(
    (best, one) => (best && NEW_LLR[best.kind] >= NEW_LLR[one.kind] ? best : one),
    undefined,
  );
  if (newest) {
    const watched = daysOf(newest.firstAt - watchingSince);
    return {
      kind: 'first-seen',
      llr: NEW_LLR[newest.kind],
      group: 'memory',
      text: `${WORDS[newest.kind]} ${newest.id} was seen for the first time ${sinceText(lastAt - newest.firstAt)}, after ${watched} days of watching.`,
    };
  }
  const old = remembered.filter(({ kind }) => kind !== 'user');
  const isCommon = ({ firstAt, count }: Remembered): boolean =>
    lastAt - firstAt >= OLD_MS && count >= COMMON;
  const [first] = old;
  if (!first || !old.every(isCommon)) return undefined;
  return {
    kind: 'long-known',
    llr: OLD_LLR,
    group: 'memory',
    text: `${WORDS[first.kind]} ${first.id} has been in use here for ${daysOf(lastAt - first.firstAt)} days, about ${Math.round(first.count)} times lately.`,
  };
}
