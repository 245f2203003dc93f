import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  err,
  guessType,
  IndicatorIndex,
  type Intelligence,
  type ListedThing,
  type MatchCounts,
  ok,
  type Problem,
  type Result,
  toCanonical,
  WarninglistBook,
} from '@cordon/core';
import type { FeedConfig, ReadFeed } from '@cordon/kit';
import type { FeedView, IntelDesk } from '../ports.ts';
import { FeedKeeper } from './feed-keeper.ts';
import { LookBack, type LookBackDeps } from './look-back.ts';
import { type IntelFiles, readIntelligence } from './read-intelligence.ts';

const LOOK_EVERY_MS = 5_000;
const MOST_FOUND = 200;

export interface IntelDeps {
  readonly feeds: readonly FeedConfig[];
  readonly dataDir: string;
  readonly readFeed: ReadFeed;
  /** What matches events: told of what is in use now, and of the files that it was made of. */
  readonly matcher: {
    use(intelligence: Intelligence, files: IntelFiles): void;
    counts(): MatchCounts;
  };
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly onProblem: (problem: Problem) => void;
  /** Where new indicators are looked for; without it only in what is to come. */
  readonly lookBack?: Omit<LookBackDeps, 'dir' | 'warninglists' | 'now' | 'onProblem'>;
}

/** Threat intelligence as it runs: feeds on their schedule, one index made of all of them. */
export interface RunningIntel extends IntelDesk {
  /** Reads feeds when they are due, until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** What the harmless lists that know a text say of touching it. */
  floor(text: string): ListedThing | undefined;
}

class Intel implements RunningIntel {
  readonly #deps: IntelDeps;
  readonly #keepers: readonly FeedKeeper[];
  readonly #seed = randomInt(2 ** 31);
  readonly #lookBack: LookBack | undefined;
  #now: Intelligence;

  constructor(deps: IntelDeps) {
    this.#deps = deps;
    const { readFeed, now, signal, dataDir, onProblem } = deps;
    const dir = join(dataDir, 'intel');
    this.#lookBack =
      deps.lookBack &&
      new LookBack({
        ...deps.lookBack,
        dir: join(dir, 'look-back'),
        warninglists: () => this.#now.warninglists,
        now,
        onProblem,
      });
    this.#keepers = deps.feeds.map(
      (feed) => new FeedKeeper(feed, { dir, read: readFeed, now, signal, onNew: this.#onNew }),
    );
    this.#now = { index: new IndicatorIndex().seal(), warninglists: new WarninglistBook([]) };
  }

  readonly #onNew = async (feed: string, lines: readonly string[]): Promise<void> =>
    this.#lookBack?.add(feed, lines);

  async open(): Promise<void> {
    for (const keeper of this.#keepers) await keeper.open();
    await this.#rebuild();
  }

  /** A new index beside the old one; events are matched with the old until it is whole. */
  async #rebuild(): Promise<void> {
    const files: IntelFiles = {
      feeds: this.#keepers.map(({ feed, path }) => ({ id: feed.id, path, ...given(feed.floor) })),
      expected: this.#keepers.reduce((sum, { head }) => sum + (head?.kept ?? 0), 0),
      seed: this.#seed,
    };
    this.#now = await readIntelligence(files, (id, error) =>
      this.#keepers.find(({ feed }) => feed.id === id)?.tellDamage(error),
    );
    this.#deps.matcher.use(this.#now, files);
  }

  /** Feeds go on being read while stored events are searched. */
  run = async (signal: AbortSignal): Promise<void> => {
    const again = async (work: () => Promise<void> | undefined): Promise<void> => {
      while (!signal.aborted) {
        await work();
        await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
      }
    };
    await Promise.all([
      again(() => this.#round(signal)),
      again(() => this.#lookBack?.work(signal)),
    ]);
  };

  async #round(signal: AbortSignal): Promise<void> {
    let isChanged = false;
    for (const keeper of this.#keepers) {
      if (signal.aborted || keeper.nextAt > this.#deps.now()) continue;
      const done = await keeper.refresh();
      if (!done.ok && !signal.aborted) this.#deps.onProblem(done.problem);
      isChanged ||= done.ok && done.value;
    }
    if (isChanged) await this.#rebuild();
  }

  refresh = async (id: string): Promise<Result<FeedView>> => {
    const keeper = this.#keepers.find(({ feed }) => feed.id === id);
    if (keeper === undefined)
      return err({
        code: 'not_found',
        detail: `There is no feed "${id}".`,
        hint: 'Feeds are configured under `intel` in cordon.yml.',
        retryable: false,
      });
    const done = await keeper.refresh();
    if (!done.ok) return done;
    if (done.value) await this.#rebuild();
    return ok(toView(keeper));
  };

  feeds = (): readonly FeedView[] => this.#keepers.map(toView);

  totals: IntelDesk['totals'] = () => ({
    indicators: this.#now.index.size,
    warninglistEntries: this.#now.warninglists.size,
    bytes: this.#now.index.bytes + this.#now.warninglists.bytes,
    matches: this.#deps.matcher.counts(),
    ...(this.#lookBack === undefined ? {} : { lookBack: this.#lookBack.counts() }),
  });

  search: IntelDesk['search'] = (text) => {
    const guess = guessType(text);
    const values = new Set([guess?.value ?? '', toCanonical('text', text) ?? '']);
    const found = [...values]
      .filter((value) => value !== '')
      .flatMap((value) => this.#now.index.search(value));
    return {
      ...(guess === undefined ? {} : { type: guess.type, value: guess.value }),
      entries: found.slice(0, MOST_FOUND),
      warninglists: guess === undefined ? [] : this.#now.warninglists.find(guess.type, guess.value),
    };
  };

  floor = (text: string): ListedThing | undefined => {
    const listed = this.#now.warninglists.floor(text);
    if (listed === undefined || listed.floor === 'ignore') return undefined;
    return { value: text, why: `it is on the warninglist "${listed.name}"`, floor: listed.floor };
  };
}

const given = (floor: FeedConfig['floor']) => (floor === undefined ? {} : { floor });

function toView({ feed, head, problem, nextAt, checkedAt, isReading }: FeedKeeper): FeedView {
  return {
    id: feed.id,
    title: feed.title ?? feed.id,
    format: feed.format,
    where: withoutSecrets(feed.url),
    isReading,
    nextAt,
    ...(checkedAt === undefined ? {} : { checkedAt }),
    ...(problem === undefined ? {} : { problem: hideSecrets(problem) }),
    ...(head === undefined ? {} : { content: head }),
  };
}

/** What stands before `@` or behind `?` may be a key. */
const withoutSecrets = (text: string): string => {
  if (!URL.canParse(text)) return text;
  const { protocol, host, pathname } = new URL(text);
  return `${protocol}//${host}${pathname}`;
};
const hideSecrets = (problem: Problem): Problem =>
  problem.at === undefined
    ? problem
    : { ...problem, at: { ...problem.at, file: withoutSecrets(problem.at.file) } };

/** Brings back what was kept and makes it ready; feeds are read once `run` is called. */
export async function createIntel(deps: IntelDeps): Promise<RunningIntel> {
  const intel = new Intel(deps);
  await intel.open();
  return intel;
}
