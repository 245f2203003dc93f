import type { NameBook } from '../entity/name-book.ts';
import { learnNames } from '../entity/read-names.ts';
import { isCommonAccount } from '../entity/resolve.ts';
import type { Event } from '../event/event.ts';
import { BoundedMap } from '../shared/bounded-map.ts';
import type { EventId } from '../shared/id.ts';
import type { Json } from '../shared/json.ts';
import { type EpochMs, toEpochMs } from '../shared/time.ts';
import type { Arrival } from './arrivals.ts';
import { Arrivals } from './arrivals.ts';
import type { FileTrace } from './file-traces.ts';
import { FileTraces } from './file-traces.ts';
import { Habits } from './habits.ts';
import type { CausalFacts, Logon, ProcessNode } from './read-event.ts';

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
const MAX_ANCESTORS = 8;
const MAX_ADDRESSES_PER_HOST = 8;

/** Machine and system accounts log in all the time; root over the network is somebody. */
const isTelling = (user: string): boolean => user === 'root' || !isCommonAccount(user);

interface LinkSnapshot {
  readonly processes: readonly (readonly [string, ProcessNode])[];
  readonly logons: readonly (readonly [string, readonly Logon[]])[];
  readonly contacts: readonly (readonly [string, readonly Contact[]])[];
  readonly contexts: readonly (readonly [EventId, EventContext])[];
  /** Snapshots of before names had times: whose an address was last. */
  readonly addresses?: readonly (readonly [string, string])[];
  readonly habits: Json;
  readonly arrivals?: Json;
  readonly files?: Json;
  readonly addressesOf?: readonly (readonly [string, readonly string[]])[];
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
  readonly #names: NameBook;
  readonly #addressesOf = new BoundedMap<string, readonly string[]>(MAX_HOSTS);
  readonly #habits = new Habits();
  readonly #arrivals = new Arrivals();
  readonly #files = new FileTraces();

  constructor(names: NameBook) {
    this.#names = names;
  }

  /** Takes an event in; an address whose machine it newly tells comes back. */
  observe(event: Event, facts: CausalFacts): string | undefined {
    if (facts.host !== undefined || facts.processKeys.length > 0) {
      this.#contexts.set(event.id, {
        processKeys: facts.processKeys,
        ...(facts.host === undefined ? {} : { host: facts.host }),
      });
    }
    if (facts.started) this.#processes.set(facts.started.key, facts.started);
    const learned = learnNames(this.#names, event, facts);
    if (learned !== undefined) this.#noteAddress(learned, this.machineOf(learned, event.time));
    if (facts.arrival) this.#arrivals.note(facts.arrival);
    if (facts.file) this.#files.note(facts.file);
    if (facts.logon && isTelling(facts.logon.user)) this.#addLogon(facts.logon);
    if (facts.connection) {
      const { processKey, ...to } = facts.connection;
      this.#addContact(processKey, { ...to, at: event.time, offset: event.provenance.offset });
    }
    return learned;
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

  /** The machine behind an address at a time, by default the last one, where events told; else the address. */
  machineOf(addressOrHost: string, at?: EpochMs): string {
    return this.#names.at(addressOrHost, at)?.holder ?? addressOrHost;
  }

  /** Log-ins from elsewhere onto a machine, oldest first; at most the last 64. */
  logonsOnto(host: string): readonly Logon[] {
    return this.#logons.get(host) ?? [];
  }

  /** Is the place one that told events of its own, or an address that is known to be such a machine? */
  isOwnPlace(place: string): boolean {
    return this.#names.at(place) !== undefined || this.#addressesOf.get(place) !== undefined;
  }

  /** Connections from machines inside onto a place over ports of control, oldest first for each address. */
  arrivalsOnto(place: string): readonly Arrival[] {
    return [place, ...this.addressesOf(place)].flatMap((address) => this.#arrivals.onto(address));
  }

  /** The last eight addresses that a machine had. */
  addressesOf(host: string): readonly string[] {
    return this.#addressesOf.get(host) ?? [];
  }

  /** How a file on a machine came to be. */
  fileOf(host: string, path: string): FileTrace | undefined {
    return this.#files.of(host, path);
  }

  /** The machines that were logged in to from a place since a time. */
  machinesEnteredFrom(place: string, since: EpochMs): readonly string[] {
    return this.#habits.valuesSince(`out:${place}`, since);
  }

  /** How many accounts had logged in on a place or from it before a time. */
  accountsOf(place: string, before: EpochMs): number {
    return this.#habits.countBefore(`place:${place}`, before);
  }

  /** On how many machines an account had logged in before a time. */
  hostsOfAccount(user: string, before: EpochMs): number {
    return this.#habits.countBefore(`account:${user}`, before);
  }

  snapshot(): Json {
    const snapshot: LinkSnapshot = {
      processes: this.#processes.entries(),
      logons: this.#logons.entries(),
      contacts: this.#contacts.entries(),
      contexts: this.#contexts.entries(),
      habits: this.#habits.snapshot(),
      arrivals: this.#arrivals.snapshot(),
      files: this.#files.snapshot(),
      addressesOf: this.#addressesOf.entries(),
    };
    return snapshot as unknown as Json;
  }

  restore(from: Json): void {
    const snapshot = from as unknown as LinkSnapshot;
    this.#processes.fill(snapshot.processes);
    this.#logons.fill(snapshot.logons);
    this.#contacts.fill(snapshot.contacts);
    this.#contexts.fill(snapshot.contexts);
    for (const [ip, holder] of snapshot.addresses ?? [])
      this.#names.claim(ip, { holder, from: toEpochMs(0), by: 'own_events' });
    this.#habits.restore(snapshot.habits ?? []);
    this.#arrivals.restore(snapshot.arrivals ?? []);
    this.#files.restore(snapshot.files ?? []);
    this.#addressesOf.fill(snapshot.addressesOf ?? []);
  }

  #noteAddress(ip: string, host: string): void {
    const there = this.addressesOf(host);
    if (!there.includes(ip))
      this.#addressesOf.set(host, [...there, ip].slice(-MAX_ADDRESSES_PER_HOST));
  }

  /** Keeps the last of each (from, user, session) before evicting others: repetition is not news. */
  #addLogon(logon: Logon): void {
    const there = this.#logons.get(logon.host) ?? [];
    const others = there.filter(
      (old) =>
        !(old.from === logon.from && old.user === logon.user && old.session === logon.session),
    );
    this.#logons.set(logon.host, [...others, logon].slice(-MAX_LOGONS_PER_HOST));
    const from = this.machineOf(logon.from, logon.at);
    this.#habits.note(`out:${from}`, logon.host, logon.at);
    this.#habits.note(`place:${from}`, logon.user, logon.at);
    this.#habits.note(`place:${logon.host}`, logon.user, logon.at);
    this.#habits.note(`account:${logon.user}`, logon.host, logon.at);
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
