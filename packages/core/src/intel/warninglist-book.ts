import { RE2JS } from 're2js';
import { guessType, toAddress } from './canonical.ts';
import { refang } from './defang.ts';
import { type IndicatorType, toLabel } from './indicator.ts';
import { IndicatorIndex } from './indicator-index.ts';
import { Substrings } from './substrings.ts';
import { toUrlForm } from './url-form.ts';
import { FLOORS, type Floor, floorOf, type Warninglist } from './warninglist.ts';

/** A list that knows a value, and the entry it knows it by. */
export interface Listed {
  readonly list: string;
  readonly name: string;
  readonly isIdentifier: boolean;
  readonly floor: Floor;
}

interface Loose {
  readonly list: Warninglist;
  readonly isIn: (value: string) => boolean;
}

/** Patterns have to be tried one after the other: no more than so many in all. */
const MAX_LOOSE = 1_000;
const NONE: readonly Listed[] = [];

/** PHP writes a pattern between slashes, with letters behind. Linear time whatever it says. */
function toPattern(text: string): RE2JS | undefined {
  const found = /^\/([\s\S]*)\/([a-z]*)$/.exec(text);
  const flags = (found?.[2] ?? 'i').includes('i') ? RE2JS.CASE_INSENSITIVE : 0;
  try {
    return RE2JS.compile((found?.[1] ?? text).replaceAll('\\@', '@'), flags);
  } catch {
    return undefined;
  }
}

function toLoose(list: Warninglist, entry: string): Loose | undefined {
  const pattern = toPattern(entry);
  return pattern && { list, isIn: (value) => pattern.matcher(value).find() };
}

/**
 * What is known and harmless: the floor below which no automation goes, and a reason to doubt an
 * indicator. Sealed when it is made.
 */
export class WarninglistBook {
  readonly #index: IndicatorIndex;
  readonly #lists = new Map<string, Warninglist>();
  readonly #loose: Loose[] = [];
  readonly #substrings = new Substrings<string>();
  #needles = 0;
  /** Entries that could not be used, by list. */
  readonly refused: ReadonlyMap<string, number>;

  constructor(lists: readonly Warninglist[], seed = 1) {
    const expected = lists.reduce((sum, list) => sum + list.entries.length, 0);
    this.#index = new IndicatorIndex({ expected, seed });
    const refused = new Map<string, number>();
    for (const list of lists) {
      const bad = this.#add(list);
      if (bad > 0) refused.set(list.id, bad);
    }
    this.refused = refused;
    this.#index.seal();
  }

  get size(): number {
    return this.#index.size + this.#loose.length + this.#needles;
  }

  get bytes(): number {
    return this.#index.bytes;
  }

  #add(list: Warninglist): number {
    this.#lists.set(list.id, { ...list, entries: [] });
    return list.entries.filter((entry) => !this.#take(list, entry)).length;
  }

  #take(list: Warninglist, entry: string): boolean {
    switch (list.kind) {
      case 'cidr': {
        const address = toAddress(entry);
        if (address) this.#put(list, address.type, address.value);
        return address !== undefined;
      }
      case 'hostname': {
        const name = entry
          .trim()
          .toLowerCase()
          .replace(/^\.|\.$/g, '');
        if (name !== '') this.#put(list, 'domain', name);
        return name !== '';
      }
      case 'string':
        return this.#takeText(list, entry);
      case 'substring': {
        const needle = entry.trim().toLowerCase();
        if (needle !== '') this.#substrings.add(needle, list.id);
        this.#needles += needle === '' ? 0 : 1;
        return needle !== '';
      }
      case 'regex': {
        const loose = this.#loose.length < MAX_LOOSE ? toLoose(list, entry) : undefined;
        if (loose) this.#loose.push(loose);
        return loose !== undefined;
      }
    }
  }

  /** An address in another spelling is the same address. */
  #takeText(list: Warninglist, entry: string): boolean {
    const text = entry.trim().toLowerCase();
    if (text === '') return false;
    const address = toAddress(text);
    this.#put(list, 'text', address?.type === 'ip' ? address.value : text);
    return true;
  }

  #put(list: Warninglist, type: IndicatorType, value: string): void {
    this.#index.add(list.id, {
      type,
      value,
      label: toLabel(list.name),
      confidence: 100,
      role: 'context',
    });
  }

  /** The lists that know a canonical value of a type; of an address of the web its host counts, too. */
  find(type: IndicatorType, value: string): readonly Listed[] {
    const found = new Set<string>();
    this.#look(type, value, found);
    if (type === 'url') {
      const host = toUrlForm(value)?.host ?? '';
      const address = toAddress(host);
      this.#look(address ? 'ip' : 'hostname', address?.value ?? host, found);
    }
    if (found.size === 0) return NONE;
    return [...found].flatMap((id) => {
      const list = this.#lists.get(id);
      if (list === undefined) return [];
      const { name, isIdentifier } = list;
      return [{ list: id, name, isIdentifier, floor: floorOf(list) }];
    });
  }

  #look(type: IndicatorType, value: string, found: Set<string>): void {
    const text = value.toLowerCase();
    const entries = [
      ...this.#index.find('text', text),
      ...(type === 'ip' ? this.#index.findAddress(text) : []),
      ...(type === 'cidr' ? this.#index.findAddress(text.split('/')[0] ?? '') : []),
      ...(type === 'domain' || type === 'hostname' ? this.#index.findName(text) : []),
    ];
    for (const { feed } of entries) if (this.#speaksOf(feed, type)) found.add(feed);
    this.#substrings.visit(text, (id) => {
      if (this.#speaksOf(id, type)) found.add(id);
    });
    for (const { list, isIn } of this.#loose)
      if (this.#speaksOf(list.id, type) && isIn(text)) found.add(list.id);
  }

  #speaksOf(id: string, type: IndicatorType): boolean {
    const types = this.#lists.get(id)?.types ?? [];
    if (types.length === 0 || types.includes(type)) return true;
    return (type === 'hostname' || type === 'domain') && types.includes('url');
  }

  /** The strictest list that knows the text, for text of any kind, as actions carry it. */
  floor(text: string): Listed | undefined {
    if (text.length > 2_048) return undefined;
    const guess = guessType(refang(text));
    const found = guess === undefined ? NONE : this.find(guess.type, guess.value);
    return [...found].sort((a, b) => FLOORS.indexOf(a.floor) - FLOORS.indexOf(b.floor))[0];
  }
}
