import { isIPv4 } from 'node:net';
import { err, ok, type Problem, type Result } from '@cordon/core';
import { type ProgramEnd, type RunProgram, runProgram } from '@cordon/kit';
import type { NftablesConfig } from './config.ts';

/** One address in a set, as the kernel has it. */
export interface Element {
  readonly ip: string;
  readonly expiresInS?: number;
  readonly comment?: string;
}

const TABLE = { family: 'inet', table: 'cordon' } as const;
/** Marks what Cordon put there; anything without it is left alone. */
export const COMMENT = 'cordon';

const setOf = (ip: string): string => (isIPv4(ip) ? 'blocked4' : 'blocked6');

interface Call {
  readonly config: NftablesConfig;
  readonly signal: AbortSignal;
  readonly run?: RunProgram;
  /** What a look a moment ago said: nobody looks twice. */
  readonly seen?: { readonly present: boolean };
}

/**
 * Runs nft without a shell. A transaction is one JSON argument: nft opens `/dev/stdin` by name, which
 * fails on the sockets that Node gives a child.
 */
async function runNft(
  { config, signal, run = runProgram }: Call,
  args: readonly string[],
): Promise<Result<string>> {
  const nft = [config.nft ?? '/usr/sbin/nft', ...args];
  const [file = '', ...rest] =
    config.namespace === undefined
      ? nft
      : ['/usr/sbin/ip', 'netns', 'exec', config.namespace, ...nft];
  const { stdout, stderr, failure } = await run({ file, args: rest }, signal);
  return failure ? err(toProblem(failure, stderr)) : ok(stdout);
}

function toProblem({ message, code }: NonNullable<ProgramEnd['failure']>, stderr: string): Problem {
  const text = stderr.trim().split('\n')[0] || message;
  if (code === 'ENOENT') {
    return {
      code: 'target_unreachable',
      detail: 'The program nft is not installed.',
      hint: 'install the package nftables',
      retryable: false,
    };
  }
  if (/Operation not permitted/i.test(text)) {
    return {
      code: 'target_unreachable',
      detail: 'nft may not change the firewall.',
      hint: 'give the service CAP_NET_ADMIN',
      retryable: false,
    };
  }
  if (/network namespace/i.test(text)) {
    return {
      code: 'target_unreachable',
      detail: 'The configured network namespace cannot be entered.',
      hint: 'make it before Cordon starts, or correct `namespace`',
      retryable: true,
    };
  }
  return { code: 'action_failed', detail: `nft: ${text}.`, retryable: true };
}

const isAbsent = (problem: Problem): boolean =>
  problem.detail.includes('No such file or directory');

function transact(call: Call, commands: readonly unknown[]): Promise<Result<string>> {
  return runNft(call, ['-j', '--', JSON.stringify({ nftables: commands })]);
}

function dropRule(chain: string, set: string): unknown {
  const protocol = set === 'blocked4' ? 'ip' : 'ip6';
  const match = {
    match: { op: '==', left: { payload: { protocol, field: 'saddr' } }, right: `@${set}` },
  };
  return { add: { rule: { ...TABLE, chain, expr: [match, { counter: null }, { drop: null }] } } };
}

/** Table, sets, chains and rules as they must be; safe to repeat, since the chains are emptied first. */
function foundation(priority: number): readonly unknown[] {
  const set = (name: string, type: string) => ({
    add: { set: { ...TABLE, name, type, flags: ['interval', 'timeout'] } },
  });
  const chain = (name: string) => [
    {
      add: {
        chain: { ...TABLE, name, type: 'filter', hook: name, prio: priority, policy: 'accept' },
      },
    },
    { flush: { chain: { ...TABLE, name } } },
    dropRule(name, 'blocked4'),
    dropRule(name, 'blocked6'),
  ];
  return [
    { add: { table: { family: TABLE.family, name: TABLE.table } } },
    set('blocked4', 'ipv4_addr'),
    set('blocked6', 'ipv6_addr'),
    ...chain('input'),
    ...chain('forward'),
  ];
}

function element(verb: 'add' | 'delete', ip: string, extra: object = {}): unknown {
  const elem = verb === 'delete' ? ip : { elem: { val: ip, ...extra } };
  return { [verb]: { element: { ...TABLE, name: setOf(ip), elem: [elem] } } };
}

/** Is the address blocked, and until when? An absent table means no. */
export async function findElement(call: Call, ip: string): Promise<Result<Element | undefined>> {
  const listed = await runNft(call, ['-j', 'list', 'set', TABLE.family, TABLE.table, setOf(ip)]);
  if (!listed.ok) return isAbsent(listed.problem) ? ok(undefined) : listed;
  return ok(readElements(listed.value).find((candidate) => candidate.ip === ip));
}

/** Reads the answer of `nft -j list set`. */
export function readElements(text: string): readonly Element[] {
  const answer = JSON.parse(text) as {
    readonly nftables?: readonly { readonly set?: { readonly elem?: readonly unknown[] } }[];
  };
  return (answer.nftables ?? []).flatMap((item) => (item.set?.elem ?? []).flatMap(readElement));
}

function readElement(raw: unknown): readonly Element[] {
  if (typeof raw === 'string') return [{ ip: raw }];
  const inner = (
    raw as {
      readonly elem?: {
        readonly val?: unknown;
        readonly expires?: number;
        readonly comment?: string;
      };
    } | null
  )?.elem;
  if (typeof inner?.val !== 'string') return [];
  const { val, expires, comment } = inner;
  return [
    {
      ip: val,
      ...(expires === undefined ? {} : { expiresInS: expires }),
      ...(comment === undefined ? {} : { comment }),
    },
  ];
}

/**
 * Blocks for so many seconds; an address that is blocked already is taken out and put in again in one
 * transaction. One that was just seen not to be there is only put in: what somebody else put there in
 * between stays as it is, and the look afterwards tells until when.
 */
export async function putElement(
  call: Call,
  ip: string,
  ttlS: number,
): Promise<Result<'added' | 'extended'>> {
  const found = call.seen?.present === false ? ok(undefined) : await findElement(call, ip);
  if (!found.ok) return found;
  const add = element('add', ip, { timeout: ttlS, comment: COMMENT });
  const base = foundation(call.config.priority ?? -200);
  const first = await transact(call, [
    ...base,
    ...(found.value ? [element('delete', ip)] : []),
    add,
  ]);
  if (first.ok) return ok(found.value ? 'extended' : 'added');
  if (!found.value || !isAbsent(first.problem)) return first;
  const second = await transact(call, [...base, add]);
  return second.ok ? ok('added') : second;
}

/** Takes out what Cordon put in; what is not there, or not ours, stays as it is. */
export async function removeElement(
  call: Call,
  ip: string,
): Promise<Result<'removed' | 'absent' | 'foreign'>> {
  const found = await findElement(call, ip);
  if (!found.ok) return found;
  if (!found.value) return ok('absent');
  if (found.value.comment !== COMMENT) return ok('foreign');
  const removed = await transact(call, [element('delete', ip)]);
  if (removed.ok) return ok('removed');
  return isAbsent(removed.problem) ? ok('absent') : removed;
}

/** Can the rule set be read? */
export const checkNft = (call: Call): Promise<Result<string>> =>
  runNft(call, ['-j', 'list', 'tables']);
