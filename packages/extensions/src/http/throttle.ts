const LIMIT_MS = 3_600_000;
const SECOND_MS = 1_000;

type Headers = Readonly<Record<string, string>>;

const bounded = (ms: number): number => Math.min(LIMIT_MS, Math.max(0, Math.ceil(ms)));

/** Retry-After: seconds or a date. */
function retryAfter(headers: Headers, nowMs: number): number | undefined {
  const text = headers['retry-after'];
  if (text === undefined || text === '') return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * SECOND_MS;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at - nowMs;
}

/** X-RateLimit-Reset and X-Rate-Limit-Reset: seconds since 1970. */
function reset(headers: Headers, nowMs: number): number | undefined {
  const text = headers['x-rate-limit-reset'] ?? headers['x-ratelimit-reset'];
  const seconds = Number(text ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * SECOND_MS - nowMs : undefined;
}

/** How long a refused request has to wait, when the answer says so; at most an hour. */
export function waitOf(headers: Headers, nowMs: number): number | undefined {
  const wait = retryAfter(headers, nowMs) ?? reset(headers, nowMs);
  return wait === undefined ? undefined : bounded(wait);
}

/** How long to wait before the next page, when the answer says that it was the last one for now. */
export function pauseOf(headers: Headers, nowMs: number): number {
  const left = headers['x-rate-limit-remaining'] ?? headers['x-ratelimit-remaining'];
  return left === '0' ? (waitOf(headers, nowMs) ?? 0) : 0;
}
