import { sha1 } from '@noble/hashes/legacy.js';
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { type Json, type JsonObject, toCanonicalJson } from '../../shared/json.ts';
import { parsePlaybook } from '../playbook/parse-playbook.ts';
import type { Playbook, Step } from '../playbook/playbook.ts';
import { toCacaoJson } from './codec.ts';
import type { CacaoPlaybook, CacaoStep, CacaoStepType } from './model.ts';

/** The name space of our identifiers, and the extension that carries a playbook word for word. */
const NAME_SPACE = '6f1d3b62-5a1e-4d0c-9a2b-0c7d1e8f4a55';
export const OWN_EXTENSION = `extension-definition--${uuid5('extension')}`;
const AGENT = `group--${uuid5('responders')}`;

/** A UUID of version 5 (RFC 9562): the same name gives the same one. */
function uuid5(name: string): string {
  const bytes = hexToBytes(NAME_SPACE.replaceAll('-', ''));
  const hash = sha1(new Uint8Array([...bytes, ...utf8ToBytes(name)])).slice(0, 16);
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytesToHex(hash);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}

/** The identifier of a playbook in CACAO. */
export const toCacaoId = (id: string): string => `playbook--${uuid5(id)}`;

export interface ExportOptions {
  /** RFC 3339, with three decimals. */
  readonly at: string;
}

/**
 * A playbook of ours in CACAO 2.0: the same steps, with every action as a manual command that says
 * what is to be done, so that any engine can stop and ask; and the whole text in an extension, so that
 * nothing is lost on the way back.
 */
export function toCacao(playbook: Playbook, { at }: ExportOptions): CacaoPlaybook {
  const graph = new Graph(playbook);
  const first = graph.list(playbook.steps, 'steps');
  const exception =
    playbook.onFailure.length > 0 ? graph.list(playbook.onFailure, 'on_failure') : undefined;
  const start = graph.add('start', 'start', { next: { onCompletion: first } });
  return {
    id: toCacaoId(playbook.id),
    name: playbook.title,
    ...(playbook.description === undefined ? {} : { description: playbook.description }),
    createdBy: `identity--${uuid5('cordon')}`,
    created: at,
    modified: at,
    workflowStart: start,
    ...(exception === undefined ? {} : { workflowException: exception }),
    steps: graph.steps,
    agents: { [AGENT]: { type: 'group', name: 'Responders' } },
    variables: {},
    signatures: [],
    rest: {
      ...(playbook.impact === undefined ? {} : { impact: playbook.impact }),
      extension_definitions: {
        [OWN_EXTENSION]: {
          type: 'extension-definition',
          name: 'Cordon playbook',
          created_by: `identity--${uuid5('cordon')}`,
          schema: 'https://cordon.example/schemas/playbook.schema.json',
          version: '1.0',
        },
      },
      playbook_extensions: {
        [OWN_EXTENSION]: {
          type: 'cordon-playbook',
          file: `${playbook.id}/playbook.yml`,
          text: playbook.source.text,
        },
      },
    },
  };
}

/** The text of a playbook that was exported from here and not changed since; else undefined. */
export function readOwnText(cacao: CacaoPlaybook): string | undefined {
  const extensions = cacao.rest['playbook_extensions'] as JsonObject | undefined;
  const own = extensions?.[OWN_EXTENSION] as JsonObject | undefined;
  const text = own?.['text'];
  if (typeof text !== 'string') return undefined;
  const { playbook } = parsePlaybook(text, String(own?.['file'] ?? ''));
  if (!playbook) return undefined;
  const again = toCacao(playbook, { at: cacao.created });
  const plain = (of: CacaoPlaybook): string =>
    toCanonicalJson(toCacaoJson({ ...of, signatures: [], modified: of.created }));
  return plain(again) === plain(cacao) ? text : undefined;
}

type Parts = Partial<Omit<CacaoStep, 'id' | 'type'>>;

class Graph {
  readonly steps: CacaoStep[] = [];
  private readonly playbook: Playbook;

  constructor(playbook: Playbook) {
    this.playbook = playbook;
  }

  add(type: CacaoStepType, path: string, parts: Parts): string {
    const id = `${type}--${uuid5(`${this.playbook.id}/${path}/${type}`)}`;
    this.steps.push({ id, type, next: {}, rest: {}, ...parts });
    return id;
  }

  /** A list of steps as a chain with an end of its own; gives where it begins. */
  list(steps: readonly Step[], path: string): string {
    let next = this.add('end', path, {});
    for (const [at, step] of [...steps.entries()].reverse())
      next = this.step(step, `${path}/${at}`, next);
    return next;
  }

  private step(step: Step, path: string, next: string): string {
    const rescue = step.onFailure ? this.list(step.onFailure, `${path}/on_failure`) : undefined;
    const onward = rescue ? { onSuccess: next, onFailure: rescue } : { onCompletion: next };
    const common = {
      name: step.id,
      ...(step.timeoutMs === undefined ? {} : { timeoutMs: step.timeoutMs }),
    };
    const inner = (steps: readonly Step[], name: string): string =>
      this.list(steps, `${path}/${name}`);
    const cel = (text: string): Parts => ({ ...common, condition: text, rest: toExtension('cel') });
    switch (step.kind) {
      case 'do':
      case 'ask':
      case 'wait':
        return this.add('action', path, { ...common, ...toManual(step), next: onward });
      case 'call':
        return this.add('playbook-action', path, {
          ...common,
          playbookId: toCacaoId(step.playbook),
          next: onward,
        });
      case 'when': {
        const sides = {
          onTrue: inner(step.steps, 'true'),
          onFalse: inner(step.otherwise, 'false'),
        };
        return this.add('if-condition', path, {
          ...cel(step.condition),
          next: { ...onward, ...sides },
        });
      }
      case 'while':
      case 'each': {
        const condition = step.kind === 'while' ? step.condition : `for each of ${step.list}`;
        const onTrue = inner(step.steps, 'true');
        return this.add('while-condition', path, {
          ...cel(condition),
          next: { ...onward, onTrue },
        });
      }
      case 'switch': {
        const cases: Record<string, string> = Object.fromEntries(
          step.cases.map(({ value, steps }, i) => [value, inner(steps, `case${i}`)]),
        );
        const all = { ...cases, default: inner(step.otherwise, 'default') };
        const parts = { ...common, switch: step.of, rest: toExtension('cel') };
        return this.add('switch-condition', path, { ...parts, next: { ...onward, cases: all } });
      }
      case 'parallel': {
        const nextSteps = step.branches.map((branch, i) => inner(branch, `branch${i}`));
        return this.add('parallel', path, { ...common, next: { ...onward, nextSteps } });
      }
      case 'stop':
        return this.add('end', path, { name: step.id, description: step.text });
    }
  }
}

const toExtension = (language: string): JsonObject => ({
  step_extensions: { [OWN_EXTENSION]: { type: 'cordon-step', language } },
});

function toManual(step: Extract<Step, { kind: 'do' | 'ask' | 'wait' }>): Parts {
  return {
    agent: AGENT,
    commands: [{ type: 'manual', command: toCommand(step), rest: {} as JsonObject }],
    ...(step.kind === 'wait' && step.until === undefined ? { delayMs: step.forMs } : {}),
  };
}

function toCommand(step: Extract<Step, { kind: 'do' | 'ask' | 'wait' }>): string {
  if (step.kind === 'ask') return step.question;
  if (step.kind === 'wait') return step.until === undefined ? 'Wait.' : `Wait until ${step.until}`;
  const params: Json = step.with;
  return `${step.verb} ${JSON.stringify(params)}${step.reason === '' ? '' : `: ${step.reason}`}`;
}
