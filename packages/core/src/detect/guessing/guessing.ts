import { canonicalIp, canonicalUser } from '../../entity/resolve.ts';
import type { Event } from '../../event/event.ts';
import type { EpochMs } from '../../shared/time.ts';
import { entitiesOf } from '../event-entities.ts';
import { createKeyedDetector, KeyedState } from '../keyed-state.ts';
import { hashOf, isNewTo } from '../seen-before.ts';
import { chanceOf, startWalk, step } from '../statistics/walk.ts';
import { type Clue, type DetectorRule, defineDetector } from '../stream-detector.ts';
import { chanceText, cut, shouldTell, untold } from '../telling.ts';

/*
 * Three sequential tests over log-ins, none with a window, so slow ones are seen as well:
 * - guessing: all attempts of one source;
 * - spraying: the first attempt of one source on each account;
 * - distributed: the first attempt of each source on one account.
 */

const AUTHENTICATION = 3002;
const REMEMBERED = 64;
const MAX_AT_ONCE = 20;
const LEAST_PARTNERS = 5;
const ATTEMPTS = { quiet: 0.4, trouble: 0.95 };
const FIRSTS = { quiet: 0.3, trouble: 0.9 };

const rule: DetectorRule = {
  id: 'detector:guessing',
  title: 'Passwords are guessed',
  techniques: ['T1110', 'T1110.001', 'T1110.003'],
  tactics: ['credential-access'],
  falsepositives: [
    'A service with an outdated password',
    'A directory or VPN that is out of order',
  ],
  behaviour: 'bruteforce',
};

export const guessing = defineDetector({
  name: 'guessing',
  description: 'Guessed and sprayed passwords, slow and distributed ones too, by sequential tests.',
  parameters: {
    keys: {
      default: 10_000,
      minimum: 100,
      maximum: 40_000,
      description: 'Sources, and as many accounts, remembered.',
    },
    p: { default: 0.001, minimum: 1e-9, maximum: 0.05, description: 'Chance at which it is said.' },
  },
  create({ keys, p: atMost }) {
    const memory = {
      sources: new KeyedState({ capacity: keys, fresh: freshSource }),
      accounts: new KeyedState({ capacity: keys, fresh }),
    };
    return createKeyedDetector({
      rule,
      states: memory,
      observe: (event, time) => observe(memory, event, { time, atMost }),
    });
  },
});

const fresh = (time: number) => ({
  ...untold(),
  walk: startWalk(),
  since: time,
  failures: 0,
  others: [] as number[],
});
const freshSource = (time: number) => ({
  guess: fresh(time),
  spray: fresh(time),
  /** Accounts it got into before. */
  good: [] as number[],
});
type Test = ReturnType<typeof fresh>;

interface Memory {
  readonly sources: KeyedState<ReturnType<typeof freshSource>>;
  readonly accounts: KeyedState<Test>;
}

function observe(
  memory: Memory,
  event: Event,
  now: { readonly time: EpochMs; readonly atMost: number },
): readonly Clue[] {
  const names = loginOf(event);
  if (!names) return [];
  const { source, isFailure } = names;
  const { guess, spray, good } = memory.sources.at(source, now.time);
  const account = hashOf(names.account);
  const isOwn = good.includes(account);
  const wasGuessing = chanceOf(guess.walk) <= now.atMost ** 2;
  if (!isOwn) walk(guess, isFailure, isFailure ? attemptsOf(event) : 1);
  const moved: Found[] = isOwn ? [] : [{ kind: 'guessing', test: guess }];
  if (names.account !== '') {
    const owner = memory.accounts.at(names.account, now.time);
    if (first(spray, account, isFailure)) moved.push({ kind: 'spraying', test: spray });
    if (first(owner, hashOf(source), isFailure)) moved.push({ kind: 'distributed', test: owner });
  }
  if (isFailure)
    return moved
      .filter(({ test }) => shouldTell(test, chanceOf(test.walk), now))
      .map((found) => toClue(found, names, event));
  isNewTo(good, account, REMEMBERED);
  return wasGuessing && !isOwn ? [toClue({ kind: 'success', test: guess }, names, event)] : [];
}

/** Is it the first try with this partner, and are there enough partners to speak of? */
function first(test: Test, partner: number, isFailure: boolean): boolean {
  if (!isNewTo(test.others, partner, REMEMBERED)) return false;
  walk(test, isFailure);
  return test.others.length >= LEAST_PARTNERS;
}

/** The log-in the event is about, if it says where it came from and how it ended. */
function loginOf(event: Event): Names | undefined {
  const { class_uid, status_id, user } = event;
  if (class_uid !== AUTHENTICATION || (status_id !== 1 && status_id !== 2)) return undefined;
  const source = sourceOf(event);
  if (!source) return undefined;
  return {
    source,
    account: user?.name ? canonicalUser(user.name) : '',
    isFailure: status_id === 2,
  };
}

interface Names {
  readonly source: string;
  readonly account: string;
  readonly isFailure: boolean;
}
interface Found {
  readonly kind: keyof typeof SENTENCES;
  readonly test: Test;
}

/** All attempts count in a test of guessing, the first with each partner in the others. */
function walk(test: Test, isFailure: boolean, attempts?: number): void {
  const rates = attempts === undefined ? FIRSTS : ATTEMPTS;
  for (let at = 0; at < (attempts ?? 1); at += 1) step(test.walk, isFailure, rates);
  test.failures += isFailure ? (attempts ?? 1) : 0;
}

/** One record may stand for several attempts. */
const attemptsOf = ({ count = 1 }: Event): number =>
  Number.isFinite(count) ? Math.min(MAX_AT_ONCE, Math.max(1, Math.floor(count))) : 1;

/** Where it came from; an address that says nothing (`-`, empty) is none. */
function sourceOf({ src_endpoint }: Event): string | undefined {
  const ip = src_endpoint?.ip ? canonicalIp(src_endpoint.ip) : undefined;
  return ip ?? (src_endpoint?.hostname?.trim() || undefined)?.toLowerCase();
}

const SENTENCES = {
  guessing: ({ source }: Names, { failures }: Test) =>
    `${cut(source)} failed to log in ${failures} times`,
  spraying: ({ source }: Names, { others, failures }: Test) =>
    `${cut(source)} failed at ${failures} of ${others.length} accounts the first time it tried them`,
  distributed: ({ account }: Names, { others, failures }: Test) =>
    `${failures} of ${others.length} sources failed at the account ${cut(account)} the first time they tried it`,
  success: ({ source, account }: Names, { failures }: Test) =>
    `${cut(source)} got into ${cut(account) || 'an account'} after it had failed ${failures} times`,
} as const;

function toClue({ kind, test }: Found, names: Names, event: Event): Clue {
  const p = chanceOf(test.walk);
  const rates = kind === 'guessing' || kind === 'success' ? ATTEMPTS : FIRSTS;
  return {
    key: `${kind} ${kind === 'distributed' ? names.account : names.source}`,
    p,
    text: `${SENTENCES[kind](names, test)}: chance ${chanceText(p)} where at most ${rates.quiet * 100} % fail.`,
    since: test.since as EpochMs,
    count: Math.max(1, test.failures),
    entities: entitiesOf(event),
    matched: { kind, failures: String(test.failures), different: String(test.others.length) },
  };
}
