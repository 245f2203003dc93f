import {
  type Answer,
  acknowledge,
  type EpochMs,
  escalate,
  finish,
  HOUR_MS,
  type Json,
  type Matter,
  matterIdOf,
  type Need,
  NOTHING_CHANGED,
  type Notification,
  type NotifyChange,
  type Override,
  passOn,
  type Roster,
  raise,
  type Situation,
  toEpochMs,
} from '@cordon/core';
import type { NewAuditEntry, StateStore } from '../store/ports.ts';
import type { Standing } from './needs.ts';

const OVERRIDES = 'on_call_overrides';

/** Who stands in when; written by this part alone. */
export async function readOverrides(
  store: Pick<StateStore, 'getSetting'>,
): Promise<readonly Override[]> {
  const saved = await store.getSetting(OVERRIDES);
  return Array.isArray(saved) ? (saved as unknown as readonly Override[]) : [];
}

/** What deciding stands on. */
export interface BookDeps {
  readonly store: StateStore;
  readonly roster: Roster;
  readonly now: () => EpochMs;
}

/** Decisions by the rules of core, each read from and written to the books in one go. Calls must be in a row. */
export class NotifyBook {
  readonly #deps: BookDeps;
  readonly #lookBackMs: number;

  constructor(deps: BookDeps) {
    this.#deps = deps;
    const windows = [...deps.roster.people.values()].map(({ budget }) => budget.windowMs);
    this.#lookBackMs = Math.max(HOUR_MS, ...windows);
  }

  /** Writes down how a thing stands. */
  async take(standing: Standing): Promise<void> {
    if (standing.kind === 'over') return this.over(standing.key, standing.why);
    const { store } = this.#deps;
    const { need } = standing;
    const known = await store.getMatter(matterIdOf(need.key));
    const isTaken = need.holder !== undefined && need.holder !== known?.need.holder;
    if (!isTaken) return this.#save(raise(need, known, await this.#situation()));
    if (known) await this.acknowledge({ ...known, need }, { by: need.holder ?? '', via: 'act' });
  }

  /** It is over, if it was ever told. */
  async over(key: string, why: string): Promise<void> {
    const { store, now } = this.#deps;
    const matter = await store.getMatter(matterIdOf(key));
    if (!matter || matter.state.status === 'over') return;
    const own = await store.notificationsOf(matter.id);
    await this.#save(finish(matter, own, { why, at: now() }));
  }

  async acknowledge(
    matter: Matter,
    { by, via, personId }: Omit<Answer, 'at'>,
    audit?: NewAuditEntry,
  ): Promise<void> {
    const { store, now, roster } = this.#deps;
    const own = await store.notificationsOf(matter.id);
    const person =
      personId ?? [...roster.people.values()].find(({ account }) => account === by)?.id;
    const answer = { by, via, at: now(), ...(person === undefined ? {} : { personId: person }) };
    await this.#save(acknowledge(matter, own, answer), audit);
  }

  async passOn(matter: Matter, personId: string, audit: NewAuditEntry): Promise<void> {
    const own = await this.#deps.store.notificationsOf(matter.id);
    const situation = await this.#situation();
    await this.#save(passOn(matter, own, { personId, situation }), audit);
  }

  /** The time to answer is over. */
  async escalate(matter: Matter): Promise<void> {
    const own = await this.#deps.store.notificationsOf(matter.id);
    await this.#save(escalate(matter, own, await this.#situation()));
  }

  /** Says whom it is for and plans it; gives what is to be sent. */
  async raise(need: Need, audit: NewAuditEntry): Promise<readonly Notification[]> {
    const change = raise(need, undefined, await this.#situation());
    await this.#save(change, audit);
    return change.notifications;
  }

  overrides(): Promise<readonly Override[]> {
    return readOverrides(this.#deps.store);
  }

  async saveOverrides(overrides: readonly Override[], audit: NewAuditEntry): Promise<void> {
    await this.#deps.store.setSetting(OVERRIDES, overrides as unknown as Json, audit);
  }

  async #situation(): Promise<Situation> {
    const { store, roster, now } = this.#deps;
    const at = now();
    const [overrides, sent] = await Promise.all([
      this.overrides(),
      store.sentSince(toEpochMs(at - this.#lookBackMs)),
    ]);
    return { roster, overrides, sent, now: at };
  }

  async #save(change: NotifyChange, audit?: NewAuditEntry): Promise<void> {
    if (change === NOTHING_CHANGED && audit === undefined) return;
    const raised = change.matters.flatMap((matter) => toAlarm(matter));
    await this.#deps.store.saveNotify({ ...change, audit: [...(audit ? [audit] : []), ...raised] });
  }
}

/** That nobody answered stands in the audit trail. */
const toAlarm = ({ id, need, state }: Matter): readonly NewAuditEntry[] =>
  state.status === 'unanswered'
    ? [
        {
          at: state.at,
          actor: 'cordon',
          what: 'matter_unanswered',
          subject: need.incidentId ?? id,
          data: { title: need.title, why: state.why },
        },
      ]
    : [];
