import { type ActionRecord, type Alert, type Incident, toEpochMs } from '@cordon/core';
import { createChainCheck } from '../audit-chain.ts';
import type { DeadLetter, IntentCount, StateStore } from '../ports.ts';
import {
  CARRIED_MS,
  checkRevision,
  checkSettled,
  incidentOf,
  intendedAt,
  isOpenIncident,
  isWritten,
  searchText,
} from '../selection.ts';
import { closedError } from '../store-error.ts';
import { notifySide } from './memory-notify.ts';
import { roomSide } from './memory-rooms.ts';
import { ruleSide } from './memory-rules.ts';
import {
  createTables,
  createWriters,
  groupLetters,
  type Tables,
  type Writers,
} from './memory-tables.ts';

const isIn = <T>(list: readonly T[] | undefined, value: T): boolean =>
  list === undefined || list.includes(value);

function countBy<K extends string>(
  start: Record<K, number>,
  keys: readonly K[],
): Record<K, number> {
  const counts = { ...start };
  for (const key of keys) counts[key] += 1;
  return counts;
}

type Side<K extends keyof StateStore> = Pick<StateStore, K>;

function pipelineSide(
  tables: Tables,
  write: Writers,
): Side<
  | 'loadPipelineState'
  | 'commitBatch'
  | 'commitRetry'
  | 'addTallies'
  | 'keepSnapshot'
  | 'addDeadLetters'
  | 'saveDecisions'
> {
  return {
    async loadPipelineState() {
      const alerts = tables.alerts.values();
      const incidents = tables.incidents.values();
      const newest = Math.max(
        0,
        ...alerts.map((alert) => alert.lastAt),
        ...incidents.map((incident) => incident.lastAt),
      );
      const isRecent = (thing: Alert | Incident): boolean => thing.lastAt >= newest - CARRIED_MS;
      const carried = incidents.filter(
        (incident) => isOpenIncident(incident) || isRecent(incident),
      );
      const carriedIds = new Set<string | undefined>(carried.map((incident) => incident.id));
      return {
        committedOffset: tables.committedOffset,
        ...(tables.snapshot ? { snapshot: tables.snapshot } : {}),
        ...(tables.learnt === undefined ? {} : { learnt: tables.learnt }),
        alerts: alerts.filter(
          (alert) =>
            alert.state.status === 'open' || isRecent(alert) || carriedIds.has(incidentOf(alert)),
        ),
        incidents: carried,
        lastIncidentNumber: Math.max(0, ...incidents.map((incident) => incident.number)),
      };
    },
    async commitBatch(batch) {
      if (isWritten(batch, tables.committedOffset)) return;
      tables.committedOffset = batch.committedOffset;
      if (batch.snapshot !== undefined)
        tables.snapshot = { offset: batch.committedOffset, text: batch.snapshot };
      write.findings(batch);
    },
    async keepSnapshot(snapshot) {
      if ((tables.snapshot?.offset ?? -1) < snapshot.offset) tables.snapshot = snapshot;
    },
    async commitRetry(retry) {
      const idOf = ({ offset, stage }: DeadLetter) => `${offset} ${stage}`;
      const isThere = (letter: DeadLetter) =>
        JSON.stringify(tables.deadLetters.get(idOf(letter))) === JSON.stringify(letter);
      checkSettled(retry.settled.length, retry.settled.filter(isThere).length);
      for (const letter of retry.settled) tables.deadLetters.delete(idOf(letter));
      if (retry.snapshot !== undefined)
        tables.snapshot = { offset: tables.committedOffset, text: retry.snapshot };
      write.findings({ ...retry, writtenAt: retry.audit.at });
      for (const [key, { count }] of tables.tallies) if (count === 0) tables.tallies.delete(key);
      write.audit(retry.audit);
    },
    async addTallies(tallies) {
      write.tally(tallies);
    },
    addDeadLetters: async (letters) => write.letters(letters),
    async saveDecisions(change) {
      write.decisions(change, change.audit.at);
      tables.learnt = change.learnt ?? tables.learnt;
      write.audit(change.audit);
    },
  };
}

function readingSide(
  tables: Tables,
): Side<
  | 'listTallies'
  | 'listDeadLetters'
  | 'listLetterGroups'
  | 'listIncidents'
  | 'getIncident'
  | 'listOpened'
  | 'listAlerts'
  | 'getAlert'
  | 'listSignals'
  | 'signalsOf'
  | 'counts'
> {
  return {
    listTallies: async () => [...tables.tallies.values()],
    listDeadLetters: async (query) =>
      tables.deadLetters.page(
        query,
        (letter) =>
          (query.sourceId === undefined || letter.sourceId === query.sourceId) &&
          (query.shape === undefined || letter.shape === query.shape) &&
          (query.offsets?.includes(letter.offset) ?? true),
      ),
    listLetterGroups: async (limit) => groupLetters(tables.deadLetters.values()).slice(0, limit),
    listIncidents: async (query) =>
      tables.incidents.page(
        query,
        (incident) =>
          isIn(query.status, incident.state.status) &&
          isIn(query.priority, incident.priority.level) &&
          searchText(incident).includes((query.text ?? '').toLowerCase()),
      ),
    getIncident: async (id) => tables.incidents.get(id),
    listOpened: async ({ opened, ...query }) => {
      const openedAt = ({ id }: Incident) => tables.openings.get(id) ?? Number.NaN;
      const page = tables.incidents.page(
        query,
        (incident) => openedAt(incident) >= opened.from && openedAt(incident) < opened.to,
      );
      const items = page.items.map((incident) => ({
        incident,
        openedAt: toEpochMs(openedAt(incident)),
      }));
      return { ...page, items };
    },
    listAlerts: async (query) =>
      tables.alerts.page(
        query,
        (alert) =>
          (query.incidentId === undefined || incidentOf(alert) === query.incidentId) &&
          isIn(query.status, alert.state.status) &&
          (query.seen === undefined ||
            (alert.lastAt >= query.seen.from && alert.lastAt < query.seen.to)),
      ),
    getAlert: async (id) => tables.alerts.get(id),
    listSignals: async (alertId, query) =>
      tables.signals.page(query, (signal) => tables.outcomes.get(signal.id)?.alertId === alertId),
    signalsOf: async (offset) =>
      tables.signals.values().filter((signal) => signal.offsets.includes(offset)),
    counts: async () => ({
      alerts: countBy(
        { open: 0, in_incident: 0, closed: 0 },
        tables.alerts.values().map((alert) => alert.state.status),
      ),
      incidents: countBy(
        { new: 0, in_progress: 0, on_hold: 0, resolved: 0, closed: 0 },
        tables.incidents.values().map((incident) => incident.state.status),
      ),
      signals: countBy(
        { promoted: 0, folded: 0 },
        [...tables.outcomes.values()].map((outcome) => outcome.outcome),
      ),
    }),
  };
}

function ledgerSide(
  tables: Tables,
  write: Writers,
): Side<
  | 'saveRun'
  | 'getRun'
  | 'listRuns'
  | 'saveActions'
  | 'getAction'
  | 'listActions'
  | 'countIntents'
  | 'dueActions'
  | 'nextActionAt'
> {
  const byNextAt = (): readonly (ActionRecord & {
    readonly nextAt: NonNullable<ActionRecord['nextAt']>;
  })[] =>
    tables.actions
      .values()
      .flatMap((action) =>
        action.nextAt === undefined ? [] : [{ ...action, nextAt: action.nextAt }],
      )
      .sort((a, b) => a.nextAt - b.nextAt);
  return {
    async saveRun(run) {
      write.runs([run]);
    },
    getRun: async (id) => tables.runs.get(id),
    listRuns: async (query) =>
      tables.runs.page(
        query,
        (run) =>
          (query.incidentId === undefined || run.incidentId === query.incidentId) &&
          isIn(query.status, run.status),
      ),
    async saveActions(change) {
      for (const action of change.actions)
        checkRevision(action, tables.actions.get(action.id)?.revision);
      for (const action of change.actions) tables.actions.put(action.id, action);
      write.touch(
        'action',
        change.actions.map((action) => action.id),
      );
      if (change.run) write.runs([change.run]);
      for (const entry of change.audit) write.audit(entry);
    },
    getAction: async (id) => tables.actions.get(id),
    listActions: async (query) =>
      tables.actions.page(
        query,
        (action) =>
          (query.incidentId === undefined || action.incidentId === query.incidentId) &&
          (query.runId === undefined || action.runId === query.runId) &&
          (query.effectKey === undefined || action.effectKey === query.effectKey) &&
          isIn(query.status, action.status),
      ),
    async countIntents(since) {
      const recent = tables.actions.values().filter((action) => (intendedAt(action) ?? 0) > since);
      const counts = new Map<string, IntentCount>();
      for (const { verb, incidentId } of recent) {
        const key = `${verb} ${incidentId ?? ''}`;
        const count = (counts.get(key)?.count ?? 0) + 1;
        counts.set(key, { verb, ...(incidentId === undefined ? {} : { incidentId }), count });
      }
      return [...counts.values()];
    },
    dueActions: async (now, limit) =>
      byNextAt()
        .filter((action) => action.nextAt <= now)
        .slice(0, limit),
    nextActionAt: async () => byNextAt()[0]?.nextAt,
  };
}

function peopleSide(
  tables: Tables,
  write: Writers,
): Side<
  | 'saveUser'
  | 'findUser'
  | 'listUsers'
  | 'saveCredential'
  | 'findCredential'
  | 'listCredentials'
  | 'deleteCredential'
> {
  return {
    async saveUser(user, audit) {
      tables.users.put(user.id, user);
      write.audit(audit);
    },
    findUser: async (by) =>
      tables.users
        .values()
        .find((user) => ('id' in by ? user.id === by.id : user.name === by.name)),
    listUsers: async () => tables.users.values(),
    async saveCredential(credential, audit) {
      tables.credentials.put(credential.id, credential);
      write.audit(audit);
    },
    findCredential: async (secretHash) =>
      tables.credentials.values().find((credential) => credential.secretHash === secretHash),
    listCredentials: async (kind) =>
      tables.credentials.values().filter((credential) => credential.kind === kind),
    async deleteCredential(id, audit) {
      tables.credentials.delete(id);
      write.audit(audit);
    },
  };
}

function keepingSide(
  tables: Tables,
  write: Writers,
): Side<
  | 'getSetting'
  | 'setSetting'
  | 'audit'
  | 'listAudit'
  | 'verifyAudit'
  | 'changesSince'
  | 'lastChange'
> {
  return {
    getSetting: async (key) => tables.settings.get(key),
    async setSetting(key, value, audit) {
      tables.settings.set(key, value);
      write.touch('setting', [key]);
      write.audit(audit);
    },
    async audit(entry) {
      write.audit(entry);
    },
    listAudit: async (query) => tables.audit.page(query, () => true),
    async verifyAudit() {
      const chain = createChainCheck();
      for (const entry of tables.audit.values()) {
        const problem = chain.check(entry);
        if (problem) return { entries: chain.entries(), problem };
      }
      return { entries: chain.entries() };
    },
    changesSince: async (seq, limit) =>
      tables.changes.filter((change) => change.seq > seq).slice(0, limit),
    lastChange: async () => tables.changes.at(-1)?.seq ?? 0,
  };
}

/** A state store that lives as long as the process: for tests and for investigations without a data directory. */
export function createMemoryStateStore(): StateStore {
  const tables = createTables();
  const write = createWriters(tables);
  const store: StateStore = {
    ...pipelineSide(tables, write),
    ...readingSide(tables),
    ...ledgerSide(tables, write),
    ...peopleSide(tables, write),
    ...ruleSide(tables, write),
    ...keepingSide(tables, write),
    ...notifySide(tables, write),
    ...roomSide(tables, write),
    async close() {
      isClosed = true;
    },
  };
  let isClosed = false;
  return new Proxy(store, {
    get(target, name, receiver) {
      const rejects = async (): Promise<never> => {
        throw closedError();
      };
      return isClosed && name !== 'close' ? rejects : Reflect.get(target, name, receiver);
    },
  });
}
