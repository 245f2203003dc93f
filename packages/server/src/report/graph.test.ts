import { type EntityRef, entityKey, type Incident, idOf, toEpochMs } from '@cordon/core';
import { describe, expect, it } from 'vitest';
import { drawGraph, shorten } from './graph.ts';
import { layOut } from './graph-layout.ts';

const at = toEpochMs(1_700_000_000_000);
const ip: EntityRef = { kind: 'ip', id: '203.0.113.7', role: 'source' };
const host: EntityRef = { kind: 'host', id: 'web-1', role: 'target' };
const file: EntityRef = {
  kind: 'file',
  id: 'c:\\users\\mia\\downloads\\payload.exe',
  role: 'target',
};

/** Address to host to file and back, with the address as the likeliest beginning. */
function makeIncident(p: number): Incident {
  const node = (entity: EntityRef) => ({ entity, firstAt: at, lastAt: at, alertIds: [] });
  const edge = (from: EntityRef, to: EntityRef, after: number) => ({
    from: entityKey(from),
    to: entityKey(to),
    label: 'connected to',
    at: toEpochMs(at + after),
    count: 1,
  });
  return {
    id: idOf('inc', ['graph']),
    number: 1,
    title: '',
    story: [],
    severity_id: 4,
    behaviours: [],
    tactics: [],
    techniques: [],
    firstAt: at,
    lastAt: at,
    alertIds: [],
    entities: [ip, host, file],
    graph: {
      nodes: [node(file), node(host), node(ip)],
      edges: [edge(ip, host, 0), edge(host, file, 1), edge(file, ip, 2)],
    },
    score: { priorLogit: 0, contributions: [], logit: 0, p: 0.9 },
    priority: { level: 'P2', likelihood: 0, impact: 0, urgency: 0, score: 0, why: '', factors: [] },
    origin: {
      kind: 'found',
      text: '',
      hypotheses: [
        {
          entity: ip,
          at,
          p,
          entryVector: 'exposed_service',
          supporting: [],
          contradicting: [],
          offsets: [],
        },
      ],
    },
    state: { status: 'new' },
    revision: 1,
  };
}

describe('the attack graph', () => {
  it('stands cause left of effect, also where the edges go round in a circle', () => {
    const incident = makeIncident(0.9);
    const { nodes, width } = layOut(incident, incident.graph.nodes);
    const sorted = [...nodes].sort((a, b) => a.x - b.x);
    expect(sorted.map(({ label }) => label)).toEqual([ip.id, host.id, file.id]);
    expect(new Set(nodes.map(({ x }) => x)).size).toBe(3);
    expect(width).toBeGreaterThan(Math.max(...nodes.map(({ x }) => x)));
  });

  it.each([
    [0.85, 'ip · origin'],
    [0.09, 'ip · possible origin'],
  ])('marks a beginning of %d as "%s"', (p, mark) => {
    expect(drawGraph(makeIncident(p)).text).toContain(`>${mark}<`);
  });

  it('keeps the telling end of a path', () => {
    expect(shorten(file.id, 25)).toBe('…\\payload.exe');
    expect(shorten('a-name-without-any-parts-that-is-long', 10)).toBe('a-name-wi…');
    expect(shorten('short', 10)).toBe('short');
  });
});
