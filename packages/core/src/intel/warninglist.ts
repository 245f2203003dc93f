import type { Problem } from '../shared/problem.ts';
import { err, ok, type Result } from '../shared/result.ts';
import { type IndicatorType, toLabel } from './indicator.ts';
import { typesOfMisp } from './misp-attribute.ts';

export const WARNINGLIST_KINDS = ['string', 'substring', 'hostname', 'cidr', 'regex'] as const;
export type WarninglistKind = (typeof WARNINGLIST_KINDS)[number];

/** What a list means for actions: none by automation, none without a person's yes, or nothing. */
export const FLOORS = ['never', 'ask', 'ignore'] as const;
export type Floor = (typeof FLOORS)[number];

/** A list of what is known and harmless, as MISP keeps them. */
export interface Warninglist {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly kind: WarninglistKind;
  /**
   * Does it only say whose it is (clouds, hosters, scanners)? An attacker can rent there: it keeps
   * automation away and says nothing against an alert.
   */
  readonly isIdentifier: boolean;
  /** What it speaks of; empty: of everything. */
  readonly types: readonly IndicatorType[];
  readonly entries: readonly string[];
  /** As configured; without it {@link floorOf} decides by what the list is of. */
  readonly floor?: Floor;
}

/** Clouds, content networks and hosters: much good is behind one address, and an attacker can rent there. */
const RENTED =
  /aws|azure|gcp|google|akamai|cloudflare|fastly|bunny|stackpath|oracle|ovh|digitalocean|linode|office ?365|microsoft|github|apple|icloud|zscaler|cdn|vpn/i;
/** What a house or the net itself rests on, whatever else its name says. */
const GROUND = /resolver|dns|rfc|private|link.?local|multicast|loopback|crl|ocsp|smtp/i;

/** Ranges of clouds and the like need a person's yes; everything else stops automation. */
export function floorOf({ floor, kind, isIdentifier, name }: Omit<Warninglist, 'entries'>): Floor {
  if (floor !== undefined) return floor;
  if (kind !== 'cidr' || GROUND.test(name)) return 'never';
  return isIdentifier || RENTED.test(name) ? 'ask' : 'never';
}

const MAX_ENTRIES = 2_000_000;

const broken = (where: string, detail: string): Problem => ({
  code: 'feed_broken',
  detail,
  hint: 'Nothing of it was taken; what the feed gave before stays in use.',
  at: { file: where },
  retryable: true,
});

/** Reads one file of MISP's warninglists; an entry that is no text makes the file unreadable. */
export function readWarninglist(text: string, where: string, id: string): Result<Warninglist> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return err(broken(where, `It is not JSON: ${error instanceof Error ? error.message : ''}.`));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return err(broken(where, 'It is not a warninglist.'));
  const row = value as Readonly<Record<string, unknown>>;
  const kind = WARNINGLIST_KINDS.find((one) => one === row['type']);
  if (kind === undefined)
    return err(
      broken(where, `"${String(row['type']).slice(0, 40)}" is not a type of warninglist.`),
    );
  const list = row['list'];
  if (!Array.isArray(list)) return err(broken(where, 'It has no list.'));
  const bad = list.findIndex((entry) => typeof entry !== 'string');
  if (bad >= 0 || list.length > MAX_ENTRIES)
    return err(broken(where, `Entry ${bad < 0 ? MAX_ENTRIES + 1 : bad + 1} cannot be taken.`));
  const attributes = Array.isArray(row['matching_attributes']) ? row['matching_attributes'] : [];
  return ok({
    id,
    name: toLabel(typeof row['name'] === 'string' ? row['name'] : id),
    version: String(row['version'] ?? ''),
    kind,
    isIdentifier: /identifier/i.test(String(row['category'] ?? '')),
    types: [...new Set(attributes.flatMap((name) => typesOfMisp(String(name))))],
    entries: list as readonly string[],
  });
}
