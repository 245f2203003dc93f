import type { Origin } from '@cordon/core';

/** What is claimed of one attack, before any label is looked at. */
export interface OriginClaim {
  readonly id: string;
  readonly seed: number;
  /** Did an incident come of it, or was its origin asked of alerts that none holds? */
  readonly asked: 'incident' | 'alerts' | 'nothing';
  /** Best first. */
  readonly hosts: readonly string[];
  readonly processes: readonly string[];
  readonly addresses: readonly string[];
  readonly p: number;
  readonly entryVector: string;
}

const distinct = (values: readonly string[]): readonly string[] => [...new Set(values)];

/** The origin as ranked lists: a machine that is only known by its address is that address. */
export function toOriginClaim(
  of: Pick<OriginClaim, 'id' | 'seed' | 'asked'>,
  origin: Origin | undefined,
): OriginClaim {
  const hypotheses = origin?.kind === 'found' ? origin.hypotheses : [];
  return {
    ...of,
    hosts: hypotheses.filter(({ entity }) => entity.kind === 'host').map(({ entity }) => entity.id),
    processes: hypotheses.flatMap(({ process }) =>
      process ? [`${process.name} ${process.key}`] : [],
    ),
    addresses: distinct(
      hypotheses.flatMap(({ entity, peer }) => [
        ...(peer ? [peer.ip] : []),
        ...(entity.kind === 'ip' ? [entity.id] : []),
      ]),
    ),
    p: hypotheses[0]?.p ?? 0,
    entryVector: hypotheses[0]?.entryVector ?? 'unseen',
  };
}
