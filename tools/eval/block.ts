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

interface Counts {
  readonly right: number;
  readonly wrongly: readonly string[];
  readonly missing: readonly string[];
  readonly attackLines: number;
  readonly prevented: number;
}

/** A stream with what was decided and what is known of it. */
interface Judged {
  readonly stream: Stream;
  readonly blocks: readonly Block[];
  readonly known: StreamTruth;
}

function score(
  streams: readonly Stream[],
  decided: readonly Decided[],
  truth: ReadonlyMap<string, StreamTruth>,
): Record<string, unknown> {
  const judged = streams.flatMap((stream, at): readonly Judged[] => {
    const known = withCanonicalAddresses(truth.get(stream.id));
    return known ? [{ stream, blocks: decided[at]?.blocks ?? [], known }] : [];
  });
  const scored = judged.filter(({ known }) => known.isScored);
  const apart = scored.filter(({ known }) => known.isApart === true);
  const quiet = judged.filter(({ known }) => !known.isScored);
  const counts = countAll(scored.filter((one) => !apart.includes(one)));
  return {
    streams: streams.length,
    blocked: counts.right + counts.wrongly.length,
    ...sharesOf(counts),
    attackLinesPrevented: counts.prevented,
    attackLines: counts.attackLines,
    legitimateBlocked: counts.wrongly.length,
    quietStreams: quiet.length,
    quietStreamsWithBlocks: quiet.filter(({ blocks }) => blocks.length > 0).length,
    ...(apart.length > 0 ? { otherModes: describeApart(apart) } : {}),
    wrongly: counts.wrongly.slice(0, 100),
    missing: counts.missing.slice(0, 200),
  };
}

function describeApart(apart: readonly Judged[]): Record<string, unknown> {
  const counts = countAll(apart);
  return {
    streams: apart.length,
    ...sharesOf(counts),
    legitimateBlocked: counts.wrongly.length,
    missing: counts.missing.slice(0, 200),
  };
}

function sharesOf({ right, wrongly, missing }: Counts): Record<string, number | null> {
  return {
    precision: share(right, right + wrongly.length),
    recall: share(right, right + missing.length),
    f1: share(2 * right, 2 * right + wrongly.length + missing.length),
  };
}

function countAll(judged: readonly Judged[]): Counts {
  const each = judged.map(countOne);
  const sum = (of: (counts: Counts) => number): number =>
    each.reduce((total, counts) => total + of(counts), 0);
  return {
    right: sum(({ right }) => right),
    wrongly: each.flatMap(({ wrongly }) => wrongly),
    missing: each.flatMap(({ missing }) => missing),
    attackLines: sum(({ attackLines }) => attackLines),
    prevented: sum(({ prevented }) => prevented),
  };
}

function countOne({ stream, blocks, known }: Judged): Counts {
  const blocked = new Map(blocks.map(({ address, after }) => [address, after]));
  const attackers = [...known.attackers];
  const lines = attackers.map((address) => ({
    after: blocked.get(address) ?? Number.POSITIVE_INFINITY,
    at: linesOf(stream, address),
  }));
  const name = (address: string): string => `${stream.id}: ${address}`;
  return {
    right: attackers.filter((address) => blocked.has(address)).length,
    wrongly: [...blocked.keys()]
      .filter((address) => !known.attackers.has(address) && !known.unsure.has(address))
      .map(name),
    missing: attackers.filter((address) => !blocked.has(address)).map(name),
    attackLines: lines.reduce((total, { at }) => total + at.length, 0),
    prevented: lines.reduce(
      (total, { after, at }) => total + at.filter((line) => line > after).length,
      0,
    ),
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
