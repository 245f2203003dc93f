import { describe, expect, it } from 'vitest';
import { splitEndpoint } from './endpoint-text.ts';

describe('an endpoint as products write it', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1', undefined],
    ['192.0.2.1:80', '192.0.2.1', '80'],
    ['192.0.2.1:80:WAN', '192.0.2.1', '80'],
    ['192.0.2.1#53', '192.0.2.1', '53'],
    ['[2001:db8::1]:443', '2001:db8::1', '443'],
    ['2001:db8::1', '2001:db8::1', undefined],
    ['fe80::1%eth0', 'fe80::1', undefined],
    ['IPV4/UDP/192.0.2.1/5060', '192.0.2.1', '5060'],
    ['IPV6/TCP/2001:db8::1/5060', '2001:db8::1', '5060'],
    ['[AF_INET]192.0.2.1:1194', '192.0.2.1', '1194'],
    ['ipv4:192.0.2.1:44896', '192.0.2.1', '44896'],
    ['/192.0.2.1:80', '192.0.2.1', '80'],
    ['host.example:8080', 'host.example', '8080'],
    ['host.example:123456', 'host.example', undefined],
    ['', undefined, undefined],
  ])('%s', (text, address, port) => {
    expect(splitEndpoint(text)).toEqual({
      ...(address ? { address } : {}),
      ...(port ? { port } : {}),
    });
  });
});
