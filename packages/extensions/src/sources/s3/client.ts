import { AwsV4Signer } from 'aws4fetch';
import { type Answer, type Caller, createCaller } from '../../http/outgoing.ts';
import { denied, SourceTrouble, unreachable } from '../session.ts';
import type { S3Config } from './config.ts';
import { type Listing, parseListing } from './listing.ts';

const LISTING_BYTES = 16 * 1_048_576;
/** Compressed; what it unpacks to has a limit of its own. */
export const OBJECT_BYTES = 128 * 1_048_576;

/** The two requests that a bucket is read with. */
export interface Bucket {
  list(from: {
    readonly prefix: string;
    readonly after: string;
    readonly token?: string;
  }): Promise<Listing>;
  get(key: string): Promise<Buffer>;
  close(): Promise<void>;
}

/** A path is encoded as Signature V4 wants it, and slashes stay. */
const encodeKey = (key: string): string =>
  key
    .split('/')
    .map((part) =>
      encodeURIComponent(part).replace(
        /[!'()*]/g,
        (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
      ),
    )
    .join('/');

/** Opens a bucket, addressed by path, which every product understands. */
export function openBucket(config: S3Config, signal: AbortSignal): Bucket {
  const caller = createCaller(config.allowPrivate);
  const base = `${config.endpoint.replace(/\/$/, '')}/${config.bucket}`;
  const what = `The bucket ${config.bucket}`;
  const call = (url: URL, maxBytes: number) =>
    send({ caller, config, signal, what }, url, maxBytes);
  return {
    async list({ prefix, after, token }) {
      const url = new URL(base);
      url.searchParams.set('list-type', '2');
      url.searchParams.set('encoding-type', 'url');
      url.searchParams.set('prefix', prefix);
      if (token !== undefined) url.searchParams.set('continuation-token', token);
      else if (after !== '') url.searchParams.set('start-after', after);
      const { body } = await call(url, LISTING_BYTES);
      const listing = parseListing(body.toString('utf8'));
      if (listing === undefined) throw damaged(what);
      return listing;
    },
    async get(key) {
      const { body } = await call(new URL(`${base}/${encodeKey(key)}`), OBJECT_BYTES);
      return body;
    },
    close: () => caller.close(),
  };
}

interface Sending {
  readonly caller: Caller;
  readonly config: S3Config;
  readonly signal: AbortSignal;
  readonly what: string;
}

async function send(
  { caller, config, signal, what }: Sending,
  url: URL,
  maxBytes: number,
): Promise<Answer> {
  const signed = await new AwsV4Signer({
    url: url.href,
    method: 'GET',
    service: 's3',
    region: config.region,
    accessKeyId: config.accessKeyId,
    secretAccessKey: config.secretAccessKey,
    ...(config.sessionToken === undefined ? {} : { sessionToken: config.sessionToken }),
  }).sign();
  const headers = Object.fromEntries(signed.headers);
  const answer = await caller.call(
    { what, url: signed.url, method: 'GET', headers, maxBytes },
    signal,
  );
  if (answer.status === 200) return answer;
  throw refusal(what, answer);
}

function refusal(what: string, { status, headers }: Answer): SourceTrouble {
  if (status === 401 || status === 403)
    return new SourceTrouble(denied(what, `it answered HTTP ${status}`));
  if (status !== 503 && status !== 429)
    return new SourceTrouble(unreachable(what, `it answered HTTP ${status}`));
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  const problem = {
    code: 'source_throttled' as const,
    detail: `${what} asked to slow down (HTTP ${status}).`,
    retryable: true,
  };
  return Number.isFinite(seconds)
    ? new SourceTrouble(problem, Math.min(3_600, Math.max(0, seconds)) * 1_000)
    : new SourceTrouble(problem);
}

const damaged = (what: string): SourceTrouble =>
  new SourceTrouble({
    code: 'page_damaged',
    detail: `${what} answered with a listing that is cut off or none.`,
    retryable: true,
  });
