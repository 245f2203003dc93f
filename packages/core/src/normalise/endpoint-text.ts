const V4 = /^(\d{1,3}(?:\.\d{1,3}){3})(?:[:/#](\d{1,5})(?!\d))?/;
const V6 = /^\[?([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)(?:%\w+)?\]?(?:[:/#](\d{1,5}))?/;
/** A host, and what follows behind `:`, `/` or `#`. */
const NAMED = /^([^\s:/#,[\]()]+)(?:[:/#](\d{1,5})(?!\d))?/;
const SCHEME = /^(?:ipv[46]:|IPV[46]\/(?:UDP|TCP|TLS|WS|WSS)\/|\[AF_INET6?\]|\/)/;

/**
 * Address and port of an endpoint as products write them: `192.0.2.1:80`, `[2001:db8::1]:80`,
 * `192.0.2.1:80:WAN`, `IPV4/UDP/192.0.2.1/5060`, `[AF_INET]192.0.2.1:1194`, `192.0.2.1#53`.
 */
export function splitEndpoint(text: string): { readonly address?: string; readonly port?: string } {
  const bare = text.trim().replace(SCHEME, '');
  const found = V4.exec(bare) ?? V6.exec(bare) ?? NAMED.exec(bare);
  const [, address, port] = found ?? [];
  return { ...(address ? { address } : {}), ...(port ? { port } : {}) };
}
