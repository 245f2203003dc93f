import type {
  AutomationRules,
  EpochMs,
  GuardLimits,
  ListedThing,
  NeverTouch,
  Playbook,
  Problem,
  ResponseMode,
} from '@cordon/core';
import type { ConnectorDefinition, RunProgram } from '@cordon/kit';
import type { EventStore, StateStore } from '../store/ports.ts';

/** What the runner needs of the state store. */
export type RunnerStore = Pick<
  StateStore,
  | 'saveRun'
  | 'getRun'
  | 'listRuns'
  | 'saveActions'
  | 'getAction'
  | 'listActions'
  | 'countIntents'
  | 'dueActions'
  | 'nextActionAt'
  | 'getSetting'
  | 'setSetting'
  | 'getIncident'
  | 'listAlerts'
>;

/** A connector with its configuration, ready to be called. */
export interface ConfiguredConnector {
  readonly id: string;
  readonly definition: ConnectorDefinition;
  readonly config: unknown;
}

/** How far automation may go. */
export interface ResponseConfig {
  readonly mode: ResponseMode;
  /** By verb, where it differs. */
  readonly modes?: Readonly<Record<string, ResponseMode>>;
  readonly neverTouch?: readonly NeverTouch[];
  readonly limits?: Partial<GuardLimits>;
  readonly automation?: AutomationRules;
  /** Time limit of one call on a connector; default 10 s. */
  readonly callTimeoutMs?: number;
}

/** Moments between a change of the world and its note in the ledger, and just around them. */
export const CRASH_POINTS = [
  'proposed',
  'walked_unsaved',
  'walked',
  'intent_saved',
  'probed',
  'prior_saved',
  'applied_unsaved',
  'receipt_saved',
  'verified',
  'hold_saved',
  'undo_intent_saved',
  'undone_unsaved',
  'undone_saved',
] as const;
export type CrashPoint = (typeof CRASH_POINTS)[number];

export interface RunnerDeps {
  readonly store: RunnerStore;
  readonly connectors: readonly ConfiguredConnector[];
  readonly playbooks: readonly Playbook[];
  readonly config: ResponseConfig;
  readonly now: () => EpochMs;
  readonly events?: Pick<EventStore, 'count' | 'find'>;
  readonly report?: (problem: Problem) => void;
  /** Where connectors start programs from; default: this process. */
  readonly run?: RunProgram;
  /** What lists of harmless things say of a text: no action on it, or none without a person's yes. */
  readonly floor?: (text: string) => ListedThing | undefined;
  /** Where administrators are logged in from right now; asked whenever the guard is. */
  readonly administratorAddresses?: () => Promise<readonly string[]>;
  /** What this machine must never cut off; read from the machine itself by default. */
  readonly machine?: () => Promise<readonly NeverTouch[]>;
  /** For tests: never resolves where the process is to die, as a killed process never goes on. */
  readonly crashPoint?: (name: CrashPoint) => Promise<void> | undefined;
  /** Wait after a failure of the store, before everything is tried again; doubles. Default 1 s. */
  readonly retryMs?: number;
}
