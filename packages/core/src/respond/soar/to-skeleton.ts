import type { Json, JsonObject } from '../../shared/json.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { type FlowBranch, toNested } from '../flow/flow.ts';
import { printPlaybook } from '../flow/print-playbook.ts';
import { VERBS } from '../verbs.ts';
import type { SoarNode, SoarPlaybook } from './read-soar.ts';

/** What a playbook of another product became. */
export interface Skeleton {
  /** A playbook that reads, is started by hand, and asks a person for whatever has no counterpart. */
  readonly text: string;
  readonly nodes: number;
  readonly nodesKept: number;
  readonly edges: number;
  readonly edgesKept: number;
  /** Actions that no verb of the catalogue stands for. */
  readonly withoutCounterpart: readonly string[];
}

/** Actions of Splunk SOAR that a verb stands for, with the input it acts on. */
const COUNTERPARTS: Readonly<Record<string, readonly [verb: string, input: string, type: string]>> =
  {
    'block ip': ['net.ip.block', 'ip', 'ip'],
    'block domain': ['net.domain.block', 'domain', 'domain'],
    'block url': ['net.url.block', 'url', 'url'],
    'quarantine device': ['endpoint.host.isolate', 'host', 'host'],
    'isolate device': ['endpoint.host.isolate', 'host', 'host'],
    'disable user': ['identity.user.suspend', 'user', 'user'],
    'lock account': ['identity.user.suspend', 'user', 'user'],
    'terminate process': ['endpoint.process.kill', 'process', 'text'],
    'block sender': ['email.sender.block', 'sender', 'email'],
    'create ticket': ['ticket.issue.create', 'title', 'text'],
    'send email': ['notify.mail.send', 'text', 'text'],
    'send message': ['notify.chat.post', 'text', 'text'],
    'ip reputation': ['enrich.ip.look-up', 'ip', 'ip'],
    'geolocate ip': ['enrich.ip.look-up', 'ip', 'ip'],
    'whois ip': ['enrich.ip.look-up', 'ip', 'ip'],
    'snapshot vm': ['cloud.snapshot.create', 'instance', 'text'],
  };
const QUESTION_LENGTH = 1_500;

/** A Splunk SOAR graph as a playbook to be completed; refuses circles and what is too large. */
export function toSkeleton(soar: SoarPlaybook, id: string): Result<Skeleton> {
  const inputs: Record<string, Json> = {};
  const missing = new Set<string>();
  const { flow } = soar;
  const nested = toNested(flow, (node, branches) => render(node, branches, { inputs, missing }));
  if (!nested)
    return refuse('The graph goes round in a circle, or is more than 200 steps when it is nested.');
  const nothing: Json = { id: 'nothing', ask: 'The playbook has no step. Close it?', else: 'skip' };
  const text = printPlaybook({
    playbook: id,
    version: 1,
    title: id.replaceAll('-', ' '),
    ...(soar.description === '' ? {} : { description: soar.description.slice(0, QUESTION_LENGTH) }),
    ...(Object.keys(inputs).length > 0 ? { inputs } : {}),
    steps: nested.steps.length > 0 ? nested.steps : [nothing],
  });
  return ok({
    text,
    nodes: flow.nodes.size,
    nodesKept: nested.written.size,
    edges: flow.edges.length,
    edgesKept: flow.edges.filter(
      ({ from, to }) => nested.written.has(from) && nested.written.has(to),
    ).length,
    withoutCounterpart: [...missing],
  });
}

const refuse = (detail: string): Result<never> =>
  err({ code: 'soar_bad_shape', detail, retryable: false });

interface Notes {
  readonly inputs: Record<string, Json>;
  readonly missing: Set<string>;
}

function render(node: SoarNode, branches: readonly FlowBranch[], notes: Notes): readonly Json[] {
  const own = toSteps(node, branches, notes);
  const free = branches.filter(({ label }) => node.conditions[label] === undefined);
  const lists = free.map(({ steps }) => steps).filter((steps) => steps.length > 0);
  if (lists.length === 0) return own;
  return lists.length === 1 ? [...own, ...(lists[0] ?? [])] : [...own, { parallel: lists }];
}

function toSteps(node: SoarNode, branches: readonly FlowBranch[], notes: Notes): readonly Json[] {
  switch (node.kind) {
    case 'start':
    case 'end':
      return [];
    case 'action':
      return [toAction(node, notes)];
    case 'fork':
      return toFork(node, branches);
    case 'call':
      return [ask(node, `Start the playbook ${node.does}`)];
    case 'prompt':
      return [ask(node, node.title)];
    case 'data':
      return [ask(node, `Prepare data: ${node.title}`)];
  }
}

const plain = (text: string): string => text.replaceAll('${{', '$ {{');

const ask = (node: SoarNode, what: string): JsonObject => ({
  id: node.slug,
  ask: plain(node.description === '' ? what : `${what}: ${node.description}`).slice(
    0,
    QUESTION_LENGTH,
  ),
  expires: '1d',
});

function toAction(node: SoarNode, { inputs, missing }: Notes): Json {
  const counterpart = COUNTERPARTS[node.does.toLowerCase()];
  if (!counterpart) {
    missing.add(node.does);
    return ask(node, node.does === node.title ? node.title : `${node.title} (${node.does})`);
  }
  const [verb, input, type] = counterpart;
  inputs[input] = type;
  const info = VERBS[verb];
  const isChanging = info?.class === 'contain' || info?.class === 'evict';
  const holds = isChanging
    ? {
        for: '4h',
        undo: info.inverse === undefined ? 'never' : 'on-close',
        approve: { expires: '1h', else: 'skip' },
        reason: plain(node.description || node.title).slice(0, QUESTION_LENGTH),
      }
    : {};
  return { id: node.slug, do: verb, with: { [input]: `\${{ inputs.${input} }}` }, ...holds };
}

/** Conditions over another product's data are put to a person, one after the other. */
function toFork(node: SoarNode, branches: readonly FlowBranch[]): readonly Json[] {
  return Object.entries(node.conditions).flatMap(([label, condition], i) => {
    const taken = branches.filter((branch) => branch.label === label && branch.steps.length > 0);
    const id = `${node.slug.slice(0, 55)}-${i + 1}`;
    const question = plain(`${node.title}: does this hold? ${condition}`).slice(0, QUESTION_LENGTH);
    const asked: Json = { id, ask: question, expires: '1d' };
    const lists = taken.map(({ steps }) => steps);
    if (lists.length === 0) return [asked];
    const when = `steps["${id}"].outcome == "succeeded"`;
    return [asked, { when, steps: lists.length === 1 ? (lists[0] ?? []) : [{ parallel: lists }] }];
  });
}
