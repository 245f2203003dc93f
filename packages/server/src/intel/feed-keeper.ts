import { join } from 'node:path';
import {
  err,
  fromIndicatorLine,
  IndicatorSet,
  type Json,
  ok,
  type Problem,
  type Result,
} from '@cordon/core';
import type { FeedConfig, FeedReading, ReadFeed } from '@cordon/kit';
import {
  type FeedContent,
  type FeedHead,
  readFeedFile,
  removeDraft,
  sumOf,
  writeFeedFile,
} from './feed-file.ts';

const MINUTE_MS = 60_000;

export interface KeeperDeps {
  readonly dir: string;
  readonly read: ReadFeed;
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** Told of indicators whose value the feed did not name before; before they are kept. */
  readonly onNew?: (feed: string, lines: readonly string[]) => Promise<void>;
}

/** One feed: reads it when it is due, keeps what it gave, and goes on with the old when that fails. */
export class FeedKeeper {
  readonly feed: FeedConfig;
  readonly #deps: KeeperDeps;
  readonly path: string;
  #head: FeedHead | undefined;
  #memory: Json | undefined;
  #failures = 0;
  #problem: Problem | undefined;
  #checkedAt: number | undefined;
  #nextAt = 0;
  #isReading = false;

  constructor(feed: FeedConfig, deps: KeeperDeps) {
    this.feed = feed;
    this.#deps = deps;
    this.path = join(deps.dir, `${feed.id}.feed`);
  }

  get head(): FeedHead | undefined {
    return this.#head;
  }
  get problem(): Problem | undefined {
    return this.#problem;
  }
  get nextAt(): number {
    return this.#nextAt;
  }
  /** When it was last asked with success, whether or not something was new. */
  get checkedAt(): number | undefined {
    return this.#checkedAt;
  }
  get isReading(): boolean {
    return this.#isReading;
  }

  /** Brings back what was kept. */
  async open(): Promise<void> {
    await removeDraft(this.path);
    try {
      this.#head = await readFeedFile(this.path, {});
    } catch (error) {
      this.#problem = damaged(this.path, error);
    }
    this.#memory = this.#head?.memory;
    this.#checkedAt = this.#head?.at;
    this.#nextAt =
      this.#head === undefined ? 0 : this.#head.at + this.feed.every_minutes * MINUTE_MS;
  }

  /** What is kept could not be read. */
  tellDamage(error: unknown): void {
    this.#problem = damaged(this.path, error);
  }

  /** Reads the feed now; tells whether what is kept has changed. */
  async refresh(): Promise<Result<boolean>> {
    if (this.#isReading) return ok(false);
    this.#isReading = true;
    try {
      const { read, signal, now } = this.#deps;
      const reading = await read(this.feed, this.#memory, { signal, now });
      const done = reading.ok ? ok(await this.#take(reading.value)) : reading;
      this.#settle(done.ok ? undefined : done.problem);
      return done;
    } catch (error) {
      const problem = failed(this.path, error);
      this.#settle(problem);
      return err(problem);
    } finally {
      this.#isReading = false;
    }
  }

  /** The next time: as configured, or sooner and then ever later after a failure. */
  #settle(problem: Problem | undefined): void {
    const every = this.feed.every_minutes * MINUTE_MS;
    const now = this.#deps.now();
    this.#problem = problem;
    this.#failures = problem === undefined ? 0 : this.#failures + 1;
    if (problem === undefined) this.#checkedAt = now;
    const pause = problem?.retryable ? MINUTE_MS * 2 ** Math.min(12, this.#failures - 1) : every;
    this.#nextAt = now + Math.min(every, pause);
  }

  async #take(reading: FeedReading): Promise<boolean> {
    this.#memory = reading.memory;
    if (reading.kind === 'unchanged') return false;
    const before: string[] = [];
    await readFeedFile(this.path, { indicator: (line) => before.push(line) }).catch(
      () => undefined,
    );
    const set = reading.replaced === undefined ? reading.indicators : merge(before, reading);
    const content: FeedContent = { indicators: set.lines(), warninglists: reading.warninglists };
    const sha256 = sumOf(content);
    if (sha256 === this.#head?.sha256) return false;
    const { kept, byType } = set.counts();
    const { refused, repeated } = reading.indicators.counts();
    const entries = reading.warninglists.reduce((sum, list) => sum + list.entries.length, 0);
    const head = {
      at: this.#deps.now(),
      memory: reading.memory,
      facts: reading.facts,
      kept,
      byType,
      refused,
      repeated,
      entries,
      sha256,
      ...difference(before, content.indicators),
    };
    await this.#deps.onNew?.(this.feed.id, newOf(before, content.indicators));
    await writeFeedFile(this.path, head, content);
    this.#head = { format: 1, ...head };
    return true;
  }
}

/** What changed takes the place of what was there under the same references. */
function merge(
  before: readonly string[],
  { indicators, replaced = [] }: Extract<FeedReading, { kind: 'read' }>,
): IndicatorSet {
  const set = new IndicatorSet();
  for (const line of before) set.keep(fromIndicatorLine(line));
  set.dropReferences(new Set(replaced));
  for (const indicator of indicators.values()) set.keep(indicator);
  return set;
}

function difference(
  before: readonly string[],
  after: readonly string[],
): { readonly added: number; readonly removed: number } {
  const there = new Set(before);
  const added = after.reduce((sum, line) => sum + (there.has(line) ? 0 : 1), 0);
  return { added, removed: before.length - (after.length - added) };
}

const nameOf = (line: string): string => {
  const { type, value } = fromIndicatorLine(line);
  return `${type}:${value}`;
};

/** Lines of values that were not there: one that is only said again, or differently, is not new. */
function newOf(before: readonly string[], after: readonly string[]): readonly string[] {
  const there = new Set(before);
  const added = after.filter((line) => !there.has(line));
  if (added.length === 0) return added;
  const stay = new Set(after);
  const changed = new Set(before.filter((line) => !stay.has(line)).map(nameOf));
  return changed.size === 0 ? added : added.filter((line) => !changed.has(nameOf(line)));
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const damaged = (path: string, error: unknown): Problem => ({
  code: 'feed_broken',
  detail: `What was kept of the feed cannot be read: ${textOf(error)}.`,
  hint: 'It is read again from where it comes from.',
  at: { file: path },
  retryable: true,
});

const failed = (path: string, error: unknown): Problem => ({
  code: 'store_failed',
  detail: `What the feed gave could not be kept: ${textOf(error)}.`,
  hint: 'What it gave before stays in use; see that there is space on the disk.',
  at: { file: path },
  retryable: true,
});
