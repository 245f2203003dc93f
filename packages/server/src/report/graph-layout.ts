import { entityKey, type Incident } from '@cordon/core';

/** The measures of the drawing. */
export const BOX = { width: 196, height: 46 } as const;
const GAP = { x: 118, y: 24 } as const;
const MARGIN = 14;
const MAX_COLUMNS = 5;
const SWEEPS = 6;
/** From here on a beginning counts as found; below it is one of several possible ones. */
const DECIDED = 0.5;

/** How an entity stands to the beginning of the incident. */
export type OriginMark = 'origin' | 'possible' | undefined;

/** An entity with its place on the drawing. */
export interface PlacedNode {
  readonly key: string;
  readonly kind: string;
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly mark: OriginMark;
}

type Edge = Incident['graph']['edges'][number];
type Node = Incident['graph']['nodes'][number];

/** Is the likeliest beginning more likely than all others and "unseen" together? */
export const isDecided = ({ origin }: Incident): boolean =>
  origin.kind === 'found' && (origin.hypotheses[0]?.p ?? 0) >= DECIDED;

function markOf(incident: Incident, key: string): OriginMark {
  const { origin } = incident;
  const first = origin.kind === 'found' ? origin.hypotheses[0] : undefined;
  if (first === undefined || entityKey(first.entity) !== key) return undefined;
  return isDecided(incident) ? 'origin' : 'possible';
}

/**
 * Steps from the nodes that nothing leads to, each edge counted once; what would lead back (a cycle)
 * is not followed.
 */
function toColumns(keys: readonly string[], edges: readonly Edge[]): ReadonlyMap<string, number> {
  const forward = withoutCycles(keys, edges);
  const column = new Map(keys.map((key) => [key, 0]));
  for (let round = 0; round < MAX_COLUMNS; round += 1) {
    for (const { from, to } of forward) {
      const next = Math.min((column.get(from) ?? 0) + 1, MAX_COLUMNS - 1);
      if (next > (column.get(to) ?? 0)) column.set(to, next);
    }
  }
  return column;
}

/** The edges in order of time, without those that close a circle. */
function withoutCycles(keys: readonly string[], edges: readonly Edge[]): readonly Edge[] {
  const reach = new Map(keys.map((key) => [key, new Set([key])]));
  const kept: Edge[] = [];
  for (const edge of [...edges].sort((a, b) => a.at - b.at)) {
    if (reach.get(edge.to)?.has(edge.from)) continue;
    kept.push(edge);
    const beyond = reach.get(edge.to) ?? [];
    for (const seen of reach.values())
      if (seen.has(edge.from)) for (const key of beyond) seen.add(key);
  }
  return kept;
}

/** Rows of each column, moved towards what they are joined with, so that fewer lines cross. */
function toRows(
  columns: ReadonlyMap<string, number>,
  edges: readonly Edge[],
): readonly (readonly string[])[] {
  const count = Math.max(...columns.values()) + 1;
  let rows = Array.from({ length: count }, (_, at) =>
    [...columns].filter(([, column]) => column === at).map(([key]) => key),
  );
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const place = new Map(
      rows.flatMap((keys) => keys.map((key, at) => [key, at - (keys.length - 1) / 2] as const)),
    );
    const middle = (key: string): number => {
      const joined = edges.flatMap(({ from, to }) =>
        from === key ? [to] : to === key ? [from] : [],
      );
      const own = place.get(key) ?? 0;
      if (joined.length === 0) return own;
      return joined.reduce((sum, other) => sum + (place.get(other) ?? 0), 0) / joined.length;
    };
    rows = rows.map((keys) => keys.toSorted((a, b) => middle(a) - middle(b)));
  }
  return rows;
}

/** Places entities in columns, cause left of effect, each column centred. */
export function layOut(incident: Incident, nodes: readonly Node[]) {
  const byKey = new Map<string, Node['entity']>(
    nodes.map(({ entity }) => [entityKey(entity), entity]),
  );
  const edges = incident.graph.edges.filter(
    ({ from, to }) => from !== to && byKey.has(from) && byKey.has(to),
  );
  const rows = toRows(toColumns([...byKey.keys()], edges), edges);
  const tallest = Math.max(...rows.map((keys) => keys.length));
  const step = { x: BOX.width + GAP.x, y: BOX.height + GAP.y };
  const placed = rows.flatMap((keys, column) =>
    keys.map((key, row): PlacedNode => {
      const entity = byKey.get(key);
      return {
        key,
        kind: entity?.kind ?? '',
        label: entity?.id ?? key,
        x: MARGIN + column * step.x,
        y: MARGIN + (row + (tallest - keys.length) / 2) * step.y,
        mark: markOf(incident, key),
      };
    }),
  );
  return {
    nodes: placed,
    edges,
    width: 2 * MARGIN + rows.length * step.x - GAP.x,
    height: 2 * MARGIN + tallest * step.y - GAP.y,
  };
}
