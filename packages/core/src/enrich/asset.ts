/** How much rests on a machine: 5 the most (directory, hypervisor, backup), 1 the least. */
export type Criticality = 1 | 2 | 3 | 4 | 5;

/** What kind of data a machine holds, the least protected first. */
export const DATA_CLASSES = ['public', 'internal', 'confidential', 'restricted'] as const;
export type DataClass = (typeof DATA_CLASSES)[number];

/** A machine as inventories tell of it. */
export interface Asset {
  readonly name: string;
  /** Further host names. */
  readonly aliases: readonly string[];
  /** Canonical texts; only what is fixed, leases are learned. */
  readonly ips: readonly string[];
  /** Lower case with colons. */
  readonly macs: readonly string[];
  /** Its id at the one who runs it, e.g. an instance id. */
  readonly uid?: string;
  readonly owner?: string;
  readonly criticality?: Criticality;
  readonly role?: string;
  readonly department?: string;
  readonly dataClass?: DataClass;
  /** Can it be reached from the internet? */
  readonly isExposed?: boolean;
  readonly tags: readonly string[];
}

/** A person or service account as directories tell of it. */
export interface Identity {
  readonly name: string;
  /** Further log-in names. */
  readonly aliases: readonly string[];
  /** Security identifier of Windows. */
  readonly sid?: string;
  readonly email?: string;
  readonly department?: string;
  readonly manager?: string;
  /** Rights over machines (admin) or over the whole house (domain). */
  readonly privilege?: 'admin' | 'domain';
}

/** What an inventory tells, whatever its form. */
export interface InventoryRows {
  readonly assets: readonly Asset[];
  readonly identities: readonly Identity[];
}
