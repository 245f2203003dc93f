/*
 * What the product acts on, and what outlives its death: the kernel's firewall in a network namespace
 * of its own, behind a program that writes every change down, and a receiver of webhooks in this
 * process. For every second address the time limit is kept from the kernel, so that only Cordon lifts.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, watch, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const IP = '/usr/sbin/ip';
const NFT = '/usr/sbin/nft';

/** One change of the firewall, as the program in front of it saw it succeed or fail. */
export interface FirewallChange {
  readonly at: number;
  readonly verb: 'add' | 'delete';
  readonly ip: string;
  readonly isDone: boolean;
}

export interface Target {
  readonly namespace: string;
  /** The program to configure as `nft`. */
  readonly nft: string;
  readonly webhookUrl: string;
  /** Every change so far, oldest first. */
  changes(): readonly FirewallChange[];
  /** Addresses that are blocked right now. */
  blocked(): readonly string[];
  /** How often each webhook id came in. */
  readonly notices: ReadonlyMap<string, number>;
  /** Is called at every change and every notice, so that a kill can hit the middle of it. */
  onTouch(listener: () => void): void;
  remove(): void;
}

/** Only Cordon itself ends the block of such an address: the kernel is told no time. */
export const isLasting = (ip: string): boolean => /[13579]$/.test(ip);

/** A shell program, since it has to be there quicker than a Node process could be. */
const toWrapper = (log: string): string => `#!/bin/sh
case "$3" in
  *'"element"'*) ;;
  *) exec ${NFT} "$@" ;;
esac
json=$(printf '%s' "$3" | sed -E 's/("val":"[0-9.]+[13579]"),"timeout":[0-9]+/\\1/')
printf 'touch\\n' >> '${log}'
${NFT} -j -- "$json"
code=$?
printf '%s %s %s\\n' "$(date +%s%3N)" "$code" "$json" >> '${log}'
exit $code
`;

/** Makes the namespace and starts the receiver; throws what is missing. */
export async function createTarget(dir: string): Promise<Target> {
  const namespace = `cordoncrash${process.pid}`;
  makeNamespace(namespace);
  const removeNamespace = (): void => void run('netns', 'delete', namespace);
  process.once('exit', removeNamespace);
  const log = join(dir, 'firewall.log');
  const nft = join(dir, 'nft');
  writeFileSync(log, '');
  writeFileSync(nft, toWrapper(log), { mode: 0o755 });
  const notices = new Map<string, number>();
  let touch: () => void = () => undefined;
  const receiver = await listen((id) => {
    notices.set(id, (notices.get(id) ?? 0) + 1);
    touch();
  });
  const watcher = watch(log, () => touch());
  return {
    namespace,
    nft,
    webhookUrl: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`,
    notices,
    changes: () => readChanges(readFileSync(log, 'utf8')),
    blocked: () => listBlocked(namespace),
    onTouch(listener) {
      touch = listener;
    },
    remove() {
      watcher.close();
      receiver.close();
      process.off('exit', removeNamespace);
      removeNamespace();
    },
  };
}

const run = (...args: readonly string[]): string =>
  execFileSync(IP, args, { encoding: 'utf8', stdio: 'pipe' });

function makeNamespace(name: string): void {
  try {
    run('netns', 'add', name);
    run('netns', 'exec', name, NFT, 'list', 'tables');
  } catch (error) {
    throw new Error(
      `The crash run blocks in a network namespace; it needs root, iproute2 and nftables: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** Answers every notice, and counts it by the id that is the same for every attempt. */
async function listen(onNotice: (id: string) => void): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      onNotice(String(request.headers['webhook-id']));
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** Reads the log of the program in front of nft. */
export function readChanges(text: string): readonly FirewallChange[] {
  return text
    .split('\n')
    .filter((line) => /^\d+ \d+ /.test(line))
    .flatMap((line) => {
      const [at = '', code = ''] = line.split(' ', 2);
      const json = line.slice(at.length + code.length + 2);
      const { nftables } = JSON.parse(json) as { nftables: readonly Command[] };
      return nftables.flatMap((command) =>
        (['add', 'delete'] as const).flatMap((verb) =>
          (command[verb]?.element?.elem ?? []).map((element) => ({
            at: Number(at),
            verb,
            ip: typeof element === 'string' ? element : element.elem.val,
            isDone: code === '0',
          })),
        ),
      );
    });
}

interface Change {
  readonly element?: {
    readonly elem: readonly (string | { readonly elem: { readonly val: string } })[];
  };
}
interface Command {
  readonly add?: Change;
  readonly delete?: Change;
}

function listBlocked(namespace: string): readonly string[] {
  if (!run('netns', 'exec', namespace, NFT, 'list', 'tables').includes('inet cordon')) return [];
  const text = run('netns', 'exec', namespace, NFT, 'list', 'set', 'inet', 'cordon', 'blocked4');
  return [...text.slice(text.indexOf('elements')).matchAll(/\d+\.\d+\.\d+\.\d+/g)].map(
    ([ip]) => ip,
  );
}
