import { createHash } from 'node:crypto';
import { type EpochMs, type Json, type Problem, toCanonicalJson } from '@cordon/core';

/** One line of the audit trail; `hash` chains over `previousHash` and all other members (RFC 8785 JSON, SHA-256). */
export interface AuditEntry {
  readonly seq: number;
  readonly at: EpochMs;
  readonly actor: string;
  /** Past tense: `incident_closed`, `action_applied`, `logged_in`. */
  readonly what: string;
  readonly subject: string;
  readonly data: Json;
  readonly previousHash: string;
  readonly hash: string;
}
export type NewAuditEntry = Omit<AuditEntry, 'seq' | 'previousHash' | 'hash'>;

/** What the first line of a chain points back to. */
export const CHAIN_START = '0'.repeat(64);

const hashOf = (line: Omit<AuditEntry, 'hash'>): string =>
  createHash('sha256').update(toCanonicalJson(line)).digest('hex');

const withoutHash = ({
  seq,
  at,
  actor,
  what,
  subject,
  data,
  previousHash,
}: Omit<AuditEntry, 'hash'>) => ({
  seq,
  at,
  actor,
  what,
  subject,
  data,
  previousHash,
});

/** The next line of the chain after `last`. */
export function chainEntry(
  entry: NewAuditEntry,
  last: Pick<AuditEntry, 'seq' | 'hash'> | undefined,
): AuditEntry {
  const line = withoutHash({
    ...entry,
    seq: (last?.seq ?? 0) + 1,
    previousHash: last?.hash ?? CHAIN_START,
  });
  return { ...line, hash: hashOf(line) };
}

/** Checks lines one after the other against what came before. */
export function createChainCheck(): {
  check(entry: AuditEntry): Problem | undefined;
  readonly entries: () => number;
} {
  let previous = CHAIN_START;
  let entries = 0;
  const broken = (detail: string): Problem => ({
    code: 'audit_broken',
    detail,
    hint: 'Compare with a backup; lines from there on cannot be trusted.',
    retryable: false,
  });
  return {
    check(entry) {
      if (entry.seq !== entries + 1)
        return broken(
          `Audit line ${entries + 1} is missing: line ${entry.seq} follows line ${entries}.`,
        );
      if (entry.previousHash !== previous)
        return broken(`Audit line ${entry.seq} does not follow from the line before it.`);
      if (entry.hash !== hashOf(withoutHash(entry)))
        return broken(`Audit line ${entry.seq} was changed after it was written.`);
      previous = entry.hash;
      entries += 1;
      return undefined;
    },
    entries: () => entries,
  };
}
