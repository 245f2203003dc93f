/*
 * Elasticsearch as its senders see it: Filebeat and the other Beats, Logstash, Fluent Bit, Vector,
 * rsyslog. `_bulk` and single documents are taken; what they ask before (version, licence, templates,
 * policies, pipelines) is answered so that they go on. There is nothing to search here.
 */
import { createHash } from 'node:crypto';
import type { ReceivedRecord } from '@cordon/kit';
import type { FastifyRequest } from 'fastify';
import { malformed } from '../body.ts';
import type { ApiProblem } from '../problem-json.ts';
import type { Answer, Delivery, DropIn, DropInRoute } from './drop-in.ts';
import { bytesOf } from './drop-in.ts';
import { type BulkItem, parseBulk, toItem } from './elasticsearch-bulk.ts';
import { type FindSender, presentedToken } from './sender.ts';

const BASE = '/elasticsearch';
const UNNAMED = 'cordon';
const UUID = 'Y29yZG9uLWRyb3AtaW4tZXM';

/** The drop-in, saying that it is of that version. */
export const createElasticsearch = (version: string, findSender: FindSender): DropIn => ({
  id: 'elasticsearch',
  identify: (request) => findSender(request, presentedToken(request)),
  refusal: toRefusal,
  // Clients since 7.14 go no further without it.
  headers: { 'x-elastic-product': 'Elasticsearch' },
  routes: [...probes(version), ...documents],
});

const documents: readonly DropInRoute[] = [
  {
    methods: ['POST', 'PUT'],
    urls: [`${BASE}/_bulk`, `${BASE}/:index/_bulk`, `${BASE}/:index/:type/_bulk`],
    answer: takeBulk,
  },
  {
    methods: ['POST', 'PUT'],
    urls: ['_doc', '_doc/:id', '_create/:id'].map((path) => `${BASE}/:index/${path}`),
    answer: takeDocument,
  },
];

const probes = (version: string): readonly DropInRoute[] => [
  { methods: ['GET'], urls: [BASE, `${BASE}/`], answer: () => json(describe(version)) },
  { methods: ['GET'], urls: [`${BASE}/_license`], answer: () => json({ license: LICENSE }) },
  {
    methods: ['GET'],
    urls: [`${BASE}/_xpack`],
    answer: () => json({ build: {}, license: LICENSE, features: FEATURES, tagline: TAGLINE }),
  },
  {
    methods: ['GET'],
    urls: [`${BASE}/_cluster/health`, `${BASE}/_cat/health`],
    answer: () => json({ cluster_name: UNNAMED, status: 'green', timed_out: false }),
  },
  { methods: ['GET', 'PUT', 'POST', 'DELETE'], urls: [`${BASE}/*`], answer: answerSetUp },
];

const TAGLINE = 'You Know, for Search';
const LICENSE = { uid: UUID, type: 'basic', mode: 'basic', status: 'active' };
const FEATURES = { ilm: { available: true, enabled: true } };

const describe = (number: string) => ({
  name: UNNAMED,
  cluster_name: UNNAMED,
  cluster_uuid: UUID,
  version: {
    number,
    build_flavor: 'default',
    build_type: 'docker',
    build_hash: 'cordon',
    build_date: '2024-01-01T00:00:00.000000000Z',
    build_snapshot: false,
    lucene_version: '9.12.0',
    minimum_wire_compatibility_version: '7.17.0',
    minimum_index_compatibility_version: '7.0.0',
  },
  tagline: TAGLINE,
});

const json = (body: object): Answer => ({ status: 200, body });

/** What senders set up before they send: there already, and a change of it is acknowledged. */
const SET_UP =
  /^(_ilm\/policy|_index_template|_component_template|_template|_ingest\/pipeline|_data_stream|_alias|_cluster\/settings|_nodes)(\/|$)/;

/** The name of an index, or one that is computed from the date: `<logs-{now/d}-000001>`. */
const INDEX = /^(?:[^_/][^/]*|<[^>]+>)$/;

function answerSetUp({ request }: Delivery): Answer {
  const path = wildcardOf(request);
  const isAsked = request.method === 'GET' || request.method === 'HEAD';
  if (SET_UP.test(path)) return json(isAsked ? {} : { acknowledged: true });
  const isIndex = INDEX.test(path);
  if (isIndex && request.method !== 'DELETE') return json(isAsked ? {} : { acknowledged: true });
  throw malformed(
    'Cordon takes documents with create or index; there is nothing else to ask here.',
  );
}

const wildcardOf = (request: FastifyRequest): string =>
  String((request.params as { readonly '*'?: string })['*'] ?? '');

const paramOf = (request: FastifyRequest, name: string): string | undefined =>
  (request.params as Readonly<Record<string, string | undefined>>)[name];

async function takeBulk(delivery: Delivery): Promise<Answer> {
  const index = paramOf(delivery.request, 'index') ?? '';
  const items = parseBulk(await delivery.bytes(), index);
  if (items.length === 0) throw malformed('request body is required');
  await takeItems(delivery, items);
  const errors = items.some(({ error }) => error !== undefined);
  return json({
    took: 0,
    errors,
    items: items.map((item) => ({ [item.operation]: presentItem(item) })),
  });
}

async function takeDocument(delivery: Delivery): Promise<Answer> {
  const { request } = delivery;
  const id = paramOf(request, 'id');
  const action = {
    operation: 'index' as const,
    index: paramOf(request, 'index') ?? '',
    ...(id === undefined ? {} : { id }),
  };
  const item = toItem(action, await delivery.bytes());
  await takeItems(delivery, [item]);
  const presented = presentItem(item);
  return { status: presented.status, body: presented };
}

async function takeItems(delivery: Delivery, items: readonly BulkItem[]): Promise<void> {
  const records: ReceivedRecord[] = [];
  let last: Pick<BulkItem, 'index'> & { readonly head: Uint8Array } = { index: '', head: NO_HEAD };
  for (const item of items) {
    const { index, document } = item;
    if (!document) continue;
    if (index !== last.index) last = { index, head: headOf(index) };
    records.push(delivery.record(within(last.head, document), nameOf(item, document)));
  }
  await delivery.take(records);
  await delivery.refused('not_a_record', items.length - records.length);
}

/**
 * What the sender calls the document, so that one sent again after a lost answer is not taken twice.
 * `create` never means another document under the same id; `index` may, so what it says counts too.
 */
function nameOf({ operation, index, id }: BulkItem, document: Uint8Array) {
  if (id === undefined) return {};
  const version =
    operation === 'create' ? '' : createHash('sha256').update(document).digest('base64url');
  return { senderId: `${index}/${id}/${version}` };
}

const NO_HEAD = bytesOf('');
const TAIL = bytesOf('}');

const headOf = (index: string): Uint8Array =>
  index === '' ? NO_HEAD : bytesOf(`{"_index":${JSON.stringify(index)},"_source":`);

/** The form in which Elasticsearch itself shows a document, with the document as it was sent. */
const within = (head: Uint8Array, document: Uint8Array): Uint8Array =>
  head === NO_HEAD ? document.slice() : Buffer.concat([head, document, TAIL]);

function presentItem({ index, id, error }: BulkItem) {
  const named = { _index: index === '' ? UNNAMED : index, _id: id ?? null };
  if (error)
    return {
      ...named,
      status: error.status,
      error: { type: error.type, reason: error.reason },
    };
  return { ...named, _version: 1, result: 'created', _shards: SHARDS, status: 201 };
}

const SHARDS = { total: 1, successful: 1, failed: 0 };

const TYPES: Readonly<Record<number, string>> = {
  401: 'security_exception',
  404: 'index_not_found_exception',
  413: 'content_too_long_exception',
  429: 'es_rejected_execution_exception',
  500: 'exception',
  503: 'cluster_block_exception',
};

function toRefusal({ status, problem }: ApiProblem): Answer {
  const cause = { type: TYPES[status] ?? 'illegal_argument_exception', reason: problem.detail };
  const headers = { 'www-authenticate': 'Basic realm="security" charset="UTF-8"' };
  return {
    status,
    body: { error: { root_cause: [cause], ...cause }, status },
    ...(status === 401 ? { headers } : {}),
  };
}
