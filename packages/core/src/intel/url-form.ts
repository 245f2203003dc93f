const SCHEME = /^([a-z][a-z0-9+.-]{1,15}):\/\//i;
const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: '80', https: '443', ftp: '21' };
const MAX_URL = 2_048;

/** The parts of an address of the web that are compared. */
export interface UrlForm {
  /** Lower case, without port. */
  readonly host: string;
  /** Host, port when it is not the usual one, path and query: without scheme, user and fragment. */
  readonly key: string;
  /** The same without the query, where there is one. */
  readonly keyWithoutQuery?: string;
}

/**
 * One form for the many that mean the same: no scheme for http and https, host in lower case, no usual
 * port, no user, no fragment, `/` for an empty path. Undefined when there is no host in it.
 */
export function toUrlForm(text: string): UrlForm | undefined {
  const trimmed = text.trim();
  if (trimmed.length > MAX_URL || trimmed === '' || /\s/.test(trimmed)) return undefined;
  const scheme = SCHEME.exec(trimmed)?.[1]?.toLowerCase() ?? '';
  const rest = scheme === '' ? trimmed.replace(/^\/\//, '') : trimmed.slice(scheme.length + 3);
  const end = rest.search(/[/?#]/);
  const host = toHost(end < 0 ? rest : rest.slice(0, end), scheme);
  if (host === undefined) return undefined;
  const tail = (end < 0 ? '' : rest.slice(end)).split('#')[0] ?? '';
  const path = tail.startsWith('/') ? tail : `/${tail}`;
  const shown = scheme === '' || scheme === 'http' || scheme === 'https' ? '' : `${scheme}://`;
  const key = `${shown}${host.name}${host.port}${decodeUnreserved(path)}`;
  const query = key.indexOf('?');
  return {
    host: host.name,
    key,
    ...(query < 0 ? {} : { keyWithoutQuery: key.slice(0, query) }),
  };
}

function toHost(
  authority: string,
  scheme: string,
): { readonly name: string; readonly port: string } | undefined {
  const bare = authority.slice(authority.lastIndexOf('@') + 1).toLowerCase();
  const found = /^(\[[0-9a-f:.]+\]|[^:[\]/\\]+)(?::(\d{0,5}))?$/.exec(bare);
  const name = found?.[1]?.replace(/\.$/, '');
  if (!name || !/[.:]/.test(name)) return undefined;
  const port = found?.[2] ?? '';
  const usual = scheme === '' ? ['80', '443', ''] : [DEFAULT_PORTS[scheme] ?? '', ''];
  return { name, port: usual.includes(port) ? '' : `:${port}` };
}

/** `%41` is `A` whatever wrote it; what is reserved stays as it is, in upper case. */
const decodeUnreserved = (text: string): string =>
  text.includes('%')
    ? text.replace(/%[0-9a-f]{2}/gi, (code) => {
        const char = String.fromCharCode(Number.parseInt(code.slice(1), 16));
        return /[A-Za-z0-9._~-]/.test(char) ? char : code.toUpperCase();
      })
    : text;
