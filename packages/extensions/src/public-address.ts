import { lookup as resolveName } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { findProtected, type NeverTouch } from '@cordon/core';

/** Special-purpose addresses (RFC 6890, RFC 4193, RFC 6598): nothing public answers there. */
const PRIVATE: readonly NeverTouch[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/3',
  '::/127',
  '64:ff9b::/96',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'ff00::/8',
].map((value) => ({ value, why: 'not public' }));

/** Is the address private, local or otherwise not of the public Internet? */
export const isPrivateAddress = (address: string): boolean =>
  findProtected(address, PRIVATE) !== undefined;

/** A name or address that leads to where nothing may be sent. */
export class ForbiddenAddress extends Error {}

/** Resolves, and lets through only what may be sent to: checked on the very address that is then connected to. */
export const guardedLookup: LookupFunction = (name, options, callback) => {
  resolveName(name, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '');
    const bad = addresses.find(({ address }) => isPrivateAddress(address));
    if (bad) return callback(new ForbiddenAddress(`${name} leads to ${bad.address}`), '');
    const first = addresses[0];
    return options.all
      ? callback(null, addresses)
      : callback(null, first?.address ?? '', first?.family);
  });
};
