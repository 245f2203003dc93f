import type { JsonObject } from '../../shared/json.ts';

/** The eight kinds of step of CACAO 2.0. */
export const CACAO_STEP_TYPES = [
  'start',
  'end',
  'action',
  'playbook-action',
  'parallel',
  'if-condition',
  'while-condition',
  'switch-condition',
] as const;
export type CacaoStepType = (typeof CACAO_STEP_TYPES)[number];

/** The twelve kinds of command; the vocabulary is open. */
export const CACAO_COMMAND_TYPES = [
  'manual',
  'bash',
  'powershell',
  'ssh',
  'caldera-cmd',
  'http-api',
  'openc2-http',
  'elastic',
  'jupyter',
  'kestrel',
  'sigma',
  'yara',
] as const;

/** One command, with what it says and everything else as it was. */
export interface CacaoCommand {
  readonly type: string;
  readonly command?: string;
  readonly commandB64?: string;
  readonly rest: JsonObject;
}

/** Where a step leads. */
export interface CacaoNext {
  readonly onCompletion?: string;
  readonly onSuccess?: string;
  readonly onFailure?: string;
  readonly nextSteps?: readonly string[];
  readonly onTrue?: string;
  readonly onFalse?: string;
  readonly cases?: Readonly<Record<string, string>>;
}

/** One step of the workflow; `rest` is every member that is not read, as it was. */
export interface CacaoStep {
  readonly id: string;
  readonly type: CacaoStepType;
  readonly name?: string;
  readonly description?: string;
  readonly delayMs?: number;
  readonly timeoutMs?: number;
  readonly next: CacaoNext;
  readonly condition?: string;
  readonly switch?: string;
  readonly commands?: readonly CacaoCommand[];
  readonly agent?: string;
  readonly targets?: readonly string[];
  readonly playbookId?: string;
  readonly rest: JsonObject;
}

/** A CACAO 2.0 playbook. Printing what was read gives an equal document. */
export interface CacaoPlaybook {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly createdBy: string;
  readonly created: string;
  readonly modified: string;
  readonly workflowStart: string;
  readonly workflowException?: string;
  readonly steps: readonly CacaoStep[];
  readonly agents: Readonly<Record<string, JsonObject>>;
  readonly variables: Readonly<Record<string, JsonObject>>;
  readonly signatures: readonly JsonObject[];
  readonly rest: JsonObject;
}

/** Every step a step leads to, with the member that says so. */
export function listPointers(next: CacaoNext): readonly (readonly [string, string])[] {
  const one = (member: string, id: string | undefined) =>
    id === undefined ? [] : [[member, id] as const];
  return [
    ...one('on_completion', next.onCompletion),
    ...one('on_success', next.onSuccess),
    ...one('on_failure', next.onFailure),
    ...one('on_true', next.onTrue),
    ...one('on_false', next.onFalse),
    ...(next.nextSteps ?? []).map((id) => ['next_steps', id] as const),
    ...Object.entries(next.cases ?? {}).map(([value, id]) => [`cases.${value}`, id] as const),
  ];
}
