import type { Json } from '../../shared/json.ts';
import { Model, type Taught } from './model.ts';

/** So many of the newest verdicts can be taken back; older ones are learnt for good. */
const REVERSIBLE = 1_000;

/**
 * The verdicts in their order, and the model that they make. A verdict that is taken back leaves no
 * trace: the model is made again without it.
 */
export class VerdictLedger {
  #base = new Model();
  #model = new Model();
  #changes = 0;
  #taught: (readonly [id: string, taught: Taught])[] = [];

  get model(): Model {
    return this.#model;
  }

  /** How often what is learnt has changed since it was made or restored. */
  get changes(): number {
    return this.#changes;
  }

  /** What the verdict on a thing taught; undefined where there is none, or it is too old to be taken back. */
  taughtOn(id: string): Taught | undefined {
    return this.#taught.find(([one]) => one === id)?.[1];
  }

  /** A later verdict on the same thing takes the place of the earlier one. */
  teach(id: string, taught: Taught): void {
    this.takeBack([id]);
    this.#changes += 1;
    this.#taught.push([id, taught]);
    this.#model.teach(taught);
    if (this.#taught.length <= REVERSIBLE) return;
    const [oldest] = this.#taught.splice(0, 1);
    if (oldest) this.#base.teach(oldest[1]);
  }

  /** Forgets the verdicts on these; the model is made again once for all of them. */
  takeBack(ids: readonly string[]): void {
    const gone = new Set(ids);
    const rest = this.#taught.filter(([one]) => !gone.has(one));
    if (rest.length === this.#taught.length) return;
    this.#changes += 1;
    this.#taught = rest;
    this.#model = new Model();
    this.#model.restore(this.#base.snapshot());
    for (const [, taught] of rest) this.#model.teach(taught);
  }

  snapshot(): Json {
    return { base: this.#base.snapshot(), taught: [...this.#taught] } as unknown as Json;
  }

  restore(from: Json): void {
    const { base, taught } = from as unknown as {
      readonly base: Json;
      readonly taught: readonly (readonly [string, Taught])[];
    };
    this.#base = new Model();
    this.#base.restore(base);
    this.#model = new Model();
    this.#model.restore(base);
    this.#taught = [...taught];
    for (const [, one] of taught) this.#model.teach(one);
  }
}
