import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { err, ok, type Problem, type ProblemCode, type Result } from '@cordon/core';
import type { FeedConfig } from '@cordon/kit';
import { Agent, type Dispatcher, request } from 'undici';
import { ForbiddenAddress, guardedLookup, isPrivateAddress } from '../public-address.ts';
import { isZip, unzip } from './unzip.ts';

const MAX_REDIRECTS = 3;
const TIMEOUT_MS = 60_000;
const MEGABYTE = 1_048_576;
const UNPACK = {
  gzip: promisify(gunzip),
  br: promisify(brotliDecompress),
  deflate: promisify(inflate),
};

/** Marks of the version that is at hand already. */
export interface Version {
  readonly etag?: string;
  readonly lastModified?: string;
}

/** What an address gave. */
export type Fetched =
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'fresh';
      readonly text: string;
      readonly version: Version;
      readonly header: (name: string) => string | undefined;
    };

/** A way to ask the server of one feed; closed by whoever opened it. */
export interface FeedClient extends AsyncDisposable {
  get(
    url: string,
    ask?: { readonly version?: Version | undefined; readonly accept?: string },
  ): Promise<Result<Fetched>>;
}

const HINTS: Readonly<Partial<Record<ProblemCode, string>>> = {
  feed_denied: 'look at the username, password or token of the feed',
  feed_too_large: 'raise max_megabytes when that is meant',
  target_not_allowed: 'set allow_private when that is meant',
};

function problem(code: ProblemCode, url: string, detail: string): Problem {
  const hint = HINTS[code];
  return {
    code,
    detail,
    ...(hint === undefined ? {} : { hint }),
    at: { file: url },
    retryable: code !== 'target_not_allowed',
  };
}

class TooLarge extends Error {}

async function readBody(body: AsyncIterable<Buffer>, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) throw new TooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function unpack(bytes: Buffer, encoding: string, limit: number): Promise<Buffer> {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const name = isGzip ? 'gzip' : encoding;
  try {
    if (isZip(bytes)) return await unzip(bytes, limit);
    if (name !== 'gzip' && name !== 'br' && name !== 'deflate') return bytes;
    return await UNPACK[name](bytes, { maxOutputLength: limit });
  } catch (error) {
    if (error instanceof RangeError) throw new TooLarge();
    throw error;
  }
}

const single = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;

class HttpClient implements FeedClient {
  readonly #feed: FeedConfig;
  readonly #signal: AbortSignal;
  readonly #agent: Agent;
  readonly #home: string;

  constructor(feed: FeedConfig, signal: AbortSignal, ca: string | undefined) {
    this.#feed = feed;
    this.#signal = signal;
    this.#home = new URL(feed.url).origin;
    this.#agent = new Agent({
      connect: {
        ...(feed.allow_private ? {} : { lookup: guardedLookup }),
        ...(ca === undefined ? {} : { ca }),
      },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.destroy();
  }

  get: FeedClient['get'] = async (url, ask = {}) => {
    try {
      return await this.#follow(url, ask);
    } catch (error) {
      return err(this.#toProblem(url, error));
    }
  };

  #toProblem(url: string, error: unknown): Problem {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    if (cause instanceof ForbiddenAddress) return notAllowed(url, cause.message);
    if (cause instanceof TooLarge)
      return problem('feed_too_large', url, `It is larger than ${this.#feed.max_megabytes} MB.`);
    const text = cause instanceof Error ? cause.message : String(cause);
    return problem('feed_unreachable', url, `It could not be read: ${text}.`);
  }

  async #follow(
    from: string,
    ask: NonNullable<Parameters<FeedClient['get']>[1]>,
  ): Promise<Result<Fetched>> {
    let url = from;
    for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
      const forbidden = this.#objection(url);
      if (forbidden) return err(forbidden);
      const answer = await this.#ask(url, ask);
      const location = single(answer.headers['location']);
      if (answer.statusCode < 300 || answer.statusCode >= 400 || location === undefined)
        return this.#take(url, answer);
      await answer.body.dump();
      url = new URL(location, url).href;
    }
    return err(problem('feed_unreachable', from, `It leads on more than ${MAX_REDIRECTS} times.`));
  }

  #objection(url: string): Problem | undefined {
    const { protocol, hostname } = new URL(url);
    const host = hostname.replace(/^\[|\]$/g, '');
    if (protocol !== 'https:' && protocol !== 'http:') return notAllowed(url, `${protocol} leads`);
    const isBarred = !this.#feed.allow_private && isIP(host) !== 0 && isPrivateAddress(host);
    return isBarred ? notAllowed(url, host) : undefined;
  }

  /** Credentials go to the feed's own origin, never to where it leads. */
  #ask(
    url: string,
    { version, accept }: NonNullable<Parameters<FeedClient['get']>[1]>,
  ): Promise<Dispatcher.ResponseData> {
    const { username, password, token, headers } = this.#feed;
    const isHome = new URL(url).origin === this.#home;
    const basic = Buffer.from(`${username ?? ''}:${password ?? ''}`).toString('base64');
    const secret =
      token !== undefined
        ? `Bearer ${token}`
        : username !== undefined
          ? `Basic ${basic}`
          : undefined;
    return request(url, {
      dispatcher: this.#agent,
      signal: AbortSignal.any([this.#signal, AbortSignal.timeout(TIMEOUT_MS)]),
      headers: {
        'user-agent': 'Cordon',
        accept: accept ?? '*/*',
        'accept-encoding': 'gzip, br, deflate',
        ...(version?.etag === undefined ? {} : { 'if-none-match': version.etag }),
        ...(version?.lastModified === undefined
          ? {}
          : { 'if-modified-since': version.lastModified }),
        ...(isHome ? headers : {}),
        ...(isHome && secret !== undefined ? { authorization: secret } : {}),
      },
    });
  }

  async #take(url: string, answer: Dispatcher.ResponseData): Promise<Result<Fetched>> {
    const { statusCode, headers, body } = answer;
    if (statusCode === 200 || statusCode === 206) {
      const limit = this.#feed.max_megabytes * MEGABYTE;
      const raw = await readBody(body, limit);
      const bytes = await unpack(raw, single(headers['content-encoding']) ?? '', limit);
      const etag = single(headers['etag']);
      const lastModified = single(headers['last-modified']);
      return ok({
        kind: 'fresh',
        text: bytes.toString('utf8').replace(/^\uFEFF/, ''),
        version: {
          ...(etag === undefined ? {} : { etag }),
          ...(lastModified === undefined ? {} : { lastModified }),
        },
        header: (name) => single(headers[name]),
      });
    }
    await body.dump();
    if (statusCode === 304) return ok({ kind: 'unchanged' });
    if (statusCode === 401 || statusCode === 403)
      return err(problem('feed_denied', url, `It answered HTTP ${statusCode}.`));
    return err(problem('feed_unreachable', url, `It answered HTTP ${statusCode}.`));
  }
}

const notAllowed = (url: string, what: string): Problem =>
  problem('target_not_allowed', url, `${what}, which is not a public address.`);

/** Reads files of this machine. */
const createFileClient = (feed: FeedConfig): FeedClient => ({
  [Symbol.asyncDispose]: async () => undefined,
  async get(url) {
    try {
      const limit = feed.max_megabytes * MEGABYTE;
      const bytes = await unpack(await readFile(fileURLToPath(url)), '', limit);
      if (bytes.length > limit) throw new TooLarge(`It is larger than ${feed.max_megabytes} MB`);
      return ok({
        kind: 'fresh',
        text: bytes.toString('utf8'),
        version: {},
        header: () => undefined,
      });
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      return err(problem('feed_unreachable', url, `It could not be read: ${text}.`));
    }
  },
});

/** Opens a way to the server of a feed. */
export async function openFeedClient(feed: FeedConfig, signal: AbortSignal): Promise<FeedClient> {
  if (feed.url.startsWith('file:')) return createFileClient(feed);
  const ca = feed.ca_file === undefined ? undefined : await readFile(feed.ca_file, 'utf8');
  return new HttpClient(feed, signal, ca);
}
