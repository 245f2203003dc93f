import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MINUTE_MS } from '@cordon/core';
import { expect, it } from 'vitest';
import {
  type Product,
  ROOT,
  settledBooks,
  startProduct,
} from '../hostile/fixtures/running-product.ts';
import { tokenOf } from '../senders/fixtures/daemons.ts';
import { openSqliteStateStore } from '../store/sqlite/sqlite-state-store.ts';

/*
 * Alarms about taking in as people see them: the sources page, /metrics and `cordon status` of another
 * process say the same, with the same numbers. Silence and lag need hours to pass: source-watch.test.ts.
 */

interface Health {
  readonly failure_share: number;
  readonly skew_s?: number;
  readonly pending: number;
}
interface Source {
  readonly id: string;
  readonly health?: Health;
  readonly notices: readonly { readonly kind: string; readonly text: string }[];
}

async function sourceOf(product: Product, id: string): Promise<Source> {
  const { body } = await product.call('/api/v1/sources');
  const found = (body['items'] as readonly Source[]).find((source) => source.id === id);
  if (!found) throw new Error(`no source ${id}`);
  return found;
}

const kindsOf = async (product: Product, id: string): Promise<readonly string[]> =>
  (await sourceOf(product, id)).notices.map(({ kind }) => kind).toSorted();

/** The command line as its own process, which sees what the server last wrote down. */
async function statusOf(product: Product) {
  const main = join(ROOT, 'packages', 'cli', 'src', 'main.ts');
  const args = ['--disable-warning=ExperimentalWarning', main, 'status', '--json', '--data'];
  const dataDir = join(product.dir, 'data');
  // It ends with 3 when something is not well.
  const { stdout } = await promisify(execFile)(process.execPath, [...args, dataDir]).catch(
    (error: { readonly stdout: string }) => error,
  );
  return JSON.parse(stdout) as {
    readonly trouble: readonly string[];
    readonly sources: readonly {
      readonly id: string;
      readonly outcomes: Readonly<Record<string, number>>;
    }[];
    readonly health: {
      readonly notices: readonly { readonly kind: string; readonly sourceId: string }[];
      readonly sources: readonly {
        readonly sourceId: string;
        readonly failureShare: number;
        readonly skewMs?: number;
      }[];
    };
  };
}

const until = (read: () => Promise<unknown>) =>
  expect.poll(read, { timeout: 60_000, interval: 200 });
const LINE = 'Mar  4 10:00:00 gate sshd[7]: Failed password for root from 192.0.2.8 port 22 ssh2';
const lines = (count: number, text: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => text(at)).join('\n');

it('tells of records that nothing can read, the same everywhere, and is over when they are read', async () => {
  await using product = await startProduct();
  const push = await product.pushSource('edge');
  await push(lines(300, (at) => `~~ nobody's form ${at % 7} ~~`));
  await push(lines(100, () => LINE));
  await settledBooks(product, 400);
  await until(() => kindsOf(product, 'edge')).toEqual(['parse_failures']);
  const { health, notices } = await sourceOf(product, 'edge');
  expect(health?.failure_share).toBe(0.75);
  expect(notices[0]?.text).toContain('75');
  expect(await product.metric('cordon_source_parse_failure_share{source="edge"}')).toBe(0.75);
  expect(await product.metric('cordon_notices_count{kind="parse_failures",source="edge"}')).toBe(1);
  const status = await statusOf(product);
  expect(status.health.sources).toMatchObject([{ sourceId: 'edge', failureShare: 0.75 }]);
  expect(status.health.notices).toMatchObject([{ kind: 'parse_failures', sourceId: 'edge' }]);
  expect(status.sources).toMatchObject([{ id: 'edge', outcomes: { unparsed: 300, parsed: 100 } }]);
  expect(status.trouble.join()).toContain('could not be read');
  await push(lines(2_000, () => LINE));
  await until(() => kindsOf(product, 'edge')).toEqual([]);
});

it('tells of a clock that is wrong, the same everywhere, also after a restart', async () => {
  await using product = await startProduct();
  const push = await product.pushSource('edge');
  await push(LINE);
  await settledBooks(product, 1);
  await product.restart(async () => {
    // As a run of some minutes with that sender would have left it.
    const state = await openSqliteStateStore({ file: join(product.dir, 'data', 'state.sqlite') });
    const learned = (await state.getSetting('source_rhythms')) as Record<string, object>;
    const window = Math.floor(Date.now() / MINUTE_MS);
    const medians = [1, 2, 3, 4, 5, 6].map((ago) => ({ window: window - ago, ms: 7_200_000 }));
    const skew = { window: window - 1, seen: 0, differences: [], medians };
    await state.setSetting('source_rhythms', { edge: { ...learned['edge'], skew } } as never);
    await state.close();
  });
  await until(() => kindsOf(product, 'edge')).toEqual(['skew']);
  const { health, notices } = await sourceOf(product, 'edge');
  expect(health?.skew_s).toBe(7_200);
  expect(notices[0]?.text).toContain('2 h ahead of');
  expect(await product.metric('cordon_source_clock_skew_seconds{source="edge"}')).toBe(7_200);
  const status = await statusOf(product);
  expect(status.health.sources).toMatchObject([{ sourceId: 'edge', skewMs: 7_200_000 }]);
  expect(status.trouble.join()).toContain('clock');
});

it('counts what was refused, the same everywhere', async () => {
  await using product = await startProduct();
  const token = await tokenOf(product, 'edge');
  const { status } = await product.call('/elasticsearch/_bulk', {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
    body: '{"create":{}}\n{"message":"kept"}\n{"delete":{"_id":"1"}}\n',
  });
  expect(status).toBe(200);
  await settledBooks(product, 1);
  await until(() => kindsOf(product, 'edge')).toEqual(['losses']);
  const books = await statusOf(product);
  expect(books.sources).toMatchObject([{ id: 'edge', outcomes: { refused: 1 } }]);
  const metric = 'cordon_records_outcome_count{source="edge",outcome="refused"}';
  expect(await product.metric(metric)).toBe(1);
});
