/** The head of a request of HTTP/1. */
export interface HttpRequest {
  readonly method: string;
  readonly uri: string;
  readonly host?: string;
  readonly userAgent?: string;
  readonly referrer?: string;
  readonly length?: number;
}

/** The head of an answer of HTTP/1. */
export interface HttpAnswer {
  readonly status: number;
  readonly length?: number;
}

const MAX_HEAD = 8_192;
const MAX_VALUE = 2_048;
const METHODS =
  /^(GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|PROPFIND|PROPPATCH|MKCOL|COPY|MOVE|LOCK|UNLOCK|SEARCH|REPORT) /;
const STATUS = /^HTTP\/1\.[01] ([1-5][0-9][0-9])( |$)/;
/** The first letters of every method and of an answer. */
const FIRST: ReadonlySet<number> = new Set(
  [...'GHPDCOTMLUSR'].map((letter) => letter.charCodeAt(0)),
);

/** The lines of a head, as far as it is in the segment; each octet is a letter. */
function linesOf(payload: Uint8Array): readonly string[] {
  if (!FIRST.has(payload[0] ?? 0)) return [];
  const text = String.fromCharCode(...payload.subarray(0, MAX_HEAD));
  const end = text.indexOf('\r\n\r\n');
  return (end < 0 ? text : text.slice(0, end)).split('\r\n');
}

function headersOf(lines: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines.slice(1)) {
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    const name = line.slice(0, colon).toLowerCase();
    if (!headers.has(name))
      headers.set(
        name,
        line
          .slice(colon + 1)
          .trim()
          .slice(0, MAX_VALUE),
      );
  }
  return headers;
}

function lengthOf(headers: ReadonlyMap<string, string>): { length?: number } {
  const text = headers.get('content-length') ?? '';
  return /^[0-9]{1,15}$/.test(text) ? { length: Number(text) } : {};
}

/** Reads the head of a request that begins with the segment; undefined for what is none. */
export function readRequest(payload: Uint8Array): HttpRequest | undefined {
  const lines = linesOf(payload);
  const first = lines[0] ?? '';
  const method = METHODS.exec(first)?.[1];
  const end = first.lastIndexOf(' HTTP/1.');
  if (method === undefined || end <= method.length) return undefined;
  const headers = headersOf(lines);
  const [host, userAgent, referrer] = ['host', 'user-agent', 'referer'].map((name) =>
    headers.get(name),
  );
  return {
    method,
    uri: first.slice(method.length + 1, end).slice(0, MAX_VALUE),
    ...(host !== undefined && { host }),
    ...(userAgent !== undefined && { userAgent }),
    ...(referrer !== undefined && { referrer }),
    ...lengthOf(headers),
  };
}

/** Reads the head of an answer that begins with the segment; undefined for what is none. */
export function readAnswer(payload: Uint8Array): HttpAnswer | undefined {
  const lines = linesOf(payload);
  const status = STATUS.exec(lines[0] ?? '')?.[1];
  return status === undefined
    ? undefined
    : { status: Number(status), ...lengthOf(headersOf(lines)) };
}
