import ipaddr from 'ipaddr.js';
import { canonicalIp } from '../entity/resolve.ts';
import { refang } from './defang.ts';
import type { IndicatorType } from './indicator.ts';
import { toUrlForm } from './url-form.ts';

/** Lengths in hexadecimal digits of the digests that tools write. */
const DIGEST_LENGTHS: ReadonlySet<number> = new Set([32, 40, 56, 64, 96, 128]);
const NAME =
  /^(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})$/;
const UNICODE_NAME = /^(?=.{4,253}$)(?:[\p{L}\p{N}_-]{1,63}\.)+[\p{L}]{2,63}$/u;
const EMAIL = /^[^\s@<>"']{1,64}@[^\s@]{3,253}$/;
const MAX_TEXT = 1_024;

const lower = (text: string): string => text.toLowerCase();

function toCidr(text: string): string | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const address = canonicalIp(text.slice(0, slash));
  const bits = text.slice(slash + 1);
  if (address === undefined || !/^\d{1,3}$/.test(bits)) return undefined;
  const isMapped = /^::ffff:/i.test(text) && !address.includes(':');
  const length = Number(bits) - (isMapped ? 96 : 0);
  const parsed = ipaddr.parse(address);
  const most = parsed.kind() === 'ipv4' ? 32 : 128;
  if (length < 0 || length > most) return undefined;
  const bytes = parsed.toByteArray().map((byte, at) => {
    const kept = Math.min(8, Math.max(0, length - at * 8));
    return byte & (0xff << (8 - kept)) & 0xff;
  });
  return `${ipaddr.fromByteArray(bytes).toString()}/${length}`;
}

function toName(text: string): string | undefined {
  const name = lower(text)
    .replace(/^\*?\./, '')
    .replace(/\.$/, '');
  return NAME.test(name) || UNICODE_NAME.test(name) ? name : undefined;
}

const toDigest = (text: string): string | undefined => {
  const digest = lower(text).replaceAll(/[:\s]/g, '');
  return DIGEST_LENGTHS.has(digest.length) && /^[0-9a-f]+$/.test(digest) ? digest : undefined;
};

const toFree = (text: string): string | undefined => {
  const value = lower(text.trim());
  return value.length > 0 && value.length <= MAX_TEXT ? value : undefined;
};

/** Windows writes the same hive in several ways. */
const HIVES: readonly (readonly [RegExp, string])[] = [
  [/^(\\registry\\machine|hklm|hkey_local_machine)(?=\\|$)/, 'hklm'],
  [/^(\\registry\\user|hku|hkey_users)(?=\\|$)/, 'hku'],
  [/^(hkcu|hkey_current_user)(?=\\|$)/, 'hkcu'],
  [/^(hkcr|hkey_classes_root)(?=\\|$)/, 'hkcr'],
];

function toRegistryKey(text: string): string | undefined {
  const key = toFree(text)?.replaceAll(/\\{2,}/g, '\\');
  if (key === undefined) return undefined;
  const hive = HIVES.find(([form]) => form.test(key));
  return hive ? key.replace(hive[0], hive[1]) : key;
}

const toFileName = (text: string): string | undefined =>
  toFree(text.slice(Math.max(text.lastIndexOf('\\'), text.lastIndexOf('/')) + 1));

const CANONICAL: Readonly<Record<IndicatorType, (text: string) => string | undefined>> = {
  ip: canonicalIp,
  cidr: toCidr,
  domain: toName,
  hostname: toName,
  url: (text) => toUrlForm(text)?.key,
  email: (text) => (EMAIL.test(text) ? lower(text) : undefined),
  hash: toDigest,
  file_name: toFileName,
  file_path: (text) => toFree(text)?.replaceAll(/\\{2,}/g, '\\'),
  registry_key: toRegistryKey,
  process: toFileName,
  command_line: toFree,
  mutex: toFree,
  user_agent: toFree,
  ja3: toDigest,
  certificate: (text) => toFree(text.replaceAll(/[:\s]/g, '')),
  cve: (text) => (/^cve-\d{4}-\d{4,9}$/i.test(text) ? text.toUpperCase() : undefined),
  text: toFree,
};

/** The one way to write a value of that type, or undefined when it is none; defanged input is taken. */
export const toCanonical = (type: IndicatorType, text: string): string | undefined =>
  text.length > 4_096 ? undefined : CANONICAL[type](refang(text));

/** An address of a range of one address is that address; a range without length is none. */
export function toAddress(
  text: string,
): { readonly type: 'ip' | 'cidr'; readonly value: string } | undefined {
  const ip = toCanonical('ip', text);
  if (ip !== undefined) return { type: 'ip', value: ip };
  const value = toCanonical('cidr', text);
  if (value === undefined) return undefined;
  const whole = /^(.*)\/(\d+)$/.exec(value);
  const isOne = whole?.[2] === (value.includes(':') ? '128' : '32');
  return isOne && whole?.[1] ? { type: 'ip', value: whole[1] } : { type: 'cidr', value };
}

/**
 * An address with its port: `a:p`, `[a]:p`, and the form of some feeds, an IPv6 address with the port
 * behind one more colon. Only for values that are said to carry a port: the last form has two readings.
 */
export function toAddressWithPort(
  text: string,
): { readonly value: string; readonly port: number } | undefined {
  const bare = refang(text);
  const found = /^\[([^\]]+)\]:(\d{1,5})$/.exec(bare) ?? /^(.+):(\d{1,5})$/.exec(bare);
  const value = found?.[1] === undefined ? undefined : canonicalIp(found[1]);
  const port = Number(found?.[2]);
  return value === undefined || port < 1 || port > 65_535 ? undefined : { value, port };
}

const GUESSES: readonly IndicatorType[] = ['email', 'cve', 'hash', 'domain'];

/** What a value without a type is; the first form that it has. */
export function guessType(
  text: string,
): { readonly type: IndicatorType; readonly value: string } | undefined {
  const bare = refang(text);
  const address = toAddress(bare);
  if (address) return address;
  for (const type of GUESSES) {
    const value = toCanonical(type, bare);
    if (value !== undefined) return { type, value };
  }
  const url = /[/?]|^[a-z]+:/i.test(bare) ? toUrlForm(bare) : undefined;
  const isHosted = url !== undefined && (canonicalIp(url.host) ?? toName(url.host)) !== undefined;
  return isHosted ? { type: 'url', value: url.key } : undefined;
}
