import { toCanonicalIp } from '@cordon/core';
import { loadProduct } from './engines.ts';
import { readStreams, type Stream, type StreamTruth } from './folders/streams.ts';
import type { Evaluation } from './kind.ts';
import { share } from './parse.ts';
import { type Block, replayBlocks } from './replay.ts';

interface Decided {
  readonly id: string;
  readonly blocks: readonly Block[];
}

/** Replays streams of records and compares the addresses blocked with those that attacked. */
export const blockEvaluation: Evaluation = {
  async run({ dir, say, predict }) {
    const content = await loadProduct(say);
    const { layout, streams, readTruth } = readStreams(dir);
    const decided = streams.map(
      ({ id, items }): Decided => ({ id, blocks: replayBlocks(content, items) }),
    );
    predict(decided);
    return { layout, ...score(streams, decided, await readTruth()) };
  },
};

function score(
  streams: readonly Stream[],
  decided: readonly Decided[],
  truth: ReadonlyMap<string, StreamTruth>,
): Record<string, unknown> {
  let [right, wrong, missed, attackLines, prevented, quiet, quietBlocked] = [0, 0, 0, 0, 0, 0, 0];
  const wrongly: string[] = [];
  const missing: string[] = [];
  for (const [at, stream] of streams.entries()) {
    const known = withCanonicalAddresses(truth.get(stream.id));
    const blocks = decided[at]?.blocks ?? [];
    if (!known) continue;
    if (known.isScored) {
      for (const { address } of blocks) {
        if (known.attackers.has(address)) right += 1;
        else if (!known.unsure.has(address)) {
          wrong += 1;
          wrongly.push(`${stream.id}: ${address}`);
        }
      }
      const blocked = new Map(blocks.map((block) => [block.address, block.after]));
      for (const address of known.attackers) {
        if (!blocked.has(address)) missing.push(`${stream.id}: ${address}`);
        const lines = linesOf(stream, address);
        attackLines += lines.length;
        const after = blocked.get(address) ?? Number.POSITIVE_INFINITY;
        prevented += lines.filter((line) => line > after).length;
      }
      missed = missing.length;
    } else {
      quiet += 1;
      quietBlocked += blocks.length > 0 ? 1 : 0;
    }
  }
  const precision = share(right, right + wrong);
  const recall = share(right, right + missed);
  return {
    streams: streams.length,
    blocked: right + wrong,
    precision,
    recall,
    f1: share(2 * right, 2 * right + wrong + missed),
    attackLinesPrevented: prevented,
    attackLines,
    legitimateBlocked: wrong,
    quietStreams: quiet,
    quietStreamsWithBlocks: quietBlocked,
    wrongly: wrongly.slice(0, 100),
    missing: missing.slice(0, 200),
  };
}

/** An address may be written in several ways; the product's own is compared. */
function withCanonicalAddresses(truth: StreamTruth | undefined): StreamTruth | undefined {
  if (!truth) return undefined;
  const canonical = (addresses: ReadonlySet<string>): ReadonlySet<string> =>
    new Set([...addresses].map((address) => toCanonicalIp(address) ?? address));
  return {
    ...truth,
    attackers: canonical(truth.attackers),
    unsure: canonical(truth.unsure),
  };
}

function linesOf({ items }: Stream, address: string): readonly number[] {
  const pattern = new RegExp(`(?<![\\w.:])${address.replace(/[.]/g, '\\.')}(?![\\w.]*\\w)`, 'i');
  return items.flatMap(({ text }, at) => (pattern.test(text) ? [at] : []));
}
