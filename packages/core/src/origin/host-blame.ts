import { canonicalIp } from '../entity/resolve.ts';
import type { EpochMs } from '../shared/time.ts';
import { SECOND_MS } from '../shared/time.ts';
import type { BlameStart, CausalEdge } from './blame.ts';
import { blame } from './blame.ts';
import type { CausalLinks, Contact } from './causal-links.ts';
import type { FileTrace } from './file-traces.ts';
import type { ProcessNode } from './read-event.ts';
import type { OriginSign } from './trace-back.ts';

/*
 * Where it began within a machine: blame goes back from the processes that signs show, over what
 * started them, the file they are, who wrote that file, where it was loaded from, and whom they talk
 * to. Each process may itself be the beginning; the further back, the less is left.
 */

/** A beginning within a machine, each kind with its share of the blame. */
export interface HostBeginning {
  readonly process?: ProcessNode;
  readonly address?: Contact;
  readonly file?: FileTrace;
  /** How sure the process is among all that was found on the machine, 0 to 1. */
  readonly share: number;
}

/** What a process keeps, against what started it; one that talks to strangers is more likely steered. */
const OWN = 0.3;
const STEERED = 5;
const STARTED = 0.7;
const IMAGE = 0.3;
const CONTACT = 0.1;
const WRITTEN = 0.6;
const LOADED_FROM = 2;
const MAX_KEYS = 16;
const MAX_SIGNS = 128;
const SLACK_MS = 5 * SECOND_MS;

/** Kinds of nodes, by prefix: a process itself (`o`), a process, a file, an address, a URL. */
const nodeOf = (kind: 'o' | 'x' | 'f' | 'a' | 'u', id: string): string => `${kind}|${id}`;

/** Newer causes explain more, gently (methods 4.2.2: e^ln(1 + 1/(Δt + 1 s))). */
const recency = (effectAt: EpochMs, causeAt: EpochMs): number =>
  1 + SECOND_MS / (Math.max(0, effectAt - causeAt) + SECOND_MS);

function intoProcess(key: string, links: CausalLinks): readonly CausalEdge[] {
  const node = links.processOf(key);
  if (node === undefined) return [];
  const contacts = links.contactsOf(key);
  const isSteered = contacts.some(({ ip }) => !links.isOwnPlace(ip));
  const own = {
    from: nodeOf('o', key),
    at: node.at,
    weight: isSteered ? OWN * STEERED : OWN,
  };
  const started = node.parentKey
    ? [{ from: nodeOf('x', node.parentKey), at: node.at, weight: STARTED }]
    : [];
  const file = links.fileOf(node.host, node.name);
  const image =
    file !== undefined && file.at <= node.at
      ? [{ from: nodeOf('f', `${node.host}|${node.name}`), at: node.at, weight: IMAGE }]
      : [];
  const talked = contacts.map((to) => ({
    from: nodeOf('a', to.ip),
    at: to.at,
    weight: links.isOwnPlace(to.ip) ? CONTACT / 5 : CONTACT,
  }));
  return [own, ...started, ...image, ...talked];
}

function intoFile(id: string, links: CausalLinks): readonly CausalEdge[] {
  const split = id.indexOf('|');
  const trace = links.fileOf(id.slice(0, split), id.slice(split + 1));
  if (trace === undefined) return [];
  const writer = trace.writerKey
    ? [{ from: nodeOf('x', trace.writerKey), at: trace.at, weight: WRITTEN }]
    : [];
  const url = trace.url
    ? [{ from: nodeOf('u', trace.url), at: trace.at, weight: LOADED_FROM }]
    : [];
  return [...writer, ...url];
}

function causesOf(node: string, links: CausalLinks): readonly CausalEdge[] {
  const id = node.slice(2);
  if (node.startsWith('x')) return intoProcess(id, links);
  return node.startsWith('f') ? intoFile(id, links) : [];
}

/** The processes of a sign that no other one of it descends from; they come acting first. */
function shownKeys(keys: readonly string[], links: CausalLinks): readonly string[] {
  const few = keys.slice(0, MAX_KEYS);
  const ancestors = new Set(few.flatMap((key) => links.lineageOf(key).slice(1)));
  return few.filter((key) => !ancestors.has(key));
}

function startsOf(
  place: string,
  signs: readonly OriginSign[],
  links: CausalLinks,
): readonly BlameStart[] {
  const there = signs.filter(({ host }) => host === place).slice(0, MAX_SIGNS);
  return there.flatMap((sign) => {
    const keys = shownKeys(sign.processKeys, links);
    return keys.map((key) => ({
      node: nodeOf('x', key),
      at: (Math.max(sign.at, sign.lastAt ?? sign.at) + SLACK_MS) as EpochMs,
      weight: Math.max(0.05, sign.p) / keys.length,
    }));
  });
}

/** The process, file and address on a machine that its signs lead back to; undefined: they name no process that was seen to start. */
export function findBeginning(
  place: string,
  signs: readonly OriginSign[],
  links: CausalLinks,
): HostBeginning | undefined {
  const timed = (node: string): readonly CausalEdge[] => {
    const edges = causesOf(node, links);
    const latest = Math.max(...edges.map(({ at }) => at)) as EpochMs;
    return edges.map((edge) => ({ ...edge, weight: edge.weight * recency(latest, edge.at) }));
  };
  const { beginnings } = blame(startsOf(place, signs, links), timed);
  const idsOf = (kind: string) =>
    beginnings
      .filter(({ node }) => node.startsWith(kind))
      .map(({ node, share }) => ({ id: node.slice(2), share }));
  const [top] = idsOf('o').sort(
    (a, b) => b.share - a.share || timeOf(a.id, links) - timeOf(b.id, links),
  );
  const process = top && links.processOf(top.id);
  if (!top || !process) return undefined;
  const address = addressOf(
    process,
    idsOf('a').map(({ id }) => id),
    links,
  );
  const file = links.fileOf(process.host, process.name);
  return {
    process,
    share: top.share,
    ...(address === undefined ? {} : { address }),
    ...(file === undefined || file.at > process.at ? {} : { file }),
  };
}

const timeOf = (key: string, links: CausalLinks): number => links.processOf(key)?.at ?? 0;

/** Whom the process itself talked to first, outside before inside; else the address most blamed. */
function addressOf(
  process: ProcessNode,
  blamed: readonly string[],
  links: CausalLinks,
): Contact | undefined {
  const own = links.contactsOf(process.key);
  const strange = own.find(({ ip }) => !links.isOwnPlace(ip) && canonicalIp(ip) !== undefined);
  if (strange) return strange;
  const [ip] = blamed.filter((one) => !links.isOwnPlace(one));
  return ip === undefined ? undefined : { ip, at: process.at, offset: process.offset };
}
