const QUOTED = '"(?:[^"\\\\]|\\\\.)*"';
/** Common or combined log format, an optional virtual host in front; what follows is kept as `rest`. */
const LINE = new RegExp(
  `^(?:([^\\s"\\[]+) )?([^\\s"\\[]+) ([^\\s"\\[]+) ([^"\\[]*?) ?\\[([^\\]]{10,40})\\] (${QUOTED}) (\\d{3}|-) (\\d+|-)(?: (${QUOTED}) (${QUOTED}))?(.*)$`,
  's',
);
const REQUEST = /^(\S+) (.*?)(?: (HTTP\/[\d.]+))?$/s;

/**
 * One line of an NCSA access log (Apache, nginx and their kin), under the names of the W3C extended
 * log format, which Sigma's webserver rules use: c-ip, cs-method, cs-uri-stem, sc-status …
 * Undefined when the text is no such line.
 */
export function readAccessLog(text: string): Record<string, string> | undefined {
  const found = LINE.exec(text);
  if (!found) return undefined;
  const [, vhost, client = '', , user = '', time = '', request = '', status, size] = found;
  const fields: Record<string, string> = { 'c-ip': client, timestamp: time };
  put(fields, 'cs-host', vhost);
  put(fields, 'cs-username', user.trim());
  put(fields, 'sc-status', status);
  put(fields, 'sc-bytes', size);
  put(fields, 'cs-referer', unquote(found[9]));
  put(fields, 'cs-user-agent', unquote(found[10]));
  put(fields, 'rest', found[11]?.trim());
  putRequest(fields, unquote(request) ?? '');
  return fields;
}

function putRequest(fields: Record<string, string>, request: string): void {
  put(fields, 'request', request);
  const found = REQUEST.exec(request);
  if (!found) return;
  const [, method, uri = '', version] = found;
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
