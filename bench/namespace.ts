import { execFileSync } from 'node:child_process';

const IP = '/usr/sbin/ip';
const NFT = '/usr/sbin/nft';

/** A network namespace of its own, with a real firewall that nobody else uses. */
export interface Namespace {
  readonly name: string;
  /** Addresses that Cordon's sets hold in the kernel. */
  blocked(): readonly string[];
  remove(): void;
}

/** Needs root, iproute2 and nftables; says which is missing. */
export function createNamespace(): Namespace {
  const name = `cordonbench${process.pid}`;
  const run = (...args: readonly string[]) =>
    execFileSync(IP, args, { encoding: 'utf8', stdio: 'pipe' });
  try {
    run('netns', 'add', name);
    run('netns', 'exec', name, NFT, 'list', 'tables');
  } catch (error) {
    throw new Error(
      `This bench blocks in a network namespace and needs root, iproute2 and nftables: ${error instanceof Error ? error.message : error}`,
    );
  }
  return {
    name,
    blocked() {
      const listed = run('netns', 'exec', name, NFT, 'list', 'set', 'inet', 'cordon', 'blocked4');
      return [...listed.matchAll(/(\d+\.\d+\.\d+\.\d+) timeout/g)].map((match) => match[1] ?? '');
    },
    remove: () => void run('netns', 'delete', name),
  };
}
