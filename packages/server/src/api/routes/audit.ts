import type { auditRoutes } from '@cordon/contract';
import type { AuditEntry } from '../../store/ports.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import { toPageQuery } from '../page.ts';
import { compact, presentPage, presentProblem, toTime } from '../present/present.ts';

/** The audit trail. */
export const createAuditHandlers = ({ store }: ApiDeps): Handlers<keyof typeof auditRoutes> => ({
  listAudit: async ({ query }) =>
    presentPage(await store.listAudit(toPageQuery(query)), presentEntry),
  verifyAudit: async () => {
    const { entries, problem } = await store.verifyAudit();
    return compact({
      intact: problem === undefined,
      entries,
      problem: problem && presentProblem(problem),
    });
  },
});

const presentEntry = (entry: AuditEntry) => ({
  seq: entry.seq,
  at: toTime(entry.at),
  actor: entry.actor,
  what: entry.what,
  subject: entry.subject,
  data: entry.data,
  previous_hash: entry.previousHash,
  hash: entry.hash,
});
