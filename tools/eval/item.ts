import type { EpochMs } from '@cordon/core';

/** What an evaluation compares, product-independent. */
export const FIELDS = [
  'time',
  'source',
  'user',
  'action',
  'outcome',
  'target',
  'class',
  'severity',
  'recognised',
] as const;
export type FieldName = (typeof FIELDS)[number];

/** One record to be decided. Nothing of its label is in here. */
export interface Item {
  readonly id: string;
  /** Records of one stream are one source's, in order. */
  readonly stream: string;
  readonly text: string;
  readonly receivedAt: EpochMs;
}

/** What is known to be true of one field of an item. */
export interface Label {
  readonly field: FieldName;
  /**
   * - `is`: the claim must be one of the values;
   * - `present`: any claim will do, when the values are given it must be one of them.
   */
  readonly values?: readonly string[];
}

/** The truth about one item; read only after every item was decided. */
export interface Truth {
  /** Name of the product, for the break-down only. */
  readonly product: string;
  readonly labels: readonly Label[];
}

/** A folder of items whose labels are read apart. */
export interface CaseFolder {
  readonly layout: string;
  readonly items: readonly Item[];
  /** Truth by id of the item. */
  readonly readTruth: () => Promise<ReadonlyMap<string, Truth>>;
  /** Rows of the folder that are no records, with why. */
  readonly leftOut?: Readonly<Record<string, number>>;
}
