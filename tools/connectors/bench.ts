import type { Vendor } from './emulator.ts';

/** A connector with what it is tried against. */
export interface Bench {
  readonly id: string;
  readonly vendor: () => Vendor;
  /** Its settings besides the secret and the address. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The secret is a private key. */
  readonly needsKey?: boolean;
  readonly params: Readonly<Record<string, string>>;
  /** A target that the product does not know. */
  readonly unknown?: Readonly<Record<string, string>>;
}
