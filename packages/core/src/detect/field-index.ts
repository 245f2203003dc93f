import { fold } from '../sigma/event-view.ts';
import { GramTable, guessGram } from '../sigma/gram-table.ts';
import type { FieldProfile } from './field-profile.ts';
import { type Atom, baseName, isWide } from './witness.ts';

/** Told of the rules whose witness was found; what it returns is false. */
type Found = (rules: readonly number[]) => boolean;

/** The atoms of one field, each with the rules whose witness it is. */
export class FieldIndex {
  readonly slot: number;
  readonly #equal = new TextMap();
  readonly #base = new TextMap();
  readonly #wide: number[] = [];
  readonly #there: number[] = [];
  readonly #parts = new Map<string, number[]>();
  #grams: GramTable<readonly number[]> | undefined;

  constructor(slot: number) {
    this.slot = slot;
  }

  add({ kind, text }: Atom, rule: number): void {
    switch (kind) {
      case 'there':
        this.#there.push(rule);
        break;
      case 'wide':
        this.#wide.push(rule);
        break;
      case 'equal':
        this.#equal.add(text, rule);
        break;
      case 'base':
        this.#base.add(text, rule);
        break;
      case 'part':
        this.#parts.set(text, [...(this.#parts.get(text) ?? []), rule]);
        break;
    }
  }

  /** After the last `add`. */
  build(profile: FieldProfile | undefined): void {
    const choose = (text: string) => (profile ? profile.rarestGram(text).at : guessGram(text));
    if (this.#parts.size > 0) this.#grams = new GramTable(this.#parts, choose);
  }

  present(found: Found): void {
    if (this.#there.length > 0) found(this.#there);
  }

  /** A value that is shorter holds nothing; before it is folded, for folding may make it longer. */
  get least(): number {
    return this.#wide.length > 0 || !this.#grams ? 0 : Math.ceil(this.#grams.least / 2);
  }

  /** One value as it is; it is folded where it may hold a text. */
  unfolded(text: string, found: Found): void {
    if (this.#wide.length > 0 || this.#grams?.mayHold(text)) this.value(fold(text), found);
  }

  /** One value of the field, folded. */
  value(lower: string, found: Found): void {
    const equal = this.#equal.get(lower);
    if (equal) found(equal);
    if (this.#base.size > 0) {
      const base = this.#base.get(baseName(lower));
      if (base) found(base);
    }
    this.#grams?.scan(lower, found);
    if (this.#wide.length > 0 && isWide(lower)) found(this.#wide);
  }
}

/** Texts with their rules; most texts that are not there are known by their length alone. */
class TextMap {
  readonly #rules = new Map<string, number[]>();
  /** One bit for each length that is there, the last for all longer ones. */
  #lengths = 0;

  get size(): number {
    return this.#rules.size;
  }

  add(text: string, rule: number): void {
    const there = this.#rules.get(text);
    if (there) there.push(rule);
    else this.#rules.set(text, [rule]);
    this.#lengths |= lengthBit(text);
  }

  get(text: string): readonly number[] | undefined {
    return (this.#lengths & lengthBit(text)) === 0 ? undefined : this.#rules.get(text);
  }
}

const lengthBit = ({ length }: string): number => 1 << (length < 31 ? length : 31);
