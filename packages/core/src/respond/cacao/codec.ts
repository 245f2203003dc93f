import type { Json, JsonObject } from '../../shared/json.ts';
import { compact, type DocumentReader, restOf } from './document.ts';
import {
  CACAO_STEP_TYPES,
  type CacaoCommand,
  type CacaoNext,
  type CacaoPlaybook,
  type CacaoStep,
} from './model.ts';

const STEP_MEMBERS = [
  'type',
  'name',
  'description',
  'delay',
  'timeout',
  'on_completion',
  'on_success',
  'on_failure',
  'next_steps',
  'on_true',
  'on_false',
  'cases',
  'condition',
  'switch',
  'commands',
  'agent',
  'targets',
  'playbook_id',
];
const PLAYBOOK_MEMBERS = [
  'type',
  'spec_version',
  'id',
  'name',
  'description',
  'created_by',
  'created',
  'modified',
  'workflow_start',
  'workflow_exception',
  'workflow',
  'agent_definitions',
  'playbook_variables',
  'signatures',
];

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };
const present = <T extends object>(of: T): Present<T> =>
  Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined)) as Present<T>;

function readCommand(reader: DocumentReader, value: Json, path: string): CacaoCommand {
  const of = reader.object(value, path);
  return {
    type: reader.required(of['type'], `${path}/type`),
    ...present({
      command: reader.text(of['command'], `${path}/command`),
      commandB64: reader.text(of['command_b64'], `${path}/command_b64`),
    }),
    rest: restOf(of, ['type', 'command', 'command_b64']),
  };
}

function readNext(reader: DocumentReader, of: JsonObject, path: string): CacaoNext {
  const text = (name: string) => reader.text(of[name], `${path}/${name}`);
  const cases =
    of['cases'] === undefined
      ? undefined
      : Object.fromEntries(
          Object.entries(reader.object(of['cases'], `${path}/cases`)).map(([value, to]) => [
            value,
            reader.required(to, `${path}/cases/${value}`),
          ]),
        );
  return present({
    onCompletion: text('on_completion'),
    onSuccess: text('on_success'),
    onFailure: text('on_failure'),
    onTrue: text('on_true'),
    onFalse: text('on_false'),
    nextSteps: reader.texts(of['next_steps'], `${path}/next_steps`),
    cases,
  });
}

function readStep(reader: DocumentReader, id: string, value: Json): CacaoStep | undefined {
  const path = `workflow/${id}`;
  const of = reader.object(value, path);
  const given = reader.required(of['type'], `${path}/type`);
  const type = CACAO_STEP_TYPES.find((known) => known === given);
  if (!type) {
    reader.report(`${path}/type`, `"${given}" is none of the eight kinds of step.`);
    return undefined;
  }
  const commands =
    of['commands'] === undefined
      ? undefined
      : reader
          .list(of['commands'], `${path}/commands`)
          .map((one, i) => readCommand(reader, one, `${path}/commands/${i}`));
  return {
    id,
    type,
    next: readNext(reader, of, path),
    ...present({
      name: reader.text(of['name'], `${path}/name`),
      description: reader.text(of['description'], `${path}/description`),
      delayMs: reader.number(of['delay'], `${path}/delay`),
      timeoutMs: reader.number(of['timeout'], `${path}/timeout`),
      condition: reader.text(of['condition'], `${path}/condition`),
      switch: reader.text(of['switch'], `${path}/switch`),
      agent: reader.text(of['agent'], `${path}/agent`),
      targets: reader.texts(of['targets'], `${path}/targets`),
      playbookId: reader.text(of['playbook_id'], `${path}/playbook_id`),
      commands,
    }),
    rest: restOf(of, STEP_MEMBERS),
  };
}

const readObjects = (reader: DocumentReader, value: Json | undefined, path: string) =>
  Object.fromEntries(
    Object.entries(reader.object(value, path)).map(([id, one]) => [
      id,
      reader.object(one, `${path}/${id}`),
    ]),
  );

/** Reads the members of a playbook; what has another type than it must have is reported. */
export function readCacao(reader: DocumentReader, of: JsonObject): CacaoPlaybook {
  const required = (name: string) => reader.required(of[name], name);
  const steps = Object.entries(reader.object(of['workflow'], 'workflow')).flatMap(
    ([id, value]) => readStep(reader, id, value) ?? [],
  );
  return {
    id: required('id'),
    name: required('name'),
    ...present({
      description: reader.text(of['description'], 'description'),
      workflowException: reader.text(of['workflow_exception'], 'workflow_exception'),
    }),
    createdBy: required('created_by'),
    created: required('created'),
    modified: required('modified'),
    workflowStart: required('workflow_start'),
    steps,
    agents: readObjects(reader, of['agent_definitions'], 'agent_definitions'),
    variables: readObjects(reader, of['playbook_variables'], 'playbook_variables'),
    signatures: reader
      .list(of['signatures'], 'signatures')
      .map((one, i) => reader.object(one, `signatures/${i}`)),
    rest: {
      ...restOf(of, PLAYBOOK_MEMBERS),
      ...emptyMembers(of),
    },
  };
}

/** Members that are there and empty, so that printing does not lose them. */
const emptyMembers = (of: JsonObject): JsonObject =>
  Object.fromEntries(
    ['agent_definitions', 'playbook_variables', 'signatures'].flatMap((name) => {
      const value = of[name];
      const isEmpty =
        typeof value === 'object' && value !== null && Object.keys(value).length === 0;
      return isEmpty ? [[name, value]] : [];
    }),
  );

function printCommand({ type, command, commandB64, rest }: CacaoCommand): JsonObject {
  return { ...compact({ type, command, command_b64: commandB64 }), ...rest };
}

function printStep(step: CacaoStep): JsonObject {
  const { next } = step;
  const known = compact({
    type: step.type,
    name: step.name,
    description: step.description,
    delay: step.delayMs,
    timeout: step.timeoutMs,
    on_completion: next.onCompletion,
    on_success: next.onSuccess,
    on_failure: next.onFailure,
    condition: step.condition,
    switch: step.switch,
    on_true: next.onTrue,
    on_false: next.onFalse,
    next_steps: next.nextSteps,
    cases: next.cases,
    commands: step.commands?.map(printCommand),
    agent: step.agent,
    targets: step.targets,
    playbook_id: step.playbookId,
  });
  return { ...known, ...step.rest };
}

const ifAny = (of: Readonly<Record<string, JsonObject>>): JsonObject | undefined =>
  Object.keys(of).length > 0 ? of : undefined;

/** The document of a playbook, equal to the one it was read from. */
export function toCacaoJson(playbook: CacaoPlaybook): JsonObject {
  const known = compact({
    type: 'playbook',
    spec_version: 'cacao-2.0',
    id: playbook.id,
    name: playbook.name,
    description: playbook.description,
    created_by: playbook.createdBy,
    created: playbook.created,
    modified: playbook.modified,
    workflow_start: playbook.workflowStart,
    workflow_exception: playbook.workflowException,
    workflow: Object.fromEntries(playbook.steps.map((step) => [step.id, printStep(step)])),
    agent_definitions: ifAny(playbook.agents),
    playbook_variables: ifAny(playbook.variables),
    signatures: playbook.signatures.length > 0 ? playbook.signatures : undefined,
  });
  return { ...known, ...playbook.rest };
}
