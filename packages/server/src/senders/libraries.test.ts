import { once } from 'node:events';
import { createRequire } from 'node:module';
import { Client, errors } from '@elastic/elasticsearch';
import { OTLPLogExporter as OtlpJsonExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as OtlpProtoExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import pino from 'pino';
import { pinoLoki } from 'pino-loki';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import LokiTransport from 'winston-loki';
import { type Product, settledBooks, startProduct } from '../hostile/fixtures/running-product.ts';
import { textsWith, tokenOf } from './fixtures/daemons.ts';

/*
 * The libraries that applications really use, as they come from npm, against the real server: what they
 * send is in the record log once, and they hear of a refusal as they would from the product they know.
 */

/** It comes without types. */
const { Logger: SplunkLogger } = createRequire(import.meta.url)('splunk-logging') as {
  readonly Logger: new (
    config: object,
  ) => {
    error: (error: unknown) => void;
    send(
      context: object,
      callback: (error: unknown, response: unknown, body: unknown) => void,
    ): void;
  };
};

const HOOK_SECRET = `whsec_${Buffer.from('a secret that is long enough').toString('base64')}`;
const CONFIG = `webhooks: [{id: billing, scheme: standard, secrets: ['${HOOK_SECRET}']}]`;

let product: Product;
const tokens = new Map<string, string>();
let taken = 0;

beforeAll(async () => {
  product = await startProduct({ config: CONFIG });
  for (const id of ['elastic', 'splunk', 'otlp', 'loki'])
    tokens.set(id, await tokenOf(product, id));
}, 120_000);
afterAll(() => product[Symbol.asyncDispose]());

const tokenFor = (id: string): string => tokens.get(id) ?? '';

/** What the records with the word hold, once as many are there. */
async function arrived(word: string, count: number): Promise<readonly string[]> {
  await expect
    .poll(async () => (await textsWith(product, word)).length, { timeout: 30_000, interval: 50 })
    .toBe(count);
  taken += count;
  return textsWith(product, word);
}

describe('the client of Elasticsearch', () => {
  const clientWith = (token: string) =>
    new Client({
      node: `${product.server.url}/elasticsearch`,
      auth: { username: 'elastic', password: token },
      maxRetries: 0,
    });

  it('helps in bulk, packed, and takes what was created as created', async () => {
    const client = clientWith(tokenFor('elastic'));
    const documents = Array.from({ length: 50 }, (_, n) => ({ message: `bulky ${n} "mïa"`, n }));
    const dropped: unknown[] = [];
    const stats = await client.helpers.bulk({
      datasource: documents,
      flushBytes: 1_000,
      onDocument: () => ({ create: { _index: 'logs-web-default' } }),
      onDrop: (document) => dropped.push(document),
    });
    expect(dropped).toEqual([]);
    expect(stats).toMatchObject({ total: 50, successful: 50, failed: 0 });
    const read = (await arrived('bulky', 50)).map((text) => JSON.parse(text));
    expect(new Set(read.map(({ _index }) => _index))).toEqual(new Set(['logs-web-default']));
    expect(read.map(({ _source }) => _source.n).toSorted((a, b) => a - b)).toEqual(
      documents.map(({ n }) => n),
    );
  });

  it('indexes one document, and asks who is there', async () => {
    const client = clientWith(tokenFor('elastic'));
    const made = await client.index({ index: 'one', id: 'x', document: { message: 'onedoc' } });
    expect(made).toMatchObject({ _index: 'one', result: 'created' });
    expect((await client.info()).version.number).toMatch(/^\d+\.\d+\.\d+$/);
    await arrived('onedoc', 1);
  });

  it('hears of a wrong token, and that there is nothing to search, as errors of the product', async () => {
    const wrong = await clientWith('wrong')
      .info()
      .catch((error: unknown) => error);
    expect(wrong).toBeInstanceOf(errors.ResponseError);
    expect(wrong).toMatchObject({ statusCode: 401 });
    const search = await clientWith(tokenFor('elastic'))
      .search({ index: 'logs' })
      .catch((error: unknown) => error);
    expect(search).toMatchObject({ statusCode: 400 });
  });
});

describe("Splunk's logging library", () => {
  const send = (token: string, message: unknown) =>
    new Promise<unknown>((resolve) => {
      const logger = new SplunkLogger({ token, url: product.server.url, maxRetries: 0 });
      logger.error = (error: unknown) => resolve(error);
      const context = { message, metadata: { source: 'shop', sourcetype: '_json', host: 'gate' } };
      logger.send(context, (error: unknown, _: unknown, body: unknown) => resolve(error ?? body));
    });

  it('sends events with what it knows of them', async () => {
    expect(await send(tokenFor('splunk'), { splunky: 'mïa', n: 1 })).toMatchObject({ code: 0 });
    const [text = ''] = await arrived('splunky', 1);
    expect(JSON.parse(text)).toMatchObject({ host: 'gate', source: 'shop' });
  });

  it('hears of a wrong token in its own code', async () => {
    expect(await send('wrong', 'x')).toMatchObject({ code: 4 });
  });
});

describe.each([
  ['JSON', OtlpJsonExporter],
  ['protobuf', OtlpProtoExporter],
] as const)('the SDK of OpenTelemetry, in %s', (kind, Exporter) => {
  it('exports logs with their resource, one record each', async () => {
    const exporter = new Exporter({
      url: `${product.server.url}/v1/logs`,
      headers: { authorization: `Bearer ${tokenFor('otlp')}` },
    });
    const provider = new LoggerProvider({
      resource: resourceFromAttributes({ 'service.name': 'shop' }),
      processors: [new SimpleLogRecordProcessor({ exporter })],
    });
    const word = `otel${kind.toLowerCase()}`;
    const logger = provider.getLogger('cart', '1.0');
    for (let n = 0; n < 5; n += 1)
      logger.emit({ body: `${word} ${n}`, severityNumber: 9, attributes: { n, who: 'mïa' } });
    await provider.shutdown();
    const read = (await arrived(word, 5)).map((text) => JSON.parse(text));
    expect(read.map(({ body }) => body).toSorted()).toEqual(
      [0, 1, 2, 3, 4].map((n) => `${word} ${n}`),
    );
    expect(read[0]).toMatchObject({
      resource: { 'service.name': 'shop' },
      scope: { name: 'cart', version: '1.0' },
      attributes: { who: 'mïa' },
    });
  });
});

describe('senders of Loki', () => {
  it('pino-loki pushes JSON', async () => {
    const stream = pinoLoki({
      host: product.server.url,
      basicAuth: { username: 'loki', password: tokenFor('loki') },
      labels: { app: 'shop' },
      batching: false,
      silenceErrors: false,
    });
    const logger = pino(stream);
    for (let n = 0; n < 3; n += 1) logger.info({ n }, 'pinoly mïa');
    const read = (await arrived('pinoly', 3)).map((text) => JSON.parse(text));
    expect(read[0].stream).toMatchObject({ app: 'shop' });
    stream.end();
  });

  it.each([
    ['JSON', true],
    ['protobuf in Snappy', false],
  ])('winston-loki pushes %s', async (kind, json) => {
    const word = `winston${json ? 'json' : 'proto'}`;
    const failures: unknown[] = [];
    const transport = new LokiTransport({
      host: product.server.url,
      basicAuth: `loki:${tokenFor('loki')}`,
      labels: { app: kind },
      json,
      interval: 0.1,
      gracefulShutdown: false,
      onConnectionError: (error) => failures.push(error),
    });
    const logged = once(transport, 'logged');
    transport.log?.(
      { level: 'info', message: `${word} "mïa"`, [Symbol.for('level')]: 'info' },
      () => undefined,
    );
    await logged;
    await transport.flush();
    expect(failures).toEqual([]);
    const [text = ''] = await arrived(word, 1);
    expect(JSON.parse(text)).toMatchObject({ stream: { app: kind } });
    await transport.close?.();
  });
});

describe('Standard Webhooks', () => {
  const deliver = (headers: Record<string, string>, body: string) =>
    fetch(`${product.server.url}/hooks/billing`, { method: 'POST', headers, body });

  it('are taken once when its library signed them, and refused when the body was changed', async () => {
    const at = new Date();
    const body = JSON.stringify({ type: 'hooked', who: 'mïa' });
    const headers = {
      'content-type': 'application/json',
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': new Webhook(HOOK_SECRET).sign('msg_1', at, body),
    };
    const answers = [
      await deliver(headers, body),
      await deliver(headers, body),
      await deliver(headers, body.replace('mïa', 'eve')),
    ];
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 401]);
    await arrived('hooked', 1);
  });
});

it('and all of it is in the books', async () => {
  await settledBooks(product, taken);
});
