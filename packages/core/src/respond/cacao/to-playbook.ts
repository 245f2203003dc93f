import type { Json, JsonObject } from '../../shared/json.ts';
import type { Problem } from '../../shared/problem.ts';
import {
  createSlugs,
  type Flow,
  type FlowBranch,
  type FlowEdge,
  type FlowNode,
  toNested,
} from '../flow/flow.ts';
import { printPlaybook } from '../flow/print-playbook.ts';
import { parsePlaybook } from '../playbook/parse-playbook.ts';
import { toCelCondition, toInputName } from './condition.ts';
import { readOwnText } from './from-playbook.ts';
import { type CacaoCommand, type CacaoPlaybook, type CacaoStep, listPointers } from './model.ts';
import { readVariables } from './variables.ts';

/** A playbook that can be run, or why there is none. */
export interface Runnable {
  readonly text?: string;
  readonly problems: readonly Problem[];
}

export interface RunnableOptions {
  /** The slug of the playbook. */
  readonly id: string;
  /** Commands that nothing here carries out are put to a person. Without it they are refused. */
  readonly byHand: boolean;
  /** Slugs of playbooks that may be called, by their CACAO id. */
  readonly calls?: Readonly<Record<string, string>>;
}

type Node = CacaoStep & FlowNode;
const MOST_ROUNDS = 100;
const QUESTION_LENGTH = 1_800;

/**
 * A CACAO playbook in the language that runs here. What was exported from here comes back word for
 * word, as long as nobody changed the document since. Whatever cannot be carried over is a problem.
 */
export function toRunnable(cacao: CacaoPlaybook, options: RunnableOptions): Runnable {
  const own = readOwnText(cacao);
  if (own !== undefined) return { text: own, problems: [] };
  return new Conversion(cacao, options).convert();
}

class Conversion {
  private readonly problems: Problem[] = [];
  private readonly cacao: CacaoPlaybook;
  private readonly options: RunnableOptions;

  constructor(cacao: CacaoPlaybook, options: RunnableOptions) {
    this.cacao = cacao;
    this.options = options;
  }

  convert(): Runnable {
    const { cacao, options } = this;
    const main = toNested(this.toFlow(cacao.workflowStart), this.render);
    const exception = cacao.workflowException;
    const known = exception !== undefined && cacao.steps.some(({ id }) => id === exception);
    const rescue = known ? toNested(this.toFlow(exception), this.render) : undefined;
    this.checkVariables();
    if (!main || (known && !rescue)) this.refuse('', 'It is too large when its steps are nested.');
    if (main?.steps.length === 0) this.refuse('', 'It has no step that does anything.');
    if (this.problems.length > 0) return { problems: this.problems };
    const inputs = readVariables(cacao);
    const impact = cacao.rest['impact'];
    const text = printPlaybook({
      playbook: options.id,
      version: 1,
      title: cacao.name.slice(0, 200),
      ...(cacao.description ? { description: cacao.description.slice(0, QUESTION_LENGTH) } : {}),
      ...(typeof impact === 'number' ? { impact } : {}),
      ...(Object.keys(inputs).length > 0 ? { inputs } : {}),
      steps: main?.steps ?? [],
      ...(rescue && rescue.steps.length > 0 ? { on_failure: rescue.steps } : {}),
    });
    const { playbook, problems } = parsePlaybook(text, `${options.id}/playbook.yml`);
    return playbook ? { text, problems: [] } : { problems };
  }

  private refuse(id: string, detail: string): void {
    const where = id === '' ? '' : `${id}: `;
    this.problems.push({ code: 'cacao_cannot_run', detail: `${where}${detail}`, retryable: false });
  }

  private toFlow(start: string): Flow<Node> {
    const slugs = createSlugs();
    const nodes = this.cacao.steps.map(
      (step): Node => ({ ...step, slug: slugs(step.name ?? step.type) }),
    );
    return {
      start,
      nodes: new Map(nodes.map((node) => [node.id, node])),
      edges: this.cacao.steps.flatMap(toEdges),
    };
  }

  /** A variable that a step sets cannot be decided on: what people answer here is yes or no. */
  private checkVariables(): void {
    const { steps } = this.cacao;
    const set = steps.flatMap(({ rest }) =>
      Array.isArray(rest['out_args']) ? rest['out_args'] : [],
    );
    for (const { id, condition, switch: of } of steps)
      for (const name of set)
        if (`${condition ?? ''} ${of ?? ''}`.includes(String(name)))
          this.refuse(id, `it decides on ${name}, which a step sets; that is not carried over.`);
  }

  private readonly render = (node: Node, branches: readonly FlowBranch[]): readonly Json[] => {
    const wait = node.delayMs ? [{ wait: toDuration(node.delayMs) }] : [];
    return [...wait, ...this.toSteps(node, branches)];
  };

  private toSteps(node: Node, branches: readonly FlowBranch[]): readonly Json[] {
    const side = (label: string): readonly Json[] =>
      branches.find((branch) => branch.label === label)?.steps ?? [];
    switch (node.type) {
      case 'start':
      case 'end':
        return [];
      case 'action':
        return this.toAction(node, branches);
      case 'playbook-action':
        return this.toCall(node, branches);
      case 'parallel': {
        const lists = branches.map(({ steps }) => steps).filter((steps) => steps.length > 0);
        return lists.length < 2 ? lists.flat() : [{ parallel: lists }];
      }
      case 'if-condition': {
        const [steps, otherwise] = [side('true'), side('false')];
        if (steps.length + otherwise.length === 0) return [];
        const when = this.toExpression(node);
        return [{ when, steps, ...(otherwise.length > 0 ? { else: otherwise } : {}) }];
      }
      case 'while-condition':
        return [{ while: this.toExpression(node), most: MOST_ROUNDS, steps: side('true') }];
      case 'switch-condition':
        return this.toSwitch(node, branches);
    }
  }

  private toExpression(node: Node): string {
    const cel = toCelCondition(node.condition ?? '');
    if (cel.ok) return cel.value;
    this.refuse(node.id, cel.problem.detail);
    return 'false';
  }

  private toSwitch(node: Node, branches: readonly FlowBranch[]): readonly Json[] {
    const cel = toCelCondition(node.switch ?? '');
    if (!cel.ok) this.refuse(node.id, cel.problem.detail);
    const cases = branches.filter(({ label }) => label !== 'case:default');
    const otherwise = branches.find(({ label }) => label === 'case:default')?.steps ?? [];
    if (branches.every(({ steps }) => steps.length === 0)) return [];
    return [
      {
        switch: cel.ok ? cel.value : 'null',
        cases: Object.fromEntries(cases.map(({ label, steps }) => [label.slice(5), steps])),
        ...(otherwise.length > 0 ? { else: otherwise } : {}),
      },
    ];
  }

  private toAction(node: Node, branches: readonly FlowBranch[]): readonly Json[] {
    const commands = node.commands ?? [];
    if (commands.length === 0) this.refuse(node.id, 'it has no command.');
    const agent = this.cacao.agents[node.agent ?? ''];
    const of = typeof agent?.['name'] === 'string' ? { of: agent['name'].slice(0, 100) } : {};
    const expires = toDuration(node.timeoutMs ?? 86_400_000);
    const rescue = toRescue(branches);
    return commands.map((command) => {
      if (command.type !== 'manual' && !this.options.byHand)
        this.refuse(node.id, `nothing here carries out a command of type "${command.type}".`);
      return {
        id: node.slug,
        ask: toQuestion(node, command),
        ...of,
        expires,
        else: 'fail',
        ...rescue,
      };
    });
  }

  private toCall(node: Node, branches: readonly FlowBranch[]): readonly Json[] {
    const slug = this.options.calls?.[node.playbookId ?? ''];
    if (slug !== undefined) return [{ id: node.slug, call: slug, ...toRescue(branches) }];
    if (!this.options.byHand) this.refuse(node.id, `the playbook ${node.playbookId} is not here.`);
    const ask = `Start the playbook ${node.playbookId}.`;
    return [{ id: node.slug, ask, expires: '1d', else: 'fail', ...toRescue(branches) }];
  }
}

/** In CACAO the way after a failure has an end of its own. */
function toRescue(branches: readonly FlowBranch[]): JsonObject {
  const rescue = branches.find(({ label }) => label === 'failure');
  if (!rescue) return {};
  return { on_failure: [...rescue.steps, { stop: 'failed', text: 'A step failed.' }] };
}

function toEdges({ id, next, type }: CacaoStep): readonly FlowEdge[] {
  return listPointers(next).map(([member, to]) => ({ from: id, to, label: toLabel(member, type) }));
}

function toLabel(member: string, type: string): string {
  if (member === 'on_completion' || member === 'on_success') return 'next';
  if (member === 'on_failure') return 'failure';
  if (member === 'on_true') return 'true';
  if (member === 'on_false') return 'false';
  return member.startsWith('cases.') ? `case:${member.slice(6)}` : type;
}

const toDuration = (ms: number): string => {
  const s = Math.max(1, Math.ceil(ms / 1000));
  return s < 3_600 ? `${s}s` : `${Math.min(720, Math.ceil(s / 3_600))}h`;
};

const B64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The text of base 64, as far as it is ASCII; other bytes are "?". */
function fromBase64(text: string): string {
  let bits = 0;
  let held = 0;
  let out = '';
  for (const char of text) {
    const value = B64.indexOf(char);
    if (value < 0) continue;
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    const byte = (bits >> held) & 0xff;
    out += byte < 128 ? String.fromCharCode(byte) : '?';
  }
  return out;
}

function toQuestion(node: Node, command: CacaoCommand): string {
  const raw = command.command ?? fromBase64(command.commandB64 ?? '');
  const title = node.name ? `${node.name}: ` : '';
  const kind = command.type === 'manual' ? '' : `(${command.type}) `;
  const text = `${title}${kind}${raw}`.replaceAll('${{', '$ {{').slice(0, QUESTION_LENGTH);
  return text.replaceAll(
    /(__[a-zA-Z_][a-zA-Z0-9_-]{0,199}__):value/g,
    (_, name: string) => `\${{ inputs.${toInputName(name)} }}`,
  );
}
