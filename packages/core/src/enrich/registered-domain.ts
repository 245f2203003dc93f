import { getDomain } from 'tldts';

/**
 * The part of a name that somebody registered, by the public suffix list: `a.b.example.co.uk` gives
 * `example.co.uk`. Undefined for a bare suffix, an address, or a name with no dot.
 */
export function toRegisteredDomain(hostname: string): string | undefined {
  const name = hostname.toLowerCase().replace(/\.$/, '');
  if (name.length > 253 || !name.includes('.')) return undefined;
  return getDomain(name, { extractHostname: false, validateHostname: false }) ?? undefined;
}
