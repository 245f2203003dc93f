import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { readOpenApi } from './read-openapi.ts';
import { type ManifestOrder, toManifest } from './to-manifest.ts';

const DOCUMENT = `
openapi: 3.1.0
info: { title: Wall, version: '1' }
servers: [{ url: 'https://{site}.wall.example/v1/' }]
components:
  securitySchemes: { key: { type: apiKey, in: header, name: X-Key } }
  schemas:
    Rule: { type: object, properties: { address: { type: string }, id: { type: string }, note: { type: string } } }
    Rules: { type: object, properties: { items: { type: array, items: { $ref: '#/components/schemas/Rule' } } } }
    New: { type: object, required: [address, list, isActive, weight], properties: { address: { type: string }, isActive: { type: boolean }, weight: { type: integer } } }
paths:
  /rules:
    get:
      operationId: listRules
      parameters: [{ name: address, in: query, required: true }, { name: page, in: query }]
      responses: { '200': { content: { application/json: { schema: { $ref: '#/components/schemas/Rules' } } } } }
    post:
      operationId: addRule
      summary: Adds a rule
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/New' } } } }
      responses: {}
  /rules/{ruleId}:
    delete: { operationId: removeRule, responses: {} }
`;
const ORDER: ManifestOrder = {
  connector: 'wall',
  verb: 'net.ip.block',
  look: 'listRules',
  apply: 'addRule',
  undo: 'removeRule',
  docs: 'https://wall.example/api',
};
const make = (order: Partial<ManifestOrder> = {}, document = DOCUMENT) => {
  const api = readOpenApi(document);
  return api.ok ? toManifest(api.value, { ...ORDER, ...order }) : api;
};

it('makes a manifest of three operations', () => {
  const made = make();
  expect(made.ok && parse(made.value)).toEqual({
    connector: 'wall',
    title: 'Wall',
    tried: 'schema',
    docs: 'https://wall.example/api',
    base_url: 'https://{site}.wall.example/v1',
    auth: { kind: 'bearer', header: 'x-key', scheme: '' },
    settings: { site: 'The site.', list: 'The list.' },
    limit: { requests: 60, seconds: 60 },
    actions: [
      {
        verb: 'net.ip.block',
        title: 'Adds a rule',
        impact: 2,
        scopes: [],
        look: [
          {
            method: 'GET',
            path: '/rules',
            query: { address: `\${{ target }}` },
            list: 'body.items',
            none: 'absent',
            keep: { id: 'it.id', address: 'it.address', note: 'it.note' },
          },
        ],
        present: 'has(found.id)',
        apply: [
          {
            method: 'POST',
            path: '/rules',
            body: {
              address: `\${{ target }}`,
              list: `\${{ settings.list }}`,
              isActive: true,
              weight: 0,
            },
          },
        ],
        undo: [{ method: 'DELETE', path: `/rules/\${{ found.id }}` }],
      },
    ],
  });
});

it.each<[string, Partial<ManifestOrder>, RegExp]>([
  ['an operation that is not there', { apply: 'nothing' }, /no operation "nothing"/],
  ['a verb that is none', { verb: 'net.ip.burn' }, /not a verb/],
  ['a verb that comes with another', { verb: 'net.ip.unblock' }, /not a verb/],
])('refuses %s', (_what, order, detail) => {
  expect(make(order)).toMatchObject({
    ok: false,
    problem: { detail: expect.stringMatching(detail) },
  });
});

it('refuses an effect that could not be taken back', () => {
  const { undo: _, ...order } = ORDER;
  const api = readOpenApi(DOCUMENT);
  expect(api.ok && toManifest(api.value, order)).toMatchObject({ ok: false });
});

it.each([
  ['', 'nothing'],
  ['a: [', 'no YAML'],
  ['swagger: "2.0"\npaths: {}', 'the version before'],
  ['openapi: 3.0.0\npaths: {}', 'no operation'],
  ['openapi: 3.0.0\npaths: { /a: { $ref: "#/paths/~1a" } }', 'what refers to itself'],
])('%j is refused: %s', (text) => {
  expect(readOpenApi(text)).toMatchObject({ ok: false, problem: { code: 'connector_bad_value' } });
});
