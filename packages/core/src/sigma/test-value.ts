import ipaddr from 'ipaddr.js';
import { RE2JS } from 're2js';
import type { ValueTest } from './ast.ts';
import type { ModifierChain } from './modifier.ts';
import { type Placeholders, spellingsOf } from './text-value.ts';
import { isWildcard, readTokens } from './token.ts';

/** A value as it was written: YAML scalars keep their kind, so that `1` and `'1'` can differ. */
export type Written =
  | { readonly kind: 'null' }
  | { readonly kind: 'bool'; readonly value: boolean; readonly text: string }
  | { readonly kind: 'number'; readonly value: number; readonly text: string }
  | { readonly kind: 'string'; readonly text: string };

/** What surrounds a value. */
export interface ValueContext {
  readonly chain: ModifierChain;
  readonly isKeyword: boolean;
  readonly placeholders: Placeholders;
}

/** The tests that a value means, any of which is enough; a text says why it means none. */
export type Tests = readonly ValueTest[] | string;

/** Reads one value of an item under the item's modifiers. */
export function readValue(written: Written, context: ValueContext): Tests {
  const { chain, isKeyword } = context;
  switch (chain.kind) {
    case 'exists':
      return isKeyword ? 'Keywords do not exist or not.' : exists(written);
    case 'regex':
      return written.kind === 'null' ? NO_TEXT : regex(written.text, chain.flags);
    case 'cidr':
      return written.kind === 'string' ? cidr(written.text) : 'A range is a text.';
    case 'compare':
    case 'date_part':
      return number(written, chain);
    case 'fieldref':
      return written.kind === 'null' ? NO_TEXT : fieldRef(written.text, chain);
    case 'text':
      return plain(written, context);
  }
}

const NO_TEXT = 'null has no text.';

function exists(written: Written): Tests {
  if (written.kind !== 'bool') return '`exists` takes true or false, without quotes.';
  return [{ type: 'exists', value: written.value }];
}

function regex(value: string, flags: string): Tests {
  try {
    RE2JS.compile(value);
    return [{ type: 'regex', value, flags }];
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it cannot be read';
    return `The regular expression is not one that runs in linear time: ${why}.`;
  }
}

function cidr(value: string): Tests {
  const [address = '', bits] = value.split('/');
  const isWhole = address.includes(':') || /^\d+\.\d+\.\d+\.\d+$/.test(address);
  if (!isWhole || !ipaddr.isValid(address)) return `\`${value}\` is not an address range.`;
  if (bits === undefined) return [{ type: 'cidr', value }];
  if (!ipaddr.isValidCIDR(value)) return `\`${value}\` is not an address range.`;
  const parsed = ipaddr.parse(address);
  const network =
    parsed.kind() === 'ipv4'
      ? ipaddr.IPv4.networkAddressFromCIDR(value)
      : ipaddr.IPv6.networkAddressFromCIDR(value);
  if (network.toString() !== parsed.toString())
    return `\`${value}\` has bits set behind its prefix; the network is ${network.toString()}/${bits}.`;
  return [{ type: 'cidr', value }];
}

function number(written: Written, { comparison, part }: ModifierChain): Tests {
  if (written.kind !== 'number') return 'This takes a number, without quotes.';
  const { value } = written;
  if (comparison) return [{ type: 'compare', cmp: comparison, value, ...(part ? { part } : {}) }];
  return part ? [{ type: 'timestamp_part', part, value }] : 'This takes a number.';
}

function fieldRef(value: string, { steps }: ModifierChain): Tests {
  if (readTokens(value).some(isWildcard)) return 'A field name holds no wildcard.';
  const has = (name: string) => steps.includes(name) || steps.includes('contains');
  return [{ type: 'fieldref', value, starts_with: has('startswith'), ends_with: has('endswith') }];
}

function plain(written: Written, context: ValueContext): Tests {
  const { chain, isKeyword, placeholders } = context;
  if (written.kind === 'null') return chain.steps.length > 0 ? NO_TEXT : [{ type: 'null' }];
  if (written.kind === 'number' && chain.steps.length === 0)
    return [{ type: 'number', value: written.value }];
  if (written.kind === 'number')
    return `\`${chain.steps.join('|')}\` is for texts; put the number in quotes.`;
  if (written.kind === 'bool' && !isKeyword) return [{ type: 'bool', value: written.value }];
  const spellings = spellingsOf(written.text, chain.steps, placeholders);
  if (typeof spellings === 'string') return spellings;
  const cased = chain.steps.includes('cased');
  return spellings.map((value) => ({ type: 'string', value, cased }));
}
