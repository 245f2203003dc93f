import { type EpochMs, HOUR_MS, type RoomGuest } from '@cordon/core';
import type { SignedLinks } from '../notify/links.ts';
import type { StateStore } from '../store/ports.ts';
import { type LineKey, readLineKey } from './keys.ts';
import type { GuestVisit } from './ports.ts';
import type { RoomBook } from './room-book.ts';

/** A link that is opened more often than that within an hour is not one person reading. */
const MAX_LOOKS_AN_HOUR = 60;

export interface GuestDeps {
  readonly book: RoomBook;
  readonly store: Pick<StateStore, 'getIncident'>;
  readonly links: { readonly guest: SignedLinks<LineKey> };
  readonly now: () => EpochMs;
}

/** Who comes by a link sees one room; each look is a line. */
export class GuestDoor {
  readonly #deps: GuestDeps;

  constructor(deps: GuestDeps) {
    this.#deps = deps;
  }

  async visit(token: string): Promise<GuestVisit | undefined> {
    const visit = await this.#open(token);
    if (!visit || this.#isTooOften(visit.guest)) return undefined;
    const { guest, incident } = visit;
    const look = { what: 'guest_looked', guest: guest.number } as const;
    const written = await this.#deps.book.write(incident.id, look, nameOf(guest));
    return written.ok ? visit : undefined;
  }

  async comment(token: string, text: string): Promise<GuestVisit | undefined> {
    const visit = await this.#open(token);
    if (visit?.guest.invited.right !== 'comment' || this.#isTooOften(visit.guest)) return undefined;
    const { guest, incident } = visit;
    const comment = { what: 'commented', text, mentions: [], guest: guest.number } as const;
    const written = await this.#deps.book.write(incident.id, comment, nameOf(guest));
    return written.ok ? this.visit(token) : undefined;
  }

  async #open(token: string): Promise<GuestVisit | undefined> {
    const { links, book, store, now } = this.#deps;
    const key = links.guest.read(token, now());
    if (key === undefined) return undefined;
    const { incidentId, number } = readLineKey(key);
    const [incident, room] = await Promise.all([
      store.getIncident(incidentId),
      book.room(incidentId),
    ]);
    const guest = room.guests.find((one) => one.number === number);
    return incident && guest ? { guest, incident, room } : undefined;
  }

  #isTooOften({ looks }: RoomGuest): boolean {
    const since = this.#deps.now() - HOUR_MS;
    return looks.filter((at) => at > since).length >= MAX_LOOKS_AN_HOUR;
  }
}

const nameOf = ({ invited }: RoomGuest): string => `${invited.name} (guest)`;
