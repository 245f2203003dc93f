import { type Json, type JsonObject, membersOf } from '../shared/json.ts';
import { type EventView, type FieldTable, MANY, ONE } from '../sigma/event-view.ts';
import { FieldProfile, toCount } from './field-profile.ts';

/** More fields than rules of one log source speak of. */
const MAX_FIELDS = 1_000;

/** What was seen of the events of one log source; fields that no event had take no room. */
export class EventProfile {
  events = 0;
  readonly #fields = new Map<string, FieldProfile>();

  /** Looks at one event; null: at all its values at once, which is what keywords search. */
  observe(view: EventView, names: Iterable<string | null>, table: FieldTable): void {
    this.events += 1;
    for (const name of names) {
      const values = valuesOf(view, name, table);
      if (values.length > 0) this.#open(name ?? '')?.observe(values);
    }
  }

  #open(name: string): FieldProfile | undefined {
    const there = this.#fields.get(name);
    if (there || this.#fields.size >= MAX_FIELDS) return there;
    const fresh = new FieldProfile();
    this.#fields.set(name, fresh);
    return fresh;
  }

  /** Undefined: no event had the field. */
  of(name: string | null): FieldProfile | undefined {
    return this.#fields.get(name ?? '');
  }

  toJson(): JsonObject {
    const fields = [...this.#fields].map(([name, field]) => [name, field.toJson()] as const);
    return { events: this.events, fields: Object.fromEntries(fields) };
  }

  /** What is not of the form of {@link toJson} is taken as nothing seen. */
  static from(json: Json | undefined): EventProfile {
    const profile = new EventProfile();
    const { events, fields } = membersOf(json);
    profile.events = toCount(events);
    for (const [name, field] of Object.entries(membersOf(fields)).slice(0, MAX_FIELDS))
      profile.#fields.set(name, FieldProfile.from(field));
    return profile;
  }
}

function valuesOf(view: EventView, name: string | null, table: FieldTable): readonly string[] {
  if (name === null) return view.everything().map(({ lower }) => lower);
  const slot = table.slotOf(name);
  const kind = view.load(slot);
  if (kind === ONE) return [view.lowers[slot] ?? ''];
  return kind === MANY ? (view.lists[slot] ?? []).map(({ lower }) => lower) : [];
}
