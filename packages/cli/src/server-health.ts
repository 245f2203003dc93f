import type { Config } from '@cordon/server';

const TIMEOUT_MS = 2_000;

/** Does a server answer where the configuration says, and is it ready? */
export type ServerHealth =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'silent'; readonly url: string }
  | { readonly kind: 'answers'; readonly url: string; readonly status: string };

/** Asks the server of a configuration; without one nothing is known. */
export async function askServer(config: Config | undefined): Promise<ServerHealth> {
  if (config === undefined) return { kind: 'unknown' };
  const url = toUrl(config.server);
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const body: unknown = await response.json();
    const status =
      typeof body === 'object' && body !== null && 'status' in body ? String(body.status) : '';
    return { kind: 'answers', url, status: status || `HTTP ${response.status}` };
  } catch {
    return { kind: 'silent', url };
  }
}

/** A server on every address is asked on loopback. */
function toUrl({ host, port }: Config['server']): string {
  const near = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  return `http://${near.includes(':') ? `[${near}]` : near}:${port}`;
}
