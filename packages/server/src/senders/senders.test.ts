import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { generate } from 'selfsigned';
import { expect, it } from 'vitest';
import { type Product, settledBooks, startProduct } from '../hostile/fixtures/running-product.ts';
import {
  type Daemon,
  hasCurl,
  hasRsyslog,
  hasSyslogNg,
  startRsyslog,
  startSyslogNg,
  textsWith,
  tokenOf,
} from './fixtures/daemons.ts';

/* Real senders against the real server: what they send is in the record log, and the books balance. */

const LINES = Array.from({ length: 20 }, (_, n) => `entry ${n} of mïa "granted" \\ {door}`);

async function arrived(product: Product, daemon: Daemon): Promise<readonly string[]> {
  const heard = async () => {
    const texts = await textsWith(product, 'entry');
    return { texts: texts.length, said: texts.length < LINES.length ? daemon.said() : '' };
  };
  await expect
    .poll(heard, { timeout: 30_000, interval: 100 })
    .toEqual({ texts: LINES.length, said: '' });
  return textsWith(product, 'entry');
}

it.skipIf(!hasCurl)('curl reaches every way in', async () => {
  await using product = await startProduct();
  const { url } = product.server;
  const token = await tokenOf(product, 'edge');
  const curl = async (path: string, ...args: readonly string[]) => {
    const all = ['-sS', '-w', '\n%{http_code}', ...args, `${url}${path}`];
    const { stdout } = await promisify(execFile)('curl', all);
    return stdout.split('\n').at(-1);
  };
  const json = ['-H', 'content-type: application/json'];
  const bearer = ['-H', `authorization: Bearer ${token}`];
  const splunk = ['-H', `authorization: Splunk ${token}`];
  const basic = ['-u', `edge:${token}`];
  const bulk = join(product.dir, 'bulk.ndjson');
  await writeFile(bulk, '{"create":{}}\n{"message":"by curl"}\n');
  const log = '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"a"}}]}]}]}';
  const push = '{"streams":[{"stream":{},"values":[["1796000000000000000","a"]]}]}';
  const answers = [
    await curl('/elasticsearch/', ...basic),
    await curl('/elasticsearch/web/_bulk', ...basic, '--data-binary', `@${bulk}`),
    await curl('/services/collector/health'),
    await curl('/services/collector/event', ...splunk, '-d', '{"event":"a"}{"event":"b"}'),
    await curl('/services/collector/raw', ...splunk, '-d', 'a raw line'),
    await curl('/v1/logs', ...bearer, ...json, '-d', log),
    await curl('/loki/api/v1/push', ...basic, ...json, '-d', push),
    await curl('/hooks/edge', ...bearer, ...json, '-d', '{"alert":"a"}'),
    await curl(`/hooks/edge/${token}`, ...json, '-d', '{"alert":"b"}'),
    await curl('/hooks/edge/wrong', ...json, '-d', '{"alert":"c"}'),
  ];
  expect(answers.join(' ')).toBe('200 200 200 200 200 200 204 202 202 401');
  await settledBooks(product, 8);
});

const ENDS = [
  { path: '/elasticsearch/_bulk', type: 'application/x-ndjson', wrong: 'no bulk' },
  { path: '/elasticsearch/web/_doc', type: 'application/json', wrong: 'none' },
  { path: '/services/collector/event', type: 'application/json', wrong: '{"event":' },
  { path: '/v1/logs', type: 'application/json', wrong: '{"resourceLogs":7' },
  { path: '/v1/logs', type: 'application/x-protobuf', wrong: 'not protobuf' },
  { path: '/loki/api/v1/push', type: 'application/json', wrong: '{"streams":[' },
  { path: '/loki/api/v1/push', type: 'application/x-protobuf', wrong: 'not snappy' },
  { path: '/hooks/edge', type: 'application/json', wrong: '' },
] as const;

it.skipIf(!hasCurl)('curl hears what is wrong, and nothing of it is taken', async () => {
  await using product = await startProduct();
  const token = await tokenOf(product, 'edge');
  const curl = async (path: string, ...args: readonly string[]) => {
    const all = ['-sS', '-o', '/dev/null', '-w', '%{http_code}', ...args];
    const { stdout } = await promisify(execFile)('curl', [...all, `${product.server.url}${path}`]);
    return stdout;
  };
  const large = join(product.dir, 'large');
  await writeFile(large, Buffer.alloc(25 * 1024 * 1024, 'x'));
  const answers: Record<string, string> = {};
  for (const { path, type, wrong } of ENDS) {
    const known = ['-H', `content-type: ${type}`, '-H', `authorization: Bearer ${token}`];
    const packed = ['-H', 'content-encoding: gzip', '--data-binary', 'no gzip'];
    answers[`${path} ${type}`] = [
      await curl(path, ...known, '--data-binary', wrong),
      await curl(path, ...known, ...packed),
      await curl(path, ...known, '-H', 'content-encoding: zstd', '--data-binary', 'x'),
      await curl(path, ...known, '--data-binary', `@${large}`),
    ].join(' ');
  }
  const expected = ENDS.map(({ path, type }) => [
    `${path} ${type}`,
    // Splunk knows no other word for a packing that it cannot read than for wrong data.
    path.startsWith('/services') ? '400 400 400 413' : '400 400 415 413',
  ]);
  expect(answers).toEqual(Object.fromEntries(expected));
  const strangers = ['/elasticsearch/_bulk', '/services/collector', '/hooks/edge'];
  const refused = strangers.map((path) => curl(path, '--data-binary', 'x'));
  expect(await Promise.all(refused)).toEqual(['401', '401', '401']);
  await settledBooks(product, 0);
});

it.skipIf(!hasRsyslog('omelasticsearch'))('rsyslog sends to it as to Elasticsearch', async () => {
  await using product = await startProduct();
  const token = await tokenOf(product, 'edge');
  const action = `action(type="omelasticsearch" server="${product.server.url}/elasticsearch"
    uid="edge" pwd="${token}" searchIndex="rsyslog" bulkmode="on")`;
  await using daemon = await startRsyslog(product.dir, {
    action,
    lines: LINES,
    module: 'omelasticsearch',
  });
  const texts = await arrived(product, daemon);
  const documents = texts.map((text) => JSON.parse(text));
  expect(documents.map(({ _source }) => _source.message)).toEqual(LINES);
  expect(documents[0]._index).toBe('rsyslog');
  await settledBooks(product, LINES.length);
});

async function startTlsProduct() {
  const pems = await generate([{ name: 'commonName', value: 'localhost' }], {
    algorithm: 'sha256',
  });
  const config = [
    'sources:',
    '  - id: lan',
    '    kind: syslog',
    '    transport: tls',
    '    port: 0',
    '    certFile: CERT',
    '    keyFile: KEY',
  ];
  return startProduct({
    config: config.join('\n'),
    files: { CERT: pems.cert, KEY: pems.private },
  });
}

async function portOf(product: Product): Promise<string> {
  const find = async () => {
    const { body } = await product.call('/api/v1/sources');
    const [source] = body['items'] as readonly { readonly where?: string }[];
    return source?.where;
  };
  await expect.poll(find, { timeout: 10_000 }).toBeDefined();
  return new URL((await find()) ?? '').port;
}

it.skipIf(!hasRsyslog('lmnsd_gtls')).each(['octet-counted', 'traditional'])(
  'rsyslog sends syslog over TLS, %s',
  async (framing) => {
    await using product = await startTlsProduct();
    const action = `action(type="omfwd" target="127.0.0.1" port="${await portOf(product)}"
      protocol="tcp" TCP_Framing="${framing}" StreamDriver="gtls" StreamDriverMode="1"
      StreamDriverAuthMode="anon")`;
    const globals = `DefaultNetstreamDriverCAFile="${join(product.dir, 'CERT')}"`;
    await using daemon = await startRsyslog(product.dir, { action, lines: LINES, globals });
    const texts = await arrived(product, daemon);
    expect(texts.map((text) => /^<\d+>.* doord: ?(.*)$/.exec(text)?.[1])).toEqual(LINES);
    await settledBooks(product, LINES.length);
  },
);

it.skipIf(!hasSyslogNg).each(['syslog', 'network'])(
  'syslog-ng sends syslog over TLS by its %s driver',
  async (driver) => {
    await using product = await startTlsProduct();
    const destination = `${driver}("127.0.0.1" port(${await portOf(product)}) transport("tls")
      tls(peer-verify(no)))`;
    await using daemon = await startSyslogNg(product.dir, { destination, lines: LINES });
    const texts = await arrived(product, daemon);
    // The syslog driver counts its line end into the frame: it is kept like every other byte.
    expect(texts.map((text) => text.slice(text.indexOf('entry')).trimEnd())).toEqual(LINES);
    expect(texts.every((text) => text.startsWith('<'))).toBe(true);
    await settledBooks(product, LINES.length);
  },
);
