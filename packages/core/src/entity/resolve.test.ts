import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { isGlobMatch } from './glob.ts';
import {
  canonicalHost,
  canonicalIp,
  canonicalUser,
  isCommonAccount,
  isExternalIp,
  isInCidr,
  isOwnAddress,
  mergeEntities,
} from './resolve.ts';

describe('names of the same thing', () => {
  it.each([
    ['WS5.corp.example', 'ws5'],
    ['ws5.', 'ws5'],
    ['10.0.0.5', '10.0.0.5'],
    ['::FFFF:10.0.0.5', '10.0.0.5'],
  ])('the host %s is %s', (name, expected) => {
    expect(canonicalHost(name)).toBe(expected);
  });

  it.each([
    ['CORP\\Alice', 'alice'],
    ['alice@corp.example', 'alice'],
    ['root', 'root'],
  ])('the account %s is %s', (name, expected) => {
    expect(canonicalUser(name)).toBe(expected);
  });

  it.each([
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['[::1]', '::1'],
    ['not an address', undefined],
    ['80', undefined],
  ])('the address %s is %s', (text, expected) => {
    expect(canonicalIp(text)).toBe(expected);
  });

  it('merges references to one entity and keeps the telling role', () => {
    const merged = mergeEntities(
      [
        { kind: 'host', id: 'WS5.corp.example', role: 'related' },
        { kind: 'host', id: 'ws5', role: 'target' },
        { kind: 'host', id: '10.0.0.5', role: 'source' },
        { kind: 'user', id: '-', role: 'actor' },
      ],
      10,
    );
    expect(merged).toEqual([
      { kind: 'host', id: 'ws5', role: 'target' },
      { kind: 'ip', id: '10.0.0.5', role: 'source' },
    ]);
  });
});

describe('addresses', () => {
  it.each([
    ['8.8.8.8', true],
    ['203.0.113.9', true],
    ['10.1.2.3', false],
    ['192.168.0.1', false],
    ['172.31.0.1', false],
    ['100.64.0.1', false],
    ['127.0.0.1', false],
    ['169.254.1.1', false],
    ['fe80::1', false],
    ['fd00::1', false],
    ['2606:4700::1111', true],
    ['2001:db8::5', true],
    ['junk', false],
  ])('%s external: %s', (address, expected) => {
    expect(isExternalIp(address)).toBe(expected);
  });

  it.each([
    ['10.0.0.5', '10.0.0.0/8', true],
    ['10.0.0.5', '10.0.0.5', true],
    ['11.0.0.5', '10.0.0.0/8', false],
    ['fd00::1', '10.0.0.0/8', false],
    ['10.0.0.5', 'nonsense/8', false],
  ])('%s in %s: %s', (address, range, expected) => {
    expect(isInCidr(address, range)).toBe(expected);
  });

  it.each([
    ['127.0.0.1', true],
    ['::1', true],
    ['0.0.0.0', true],
    ['-', true],
    ['10.0.0.5', false],
  ])('%s says nothing of another machine: %s', (address, expected) => {
    expect(isOwnAddress(address)).toBe(expected);
  });
});

it('tells plain addresses apart as the library does', () => {
  const outside = new Set(['unicast', 'reserved', '6to4', 'teredo', 'rfc6052']);
  const edge = fc.constantFrom(0, 1, 10, 63, 64, 100, 127, 128, 168, 169, 172, 175, 192, 254, 255);
  const octet = fc.oneof(edge, fc.nat(255));
  fc.assert(
    fc.property(fc.tuple(octet, octet, octet, octet), (octets) => {
      const ip = octets.join('.');
      expect(isExternalIp(ip)).toBe(outside.has(ipaddr.parse(ip).range()));
    }),
    { numRuns: 5_000 },
  );
});

describe('accounts every machine has', () => {
  it.each([
    ['WS5$', true],
    ['NT AUTHORITY\\SYSTEM', true],
    ['root', true],
    ['DWM-1', true],
    ['alice', false],
  ])('%s: %s', (name, expected) => {
    expect(isCommonAccount(name)).toBe(expected);
  });
});

describe('isGlobMatch', () => {
  it.each([
    ['web-12', 'web-*', true],
    ['WEB-12', 'web-*2', true],
    ['web', 'web', true],
    ['web', 'we', false],
    ['aba', 'ab*ba', false],
    ['abXcdYef', 'ab*cd*ef', true],
    ['anything', '*', true],
    ['', '', true],
    ['a.b', 'a*c', false],
  ])('%s against %s: %s', (text, pattern, expected) => {
    expect(isGlobMatch(text, pattern)).toBe(expected);
  });
});
