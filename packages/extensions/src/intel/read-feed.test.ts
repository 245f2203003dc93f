import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import type { Json } from '@cordon/core';
import { FeedConfig, type FeedReading } from '@cordon/kit';
import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { startFeedServer, toIndicator } from './fixtures/feed-server.ts';
import { readFeed } from './read-feed.ts';
import { unzip } from './unzip.ts';

const AT = Date.UTC(2026, 5, 1);

const feedOf = (settings: object): FeedConfig =>
  Value.Default(FeedConfig, { id: 'x', allow_private: true, ...settings }) as FeedConfig;

const read = (settings: object, memory?: Json) =>
  readFeed(feedOf(settings), memory, { signal: new AbortController().signal, now: () => AT });

const valuesOf = (reading: FeedReading): readonly string[] =>
  reading.kind === 'read' ? Array.from(reading.indicators.values(), ({ value }) => value) : [];

async function good(...args: Parameters<typeof read>): Promise<FeedReading> {
  const result = await read(...args);
  if (!result.ok) throw new Error(`${result.problem.code}: ${result.problem.detail}`);
  return result.value;
}

const LOGIN = { format: 'taxii', username: 'reader', password: 'secret' };

describe('TAXII', () => {
  it.each(['next', 'link', 'date'] as const)('reads all pages by %s', async (paging) => {
    await using server = await startFeedServer();
    server.paging = paging;
    server.objects.push(...[1, 2, 3, 4, 5].map((n) => toIndicator(n)));
    const reading = await good({ ...LOGIN, url: `${server.url}/taxii2/` });
    expect(valuesOf(reading)).toEqual([1, 2, 3, 4, 5].map((n) => `203.0.113.${n}`));
    expect(reading).toMatchObject({ facts: { objects: 5, collections: 1, pages: 3 } });
    expect(server.asked.some((path) => path.includes('hidden'))).toBe(false);
  });

  it('next time asks only for what was added, and takes revoked ones away', async () => {
    await using server = await startFeedServer();
    server.objects.push(toIndicator(1), toIndicator(2));
    const first = await good({ ...LOGIN, url: `${server.url}/taxii2/` });
    server.objects.push(toIndicator(3), {
      ...toIndicator(1, { revoked: true, modified: '2026-02-01T00:00:00Z' }),
      added: '2026-02-01T00:00:00.000Z',
    });
    const second = await good({ ...LOGIN, url: `${server.url}/taxii2/` }, first.memory);
    expect(valuesOf(second)).toEqual(['203.0.113.3']);
    expect(second).toMatchObject({
      replaced: [toIndicator(3).id, toIndicator(1).id],
    });
    const third = await good({ ...LOGIN, url: `${server.url}/taxii2/` }, second.memory);
    expect(third.kind).toBe('unchanged');
  });

  it('refuses the whole when a page in the middle is broken, and says which', async () => {
    await using server = await startFeedServer();
    server.objects.push(...[1, 2, 3, 4, 5].map((n) => toIndicator(n)));
    server.brokenPage = 1;
    const result = await read({ ...LOGIN, url: `${server.url}/taxii2/` });
    expect(result).toMatchObject({
      ok: false,
      problem: {
        code: 'feed_broken',
        retryable: true,
        at: { file: expect.stringContaining('next=2') },
      },
    });
  });

  it('says that the login is not accepted', async () => {
    await using server = await startFeedServer();
    const result = await read({ ...LOGIN, password: 'wrong', url: `${server.url}/taxii2/` });
    expect(result).toMatchObject({ ok: false, problem: { code: 'feed_denied' } });
  });

  it('does not follow an API root to another server', async () => {
    await using server = await startFeedServer();
    server.documents.set('/elsewhere', '{"api_roots":["https://other.example/root/"]}');
    const result = await read({ ...LOGIN, url: `${server.url}/elsewhere` });
    expect(result).toMatchObject({ ok: false, problem: { code: 'feed_broken' } });
  });
});

describe('MISP feeds', () => {
  const uuid = (n: number) => `5a68c02d-959c-4c8a-a571-0dcac0a8d00${n}`;
  const event = (n: number, value: string) =>
    JSON.stringify({
      Event: { uuid: uuid(n), info: 'x', Attribute: [{ type: 'ip-dst', value, to_ids: true }] },
    });

  it('reads the events that changed, and drops those that are gone', async () => {
    await using server = await startFeedServer();
    const { documents } = server;
    const list = (stamps: object) => documents.set('/misp/manifest.json', JSON.stringify(stamps));
    documents.set(`/misp/${uuid(1)}.json`, event(1, '203.0.113.1'));
    documents.set(`/misp/${uuid(2)}.json`, event(2, '203.0.113.2'));
    list({ [uuid(1)]: { timestamp: '1' }, [uuid(2)]: { timestamp: '1' } });
    const settings = { format: 'misp_feed', url: `${server.url}/misp/` };
    const first = await good(settings);
    expect(valuesOf(first)).toEqual(['203.0.113.1', '203.0.113.2']);
    documents.set(`/misp/${uuid(2)}.json`, event(2, '203.0.113.9'));
    list({ [uuid(2)]: { timestamp: '2' } });
    const second = await good(settings, first.memory);
    expect(valuesOf(second)).toEqual(['203.0.113.9']);
    expect(second).toMatchObject({ replaced: [uuid(2), uuid(1)] });
    expect((await good(settings, second.memory)).kind).toBe('unchanged');
  });
});

describe('a folder of CSAF', () => {
  const advisory = (cve: string) =>
    JSON.stringify({
      document: {
        csaf_version: '2.0',
        title: 'A flaw',
        tracking: { id: 'EV', status: 'final', current_release_date: '2026-03-04T15:00:00Z' },
      },
      vulnerabilities: [{ cve }],
    });

  it('is read file by file: those that changed, without those that are gone', async () => {
    await using server = await startFeedServer();
    const { documents } = server;
    documents.set('/csaf/2026/a.json', advisory('CVE-2026-1111'));
    documents.set('/csaf/2026/b.json', advisory('CVE-2026-2222'));
    documents.set('/csaf/changes.csv', '"2026/a.json","1"\n"2026/b.json","1"\n');
    const settings = { format: 'csaf', url: `${server.url}/csaf/` };
    const first = await good(settings);
    expect(valuesOf(first)).toEqual(['CVE-2026-1111', 'CVE-2026-2222']);
    documents.set('/csaf/2026/b.json', advisory('CVE-2026-3333'));
    documents.set('/csaf/changes.csv', '"2026/b.json","2"\n');
    const second = await good(settings, first.memory);
    expect(valuesOf(second)).toEqual(['CVE-2026-3333']);
    expect(second).toMatchObject({ replaced: ['2026/b.json', '2026/a.json'] });
    expect((await good(settings, second.memory)).kind).toBe('unchanged');
  });

  it('may be listed by a ROLIE feed, whose documents lie where it does', async () => {
    await using server = await startFeedServer();
    const { documents, url } = server;
    const list = (entries: readonly object[]) =>
      documents.set('/feed.json', JSON.stringify({ feed: { id: 'x', entry: entries } }));
    const entry = (href: string, updated: string) => ({
      link: [{ rel: 'self', href }],
      updated,
      content: { type: 'application/json', src: href },
    });
    documents.set('/csaf/a.json', advisory('CVE-2026-1111'));
    documents.set('/csaf/b.json', advisory('CVE-2026-2222'));
    const elsewhere = entry('https://elsewhere.example/c.json', '1');
    list([entry(`${url}/csaf/a.json`, '1'), entry('csaf/b.json', '1'), elsewhere]);
    const settings = { format: 'csaf', url: `${url}/feed.json` };
    const first = await good(settings);
    expect(valuesOf(first)).toEqual(['CVE-2026-1111', 'CVE-2026-2222']);
    expect(first.kind === 'read' && first.indicators.counts().refused).toEqual({ other_origin: 1 });
    documents.set('/csaf/b.json', advisory('CVE-2026-3333'));
    list([entry(`${url}/csaf/b.json`, '2')]);
    const second = await good(settings, first.memory);
    expect(valuesOf(second)).toEqual(['CVE-2026-3333']);
    expect(second).toMatchObject({ replaced: [`${url}/csaf/b.json`, `${url}/csaf/a.json`] });
    expect((await good(settings, second.memory)).kind).toBe('unchanged');
  });
});

describe('documents', () => {
  it('are not sent again while they are the same', async () => {
    await using server = await startFeedServer();
    server.documents.set('/list.txt', '# list\n203.0.113.1\n');
    const settings = { format: 'list', url: `${server.url}/list.txt`, valid_days: 7 };
    const first = await good(settings);
    expect(first.kind === 'read' && [...first.indicators.values()]).toMatchObject([
      { value: '203.0.113.1', validUntil: AT + 7 * 86_400_000 },
    ]);
    expect((await good(settings, first.memory)).kind).toBe('unchanged');
  });

  it('may be an archive: advisories of OSV, each a file of some lines', async () => {
    const archive = new URL('fixtures/osv.zip', import.meta.url);
    const reading = await good({ format: 'osv', url: archive.href });
    expect(valuesOf(reading)).toEqual(['CVE-2026-1111', 'CVE-2026-2222']);
    expect(reading).toMatchObject({ facts: { advisories: 2 } });
  });

  it('are refused when an archive is broken off, or larger than allowed', async () => {
    const bytes = await readFile(new URL('fixtures/osv.zip', import.meta.url));
    await expect(unzip(bytes.subarray(0, 400), 1_000_000)).rejects.toThrow();
    await expect(unzip(bytes, 500)).rejects.toThrow(RangeError);
  });

  it('are taken with a limit to their size, before and after they are unpacked', async () => {
    await using server = await startFeedServer();
    server.documents.set('/big', 'x'.repeat(1_100_000));
    const settings = { format: 'list', max_megabytes: 1 };
    expect(await read({ ...settings, url: `${server.url}/big` })).toMatchObject({
      ok: false,
      problem: { code: 'feed_too_large' },
    });
    expect(gzipSync('x'.repeat(9_000_000)).length).toBeLessThan(1_000_000);
  });

  it.each([
    ['http://127.0.0.1:1/x'],
    ['http://169.254.169.254/latest/meta-data'],
    ['http://localhost:1/x'],
    ['http://[::1]:1/x'],
  ])('are not fetched from %s unless that is meant', async (url) =>
    expect(await read({ format: 'list', url, allow_private: false })).toMatchObject({
      ok: false,
      problem: { code: 'target_not_allowed', retryable: false },
    }),
  );

  it('that are not there are a problem with their address', async () => {
    await using server = await startFeedServer();
    expect(await read({ format: 'csv', url: `${server.url}/none` })).toMatchObject({
      ok: false,
      problem: { code: 'feed_unreachable', at: { file: `${server.url}/none` } },
    });
  });
});
