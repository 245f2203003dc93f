/** One attack: its files, without what is known of it. */
export interface AttackSet {
  readonly id: string;
  /** A file, or the folder that holds all of its files. */
  readonly path: string;
}

/** What is known of an attack; read after it was decided. */
export interface AttackTruth {
  readonly techniques: readonly string[];
  readonly tactics: readonly string[];
  /** Where no more is known than the tactic, an alert of that tactic is right. */
  readonly isTacticEnough?: boolean;
  readonly host?: string;
  readonly process?: readonly string[];
  readonly address?: string;
}

/** The attacks of a folder, and how to learn what they were. */
export interface AttackFolder {
  readonly sets: readonly AttackSet[];
  readonly readTruth: () => ReadonlyMap<string, AttackTruth>;
}
