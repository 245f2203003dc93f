const QUOTED = '"(?:[^"\\\\]|\\\\.)*"';
const TIME = '\\d{1,2}/\\p{L}{3,10}\\.?/\\d{4}:[^\\]"]{8,20}';
/** Some write the virtual host behind the time. */
const HOST = '"?([A-Za-z0-9][\\w-]*(?:\\.[\\w-]+)+(?::\\d{1,5})?)"? ';
/** Who, [when], "request", status, size, then referer and agent; what follows is kept as `rest`. */
const LINE = new RegExp(
  `^([^"]*?) ?\\[(${TIME})\\] (?:${HOST})?(${QUOTED}) (\\d{3}|-) (\\d+|-)(?: (${QUOTED}) (${QUOTED}))?(.*)$`,
  'su',
);
const ADDRESS = /^(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*)$/;
const REQUEST = /^([A-Za-z][\w-]*) (.*?)(?: (HTTP\/[\d.]+))?$/s;

/**
 * One line of an NCSA access log (Apache, nginx and their kin), under the names of the W3C extended
 * log format, which Sigma's webserver rules use: c-ip, cs-method, cs-uri-stem, sc-status …
 * Undefined when the text is no such line.
 */
export function readAccessLog(text: string): Record<string, string> | undefined {
  const found = LINE.exec(text);
  const who = found && readWho(found[1] ?? '');
  if (!found || !who) return undefined;
  const [, , time = '', host, request = '', status, size, referer, agent, rest] = found;
  const fields: Record<string, string> = { 'c-ip': who.client, timestamp: time };
  put(fields, 'cs-host', who.host ?? host);
  put(fields, 'cs-username', who.user);
  put(fields, 'sc-status', status);
  put(fields, 'sc-bytes', size);
  put(fields, 'cs-referer', unquote(referer));
  put(fields, 'cs-user-agent', unquote(agent));
  put(fields, 'rest', rest?.trim());
  putRequest(fields, unquote(request) ?? '');
  return fields;
}

/**
 * `client ident user`, or with the virtual host before the client. A user name may hold blanks, and
 * whoever sends a request chooses it, so only the first two places tell which form it is: a host
 * stands before an address, or before a name that is not the `-` of the ident.
 */
function readWho(
  text: string,
): { readonly client: string; readonly user: string; readonly host?: string } | undefined {
  const [first, second, third, ...rest] = text.trim().split(/ +/);
  if (!first || second === undefined) return undefined;
  // The place for the user is left out by some.
  if (third === undefined)
    return second === '-' && ADDRESS.test(first) ? { client: first, user: '' } : undefined;
  const hasHost = ADDRESS.test(second)
    ? !ADDRESS.test(first)
    : rest.length === 1 && second !== '-' && !ADDRESS.test(first);
  const user = [third, ...rest].join(' ');
  if (!hasHost) return { client: first, user: /^[- ]*$/.test(user) ? '' : user };
  return { host: first, client: second, user: rest.at(-1) === '-' ? '' : rest.join(' ') };
}

function putRequest(fields: Record<string, string>, request: string): void {
  put(fields, 'request', request);
  const found = REQUEST.exec(request);
  // What is no request of HTTP is kept whole as what was asked for.
  const [, method, uri = '', version] = found ?? [request, undefined, request];
  const mark = uri.indexOf('?');
  put(fields, 'cs-method', method);
  put(fields, 'cs-uri', uri);
  put(fields, 'cs-uri-stem', mark < 0 ? uri : uri.slice(0, mark));
  put(fields, 'cs-uri-query', mark < 0 ? undefined : uri.slice(mark + 1));
  put(fields, 'cs-version', version);
}

function put(fields: Record<string, string>, name: string, value: string | undefined): void {
  if (value !== undefined && value !== '' && value !== '-') fields[name] = value;
}

function unquote(text: string | undefined): string | undefined {
  return text?.slice(1, -1).replace(/\\(["\\])/g, '$1');
}
