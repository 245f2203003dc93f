import type { Json } from '@cordon/core';

/** One source as it is configured. */
export interface SourceSettings {
  /** Unique; the id records and counts carry. */
  readonly id: string;
  /** Id of a source definition. */
  readonly kind: string;
  readonly title?: string;
  /** Parser ids to try, in order, for its records. */
  readonly parsers?: readonly string[];
  /** What the source definition's schema asks for. */
  readonly settings: Json;
}
