import type { Known } from '../enrich/known.ts';
import type { EpochMs } from '../shared/time.ts';
import type { EntityRef } from './entity.ts';
import { type Holding, NAME_CONFIDENCE, type NameBook } from './name-book.ts';
import { accountNameOf } from './read-names.ts';
import { canonicalHost, canonicalIp, canonicalUser } from './resolve.ts';

/*
 * Which machine or account a name means at a time. Of accounts the directory knows best, of addresses
 * the events of that time; the form of a name alone is asked last.
 */

/** What a name means, how surely, and by whose word. */
export interface Identified {
  readonly ref: EntityRef;
  readonly confidence: number;
  readonly by: 'inventory' | Holding['by'] | 'form';
}

/** What is asked. */
export interface Directory {
  readonly names: NameBook;
  readonly known: Known;
}

const INVENTORY = 0.9;
/** `WS5.corp.example` and `ws5`, `CORP\alice` and `alice` are taken for one. */
const FORM = 0.7;
const AS_GIVEN = 1;

function byHolding(ref: EntityRef, holding: Holding): Identified {
  return {
    ref: { ...ref, kind: ref.kind === 'user' ? 'user' : 'host', id: holding.holder },
    confidence: NAME_CONFIDENCE[holding.by],
    by: holding.by,
  };
}

function byForm(ref: EntityRef, id: string): Identified {
  if (id === ref.id) return { ref, confidence: AS_GIVEN, by: 'form' };
  return { ref: { ...ref, id }, confidence: FORM, by: 'form' };
}

function identifyAccount(ref: EntityRef, at: EpochMs, { names, known }: Directory): Identified {
  const identity = known.identity(ref.id);
  if (identity !== undefined) {
    const id = canonicalUser(identity.name);
    return { ref: { ...ref, id }, confidence: INVENTORY, by: 'inventory' };
  }
  const name = accountNameOf(ref.id);
  const holding = name === undefined ? undefined : names.at(name, at);
  return holding === undefined ? byForm(ref, canonicalUser(ref.id)) : byHolding(ref, holding);
}

function identifyMachine(ref: EntityRef, at: EpochMs, { names, known }: Directory): Identified {
  const ip = canonicalIp(ref.id);
  const holding = names.at(ip === undefined ? `uid:${ref.id.toLowerCase()}` : ip, at);
  if (holding !== undefined) return byHolding(ref, holding);
  const asset = known.asset(ref.id, at);
  if (asset === undefined)
    return byForm(ip === undefined ? ref : { ...ref, kind: 'ip' }, canonicalHost(ref.id));
  const id = canonicalHost(asset.name);
  return { ref: { ...ref, kind: 'host', id }, confidence: INVENTORY, by: 'inventory' };
}

/** Hosts, addresses and accounts; everything else is what it is called. */
export function identify(ref: EntityRef, at: EpochMs, directory: Directory): Identified {
  switch (ref.kind) {
    case 'user':
      return identifyAccount(ref, at, directory);
    case 'host':
    case 'ip':
    case 'cloud_resource':
      return identifyMachine(ref, at, directory);
    case 'domain':
    case 'process':
    case 'file':
    case 'url':
    case 'session':
    case 'message':
      return { ref, confidence: AS_GIVEN, by: 'form' };
  }
}
