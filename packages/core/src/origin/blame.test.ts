import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EpochMs } from '../shared/time.ts';
import { blame, type CausalEdge } from './blame.ts';

type Triple = readonly [from: string, to: string, at: number, weight?: number];

const graphOf = (triples: readonly Triple[]) => {
  const into = new Map<string, CausalEdge[]>();
  for (const [from, to, at, weight = 1] of triples)
    into.set(to, [...(into.get(to) ?? []), { from, at: at as EpochMs, weight }]);
  return (node: string): readonly CausalEdge[] => into.get(node) ?? [];
};
const at = (node: string, time: number, weight = 1) => ({ node, at: time as EpochMs, weight });
const sharesOf = (triples: readonly Triple[], ...starts: ReturnType<typeof at>[]) =>
  Object.fromEntries(
    blame(starts, graphOf(triples)).beginnings.map(({ node, share }) => [node, share]),
  );

describe('blame', () => {
  it.each<{ name: string; edges: readonly Triple[]; shares: Record<string, number> }>([
    { name: 'stays where nothing led to it', edges: [], shares: { poi: 1 } },
    {
      name: 'goes along a chain',
      edges: [
        ['b', 'poi', 8],
        ['a', 'b', 5],
      ],
      shares: { a: 1 },
    },
    {
      name: 'is divided by weight',
      edges: [
        ['a', 'poi', 5, 3],
        ['b', 'poi', 6, 1],
      ],
      shares: { a: 0.75, b: 0.25 },
    },
    { name: 'never goes to what came later', edges: [['a', 'poi', 11]], shares: { poi: 1 } },
    {
      name: 'stays on a cause whose own causes are all later',
      edges: [
        ['b', 'poi', 5],
        ['a', 'b', 7],
      ],
      shares: { b: 1 },
    },
    {
      name: 'is not caught in a circle',
      edges: [
        ['b', 'poi', 9],
        ['poi', 'b', 8],
        ['a', 'poi', 7],
        ['c', 'b', 6],
      ],
      shares: { c: 0.25, a: 0.75 },
    },
  ])('$name', ({ edges, shares }) => {
    const told = sharesOf(edges, at('poi', 10));
    expect(Object.keys(told).sort()).toEqual(Object.keys(shares).sort());
    for (const [node, share] of Object.entries(shares)) expect(told[node]).toBeCloseTo(share, 9);
  });

  it('counts a start that another start leads back to until the later time', () => {
    const edges: readonly Triple[] = [
      ['early', 'late', 50],
      ['cause', 'early', 30],
    ];
    const told = sharesOf(edges, at('late', 100), at('early', 10));
    expect(told['cause']).toBeCloseTo(0.5, 9);
    expect(told['early']).toBeCloseTo(0.5, 9);
  });

  it('says when it was cut short', () => {
    const cut = blame(
      [at('poi', 10)],
      graphOf([
        ['a', 'poi', 5],
        ['b', 'poi', 6],
      ]),
      1,
    );
    expect(cut).toMatchObject({
      isCut: true,
      edgeCount: 0,
      beginnings: [{ node: 'poi', share: 1 }],
    });
  });

  it('hands out exactly all of it, whatever the graph', () => {
    const node = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    const edge = fc.tuple(node, node, fc.nat(20), fc.double({ min: 0.01, max: 9, noNaN: true }));
    const start = fc.tuple(node, fc.nat(20), fc.double({ min: 0.01, max: 9, noNaN: true }));
    fc.assert(
      fc.property(
        fc.array(edge, { maxLength: 40 }),
        fc.array(start, { minLength: 1, maxLength: 4 }),
        (edges, starts) => {
          const told = blame(
            starts.map(([name, time, weight]) => at(name, time, weight)),
            graphOf(edges),
          );
          const sum = told.beginnings.reduce((all, { share }) => all + share, 0);
          expect(sum).toBeCloseTo(1, 9);
          expect(told.beginnings.every(({ share }) => share > 0)).toBe(true);
        },
      ),
    );
  });
});
