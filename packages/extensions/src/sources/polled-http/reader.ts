import { createHash } from 'node:crypto';
import type { SourceContext } from '@cordon/kit';
import { type Authoriser, createAuthoriser } from '../../http/authorise.ts';
import { fill } from '../../http/fill.ts';
import { type Answer, createCaller } from '../../http/outgoing.ts';
import { pauseOf, waitOf } from '../../http/throttle.ts';
import { Recent } from '../recent.ts';
import { denied, SourceTrouble, unreachable } from '../session.ts';
import type { PolledHttpConfig } from './config.ts';
import type { Manifest } from './manifest.ts';
import { type Item, type Page, readPage } from './page.ts';
import { ForeignPage, type PageRequest, pageRequest } from './request.ts';
import { nextWindow, parseState, SEEN_LIMIT, toSaved, type Window } from './window.ts';

type Context = SourceContext<PolledHttpConfig>;

const PAGE_BYTES = 64 * 1_048_576;
const HOUR_MS = 3_600_000;
const SECOND_MS = 1_000;

/** An API that is being read. */
export interface Api {
  readonly place: string;
  /** Takes one page; how long to wait before the next one, undefined when there is none for now. */
  readPage(): Promise<number | undefined>;
  close(): Promise<void>;
}

/** Opens an API where the memory says that it stopped. */
export async function openApi(context: Context, manifest: Manifest): Promise<Api> {
  const { config, now, memory } = context;
  const caller = createCaller(config.allowPrivate);
  const base = config.baseUrl ?? fill(manifest.baseUrl, config.values);
  const values = { ...config.values, base };
  const tokenUrl =
    config.tokenUrl ??
    (manifest.auth.kind === 'oauth2' ? fill(manifest.auth.tokenUrl, values) : '');
  const { auth, title: what } = manifest;
  const authoriser = createAuthoriser({ auth, config, caller, tokenUrl, now, what });
  const send = async (request: PageRequest): Promise<Answer> => {
    const { method, url, body } = request;
    const proof = await authoriser.headers(request, context.signal);
    const headers = {
      accept: 'application/json',
      'user-agent': 'cordon',
      ...(body === '' ? {} : { 'content-type': 'application/json' }),
      ...manifest.headers,
      ...proof,
    };
    const sent = body === '' ? {} : { body };
    return caller.call(
      { what, url, method, headers, maxBytes: PAGE_BYTES, ...sent },
      context.signal,
    );
  };
  const saved = parseState(await memory.load());
  const reader = new ApiReader({ context, manifest, base, values, authoriser, send }, saved);
  return { place: new URL(base).origin, readPage: () => reader.readPage(), close: caller.close };
}

interface ReaderDeps {
  readonly context: Context;
  readonly manifest: Manifest;
  readonly base: string;
  readonly values: Readonly<Record<string, string>>;
  readonly authoriser: Authoriser;
  readonly send: (request: PageRequest) => Promise<Answer>;
}

/** Short enough to remember many of. */
const shortId = (id: string): string =>
  createHash('sha256').update(id).digest('base64').slice(0, 11);

class ApiReader {
  private readonly deps: ReaderDeps;
  private readonly seen: Recent;
  private window: Window | undefined;
  private readTo: number | undefined;

  constructor(deps: ReaderDeps, saved: ReturnType<typeof parseState>) {
    this.deps = deps;
    this.seen = new Recent(SEEN_LIMIT, saved.seen);
    this.window = saved.window;
    this.readTo = saved.readTo;
  }

  async readPage(): Promise<number | undefined> {
    const { context, manifest } = this.deps;
    const now = context.now();
    this.window = nextWindow(
      { window: this.window, readTo: this.readTo, seen: [] },
      {
        now,
        overlapMs: manifest.overlapSeconds * SECOND_MS,
        lagMs: manifest.lagSeconds * SECOND_MS,
        startMs: now - context.config.startHoursAgo * HOUR_MS,
      },
    );
    if (this.window === undefined) return undefined;
    const { page, headers } = await this.fetch(this.window);
    await this.take(page.items);
    if (context.signal.aborted) return undefined;
    await this.moveOn(this.window, page);
    return page.next === undefined ? undefined : pauseOf(headers, context.now());
  }

  private async fetch(window: Window): Promise<{ page: Page; headers: Answer['headers'] }> {
    const { manifest, base, values } = this.deps;
    try {
      const request = pageRequest(manifest, { base, values }, window);
      const answer = await this.ask(request, window);
      const { headers } = answer;
      const body = answer.body.toString('utf8');
      const page = readPage(manifest, { body, headers, cursor: window.cursor });
      if (page === undefined) throw this.damaged('with what is no page of it');
      return { page, headers };
    } catch (error) {
      if (error instanceof ForeignPage) throw this.damaged('that its next page is at another host');
      throw error;
    }
  }

  /** One request; a refused token is fetched anew once. */
  private async ask(request: PageRequest, window: Window): Promise<Answer> {
    const { send, authoriser, manifest } = this.deps;
    let answer = await send(request);
    if (answer.status === 401 && manifest.auth.kind === 'oauth2') {
      authoriser.forget();
      answer = await send(request);
    }
    if (answer.status === 200) return answer;
    throw await this.refusal(answer, window);
  }

  private async refusal({ status, headers }: Answer, window: Window): Promise<SourceTrouble> {
    const what = this.deps.manifest.title;
    const waitMs = waitOf(headers, this.deps.context.now());
    const isUsedUp =
      status === 403 && (headers['x-ratelimit-remaining'] === '0' || 'retry-after' in headers);
    if (status === 429 || isUsedUp || (status === 503 && waitMs !== undefined))
      return new SourceTrouble(throttled(what, status), waitMs);
    if (status === 401 || status === 403) {
      this.deps.authoriser.forget();
      return new SourceTrouble(denied(what, `it answered HTTP ${status}`));
    }
    const isCursorGone = [400, 404, 410, 422].includes(status) && window.cursor !== undefined;
    if (!isCursorGone) return new SourceTrouble(unreachable(what, `it answered HTTP ${status}`));
    this.window = { ...window, cursor: undefined };
    await this.save();
    return this.damaged(`HTTP ${status} for its own next page, so the window is read again`);
  }

  private damaged(how: string): SourceTrouble {
    return new SourceTrouble({
      code: 'page_damaged',
      detail: `${this.deps.manifest.title} answered ${how}.`,
      hint: 'It is asked again with growing pauses; nothing was left out.',
      retryable: true,
    });
  }

  private async take(items: readonly Item[]): Promise<void> {
    const { sink, now } = this.deps.context;
    const fresh: Item[] = [];
    const ids = new Set<string>();
    for (const item of items) {
      const id = item.id === undefined ? undefined : shortId(item.id);
      if (id !== undefined && (this.seen.has(id) || ids.has(id))) continue;
      if (id !== undefined) ids.add(id);
      fresh.push(item);
    }
    if (fresh.length > 0) {
      const receivedAt = now();
      await sink.accept(fresh.map(({ text }) => ({ bytes: Buffer.from(text), receivedAt })));
    }
    for (const id of ids) this.seen.add(id);
  }

  private async moveOn(window: Window, page: Page): Promise<void> {
    this.window = page.next === undefined ? undefined : { ...window, cursor: page.next };
    if (page.next === undefined) this.readTo = window.to;
    await this.save();
  }

  private save(): Promise<void> {
    const { window, readTo } = this;
    return this.deps.context.memory.save(toSaved({ window, readTo, seen: this.seen.list() }));
  }
}

const throttled = (what: string, status: number) => ({
  code: 'source_throttled' as const,
  detail: `${what} asked to slow down (HTTP ${status}).`,
  retryable: true,
});
