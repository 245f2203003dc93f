/** Second labels under which a country's registry sells names: `co.uk`, `com.br`. */
const SECOND = new Set([
  'ac',
  'co',
  'com',
  'edu',
  'gob',
  'gov',
  'ltd',
  'mil',
  'ne',
  'net',
  'or',
  'org',
]);

export interface DnsName {
  /** The name somebody registered, by rule of thumb where enrichment does not tell. */
  readonly registered: string;
  /** Its own label: `example` of `example.co.uk`. */
  readonly own: string;
  /** What stands before it, without dots. */
  readonly before: string;
}

/** Splits a name; undefined for single labels, addresses turned round and names of services. */
export function splitName(name: string): DnsName | undefined {
  const labels = name.toLowerCase().replace(/\.$/, '').slice(0, 255).split('.');
  const last = labels.at(-1) ?? '';
  if (labels.length < 2 || last === 'arpa' || last === 'local' || /^\d*$/.test(last))
    return undefined;
  const isSecond = labels.length > 2 && last.length === 2 && SECOND.has(labels.at(-2) ?? '');
  const registered = labels.slice(isSecond ? -3 : -2);
  return {
    registered: registered.join('.'),
    own: registered[0] ?? '',
    before: labels.slice(0, -registered.length).join(''),
  };
}
