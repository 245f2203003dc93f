import { createNormaliser } from '@cordon/core';
import { agrees } from './agree.ts';
import { type Claim, toClaim } from './claim.ts';
import { loadProduct } from './engines.ts';
import { readCases } from './folders/index.ts';
import { listGaps } from './gaps.ts';
import type { CaseFolder, FieldName, Item, Truth } from './item.ts';
import type { Evaluation } from './kind.ts';

interface Count {
  records: number;
  base: number;
  unparsed: number;
  labelled: number;
  agreed: number;
}

const NONE: Count = { records: 0, base: 0, unparsed: 0, labelled: 0, agreed: 0 };

/** Reads every record and compares what was read with what is labelled. */
export const parseEvaluation: Evaluation = {
  async run({ dir, gaps, say, predict }) {
    const folder = await readCases(dir);
    const claims = await decide(folder.items, say);
    predict(claims);
    const truth = await folder.readTruth();
    return {
      ...score(folder, claims, truth),
      ...(gaps > 0
        ? {
            gaps: listGaps(folder.items, claims, gaps),
            disagreements: listDisagreements(folder.items, claims, truth).slice(0, gaps),
          }
        : {}),
    };
  },
};

async function decide(
  items: readonly Item[],
  say: (line: string) => void,
): Promise<readonly Claim[]> {
  const { parsers } = await loadProduct(say);
  const normaliser = createNormaliser({ parsers });
  return items.map(({ id, stream, text, receivedAt }, offset) =>
    toClaim(id, normaliser.normalise({ offset, sourceId: stream, receivedAt, text })),
  );
}

/** Labels that records which were read do not agree with. */
function listDisagreements(
  items: readonly Item[],
  claims: readonly Claim[],
  truth: ReadonlyMap<string, Truth>,
): readonly object[] {
  return claims.flatMap((claim, at) => {
    const text = items[at]?.text ?? '';
    if (claim.outcome !== 'parsed') return [];
    return (truth.get(claim.id)?.labels ?? [])
      .filter((label) => !agrees(claim, label, text))
      .map(({ field, values }) => ({
        id: claim.id,
        by: claim.by,
        field,
        wanted: values ?? 'any',
        claimed: claim.fields[field] ?? [],
        text: text.slice(0, 400),
      }));
  });
}

function score(
  folder: CaseFolder,
  claims: readonly Claim[],
  truth: ReadonlyMap<string, Truth>,
): Record<string, unknown> {
  const byProduct = new Map<string, Count>();
  const byField = new Map<FieldName, { labelled: number; agreed: number }>();
  const total = { ...NONE };
  let skipped = 0;
  for (const [at, claim] of claims.entries()) {
    if (claim.outcome === 'skipped') skipped += 1;
    const known = truth.get(claim.id);
    const product = byProduct.get(known?.product ?? '') ?? { ...NONE };
    byProduct.set(known?.product ?? '', product);
    for (const count of [total, product]) {
      count.records += 1;
      if (claim.outcome === 'base') count.base += 1;
      if (claim.outcome === 'unparsed') count.unparsed += 1;
    }
    for (const label of known?.labels ?? []) {
      const field = byField.get(label.field) ?? { labelled: 0, agreed: 0 };
      byField.set(label.field, field);
      const isRight = agrees(claim, label, folder.items[at]?.text ?? '');
      for (const count of [total, product, field]) {
        count.labelled += 1;
        if (isRight) count.agreed += 1;
      }
    }
  }
  return {
    layout: folder.layout,
    records: total.records,
    unparsed: total.unparsed,
    base: total.base,
    skipped,
    baseShare: share(total.base, total.records),
    unparsedShare: share(total.unparsed, total.records),
    labelled: total.labelled,
    fieldAgreement: share(total.agreed, total.labelled),
    byField: Object.fromEntries(
      [...byField].map(([name, { labelled, agreed }]) => [
        name,
        { labelled, agreement: share(agreed, labelled) },
      ]),
    ),
    byProduct: Object.fromEntries(
      [...byProduct]
        .sort()
        .map(([name, { labelled, agreed, ...rest }]) => [
          name || 'unlabelled',
          { ...rest, labelled, fieldAgreement: share(agreed, labelled) },
        ]),
    ),
    ...(folder.leftOut ? { leftOut: folder.leftOut } : {}),
  };
}

/** A share to four digits; null where there is nothing to have a share of. */
export function share(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000;
}
