import { isCommonAccount } from '../entity/resolve.ts';
import type { Event } from '../event/event.ts';
import { BoundedMap } from '../shared/bounded-map.ts';
import type { EventId } from '../shared/id.ts';
import type { Json } from '../shared/json.ts';
import type { EpochMs } from '../shared/time.ts';
import type { Logon, ProcessNode } from './read-event.ts';
import { readCausalFacts } from './read-event.ts';

/** Where a process connected to, first contact. */
export interface Contact {
  readonly ip: string;
  readonly port?: number;
  readonly at: EpochMs;
  readonly offset: number;
}

/** What a recent event was about, so that a signal finds its place by event id. */
export interface EventContext {
  readonly host?: string;
  readonly processKeys: readonly string[];
}

const MAX_PROCESSES = 20_000;
const MAX_HOSTS = 5_000;
const MAX_LOGONS_PER_HOST = 64;
const MAX_CONTACTS = 5_000;
const MAX_CONTACTS_PER_PROCESS = 8;
const MAX_CONTEXTS = 4_096;
const MAX_ADDRESSES = 10_000;
const MAX_ANCESTORS = 8;

interface LinkSnapshot {
  readonly processes: readonly (readonly [string, ProcessNode])[];
  readonly logons: readonly (readonly [string, readonly Logon[]])[];
  readonly contacts: readonly (readonly [string, readonly Contact[]])[];
  readonly contexts: readonly (readonly [EventId, EventContext])[];
  readonly addresses: readonly (readonly [string, string])[];
}

/**
 * The causal skeleton of what was seen: which process started which, who logged in from where, what
 * a process connected to. Bounded in every direction; the oldest goes first and is counted.
 */
export class CausalLinks {
  readonly #processes = new BoundedMap<string, ProcessNode>(MAX_PROCESSES);
  readonly #logons = new BoundedMap<string, readonly Logon[]>(MAX_HOSTS);
  readonly #contacts = new BoundedMap<string, readonly Contact[]>(MAX_CONTACTS);
  readonly #contexts = new BoundedMap<EventId, EventContext>(MAX_CONTEXTS);
  readonly #addresses = new BoundedMap<string, string>(MAX_ADDRESSES);

  observe(event: Event): void {
    const facts = readCausalFacts(event);
    if (facts.host !== undefined || facts.processKeys.length > 0) {
      this.#contexts.set(event.id, {
        processKeys: facts.processKeys,
        ...(facts.host === undefined ? {} : { host: facts.host }),
      });
    }
    if (facts.started) this.#processes.set(facts.started.key, facts.started);
    if (facts.ownIp && facts.host) this.#addresses.set(facts.ownIp, facts.host);
    if (facts.logon && !isCommonAccount(facts.logon.user)) this.#addLogon(facts.logon);
    if (facts.connection) {
      const { processKey, ...to } = facts.connection;
      this.#addContact(processKey, { ...to, at: event.time, offset: event.provenance.offset });
    }
  }

  contextOf(eventId: EventId): EventContext | undefined {
    return this.#contexts.get(eventId);
  }

  processOf(key: string): ProcessNode | undefined {
    return this.#processes.get(key);
  }

  /** The process itself and its ancestors, nearest first. */
  lineageOf(key: string): readonly string[] {
    const lineage = [key];
    let parent = this.#processes.get(key)?.parentKey;
    while (parent !== undefined && lineage.length <= MAX_ANCESTORS && !lineage.includes(parent)) {
      lineage.push(parent);
      parent = this.#processes.get(parent)?.parentKey;
    }
    return lineage;
  }

  contactsOf(key: string): readonly Contact[] {
    return this.#contacts.get(key) ?? [];
  }

  /** The machine behind an address, where its own events told; else the address. */
  machineOf(addressOrHost: string): string {
    return this.#addresses.get(addressOrHost) ?? addressOrHost;
  }

  /** Log-ins from elsewhere onto a machine, oldest first; at most the last 64. */
  logonsOnto(host: string): readonly Logon[] {
    return this.#logons.get(host) ?? [];
  }

  snapshot(): Json {
    const snapshot: LinkSnapshot = {
      processes: this.#processes.entries(),
      logons: this.#logons.entries(),
      contacts: this.#contacts.entries(),
      contexts: this.#contexts.entries(),
      addresses: this.#addresses.entries(),
    };
    return snapshot as unknown as Json;
  }

  restore(from: Json): void {
    const snapshot = from as unknown as LinkSnapshot;
    this.#processes.fill(snapshot.processes);
    this.#logons.fill(snapshot.logons);
    this.#contacts.fill(snapshot.contacts);
    this.#contexts.fill(snapshot.contexts);
    this.#addresses.fill(snapshot.addresses);
  }

  /** Keeps the last of each (from, user, session) before evicting others: repetition is not news. */
  #addLogon(logon: Logon): void {
    const there = this.#logons.get(logon.host) ?? [];
    const others = there.filter(
      (old) =>
        !(old.from === logon.from && old.user === logon.user && old.session === logon.session),
    );
    this.#logons.set(logon.host, [...others, logon].slice(-MAX_LOGONS_PER_HOST));
  }

  #addContact(processKey: string, contact: Contact): void {
    const there = this.#contacts.get(processKey) ?? [];
    if (
      there.length >= MAX_CONTACTS_PER_PROCESS ||
      there.some((old) => old.ip === contact.ip && old.port === contact.port)
    )
      return;
    this.#contacts.set(processKey, [...there, contact]);
  }
}
