import type { HuntField } from './field.ts';

/** How a test compares. `like` takes `*` and `?`, without one of them it means "holds". */
export type HuntOp = 'eq' | 'like' | 'lt' | 'lte' | 'gt' | 'gte' | 'exists';

/** A hunt as a tree: plain data, run by the stores. */
export type HuntNode =
  | { readonly kind: 'and' | 'or'; readonly of: readonly HuntNode[] }
  | { readonly kind: 'not'; readonly of: HuntNode }
  | HuntTest;

/** One comparison of a field; a field that is missing fulfils none. Texts are compared without case. */
export interface HuntTest {
  readonly kind: 'test';
  readonly field: HuntField;
  readonly op: HuntOp;
  /** Any of them; numbers where the field holds numbers or times, lower-case texts otherwise. */
  readonly values: readonly (string | number)[];
}

/** The hunt that finds everything. */
export const EVERYTHING: HuntNode = { kind: 'and', of: [] };
