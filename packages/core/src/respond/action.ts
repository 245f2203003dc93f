import type { EntityRef } from '../entity/entity.ts';
import type { ActionId, IncidentId, RunId } from '../shared/id.ts';
import type { JsonObject } from '../shared/json.ts';
import type { Problem } from '../shared/problem.ts';
import type { EpochMs } from '../shared/time.ts';
import type { UndoPolicy } from './playbook/playbook.ts';

/** What an action does to the world; `contain` and `evict` change it and pass the guard. */
export type ActionClass = 'read' | 'collect' | 'notify' | 'contain' | 'evict' | 'restore';

/** observe: say what would be done; approve: ask a person first; enforce: do it. */
export type ResponseMode = 'observe' | 'approve' | 'enforce';

/**
 * The life of an action, in order. `uncertain` is honest: the call may or may not have taken effect
 * and the probe cannot tell, so a person is told. `held` means done, verified and kept for its time.
 */
export type ActionStatus =
  | 'observed'
  | 'refused'
  | 'awaiting_approval'
  | 'rejected'
  | 'expired'
  | 'intended'
  | 'applied'
  | 'held'
  | 'done'
  | 'uncertain'
  | 'failed'
  | 'undoing'
  | 'undone'
  | 'undo_failed';

/** One version of a playbook that starts by itself. */
export interface AutomationVersion {
  readonly playbookId: string;
  readonly version: number;
}

/** One line of the ledger: what was tried or learnt, when, with what result. Never edited. */
export interface JournalEntry {
  readonly at: EpochMs;
  readonly phase:
    | 'propose'
    | 'guard'
    | 'approve'
    | 'intent'
    | 'probe'
    | 'apply'
    | 'receipt'
    | 'verify'
    | 'hold'
    | 'undo'
    | 'verify_undo';
  readonly text: string;
  readonly by?: string;
  readonly data?: JsonObject;
  readonly problem?: Problem;
}

/** What the guard said, with every check it made. */
export interface GuardDecision {
  readonly allowed: boolean;
  readonly needsApproval: boolean;
  readonly checks: readonly {
    readonly name: string;
    readonly outcome: 'pass' | 'refuse' | 'ask';
    readonly text: string;
  }[];
  /** Whom the action would have hit in the last 24 hours. */
  readonly blast: {
    readonly requests: number;
    readonly successfulLogons: number;
    readonly users: readonly string[];
    readonly text: string;
  };
}

/** A person's yes or no, bound to the hash of exactly what was shown. */
export interface Approval {
  readonly planHash: string;
  readonly expiresAt: EpochMs;
  readonly decision?: {
    readonly by: string;
    readonly approved: boolean;
    readonly reason: string;
    readonly at: EpochMs;
  };
}

/** One action in the ledger: the plan, the decision, the current status and the journal. */
export interface ActionRecord {
  readonly id: ActionId;
  readonly runId?: RunId;
  readonly incidentId?: IncidentId;
  /** The playbook, where it started by itself and nobody asked for it. */
  readonly automation?: AutomationVersion;
  readonly stepId: string;
  /** `domain.object.verb`, e.g. `net.ip.block`. */
  readonly verb: string;
  readonly connectorId: string;
  readonly class: ActionClass;
  readonly params: JsonObject;
  readonly target: EntityRef;
  /** Hash of connector, verb and canonical target: two actions with one key hold one effect. */
  readonly effectKey: string;
  readonly mode: ResponseMode;
  readonly reason: string;
  readonly guard: GuardDecision;
  readonly approval?: Approval;
  /** How long the effect is held; contain actions always have one. */
  readonly ttlMs?: number;
  /** What ends the effect before its time; `auto` where nothing is said. */
  readonly undo?: UndoPolicy;
  /** When the effect is to be undone; set before the target is first touched, and never moved later. */
  readonly deadlineAt?: EpochMs;
  readonly status: ActionStatus;
  /** State of the target before the action, captured by the probe; what undo restores. */
  readonly prior?: JsonObject;
  readonly attempts: number;
  /** When the runner should look at it next; absent in terminal and waiting states. */
  readonly nextAt?: EpochMs;
  readonly createdAt: EpochMs;
  readonly journal: readonly JournalEntry[];
  readonly revision: number;
}
