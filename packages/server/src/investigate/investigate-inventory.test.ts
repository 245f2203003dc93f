import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NO_ENRICHMENT } from '../enrich/config.ts';
import { investigate } from './investigate.ts';
import { loadEngines } from './load-engines.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cordon-inventory-'));
});
afterAll(() => rm(root, { recursive: true }));

const CONTENT = new URL('../../../../content', import.meta.url).pathname;
const sshd = (second: number, text: string): string =>
  `Mar  4 08:15:${String(second).padStart(2, '0')} db-01 sshd[${800 + second}]: ${text} for root from 203.0.113.9 port 40${second} ssh2\n`;
const LOG = `${Array.from({ length: 12 }, (_, second) => sshd(second, 'Failed password')).join('')}${sshd(40, 'Accepted password')}`;

it.each([
  [5, 'asset db-01 is criticality 5 (inventory)'],
  [1, 'asset db-01 is criticality 1 (inventory)'],
  [undefined, 'Most important machine: criticality 3, assumed'],
])('the priority of an investigation rests on the inventory: %s', async (level, expected) => {
  const logs = await mkdtemp(join(root, 'logs-'));
  await writeFile(join(logs, 'auth.log'), LOG);
  const table = join(root, `assets-${level}.csv`);
  await writeFile(
    table,
    `name,criticality\n${level === undefined ? 'other,5' : `db-01,${level}`}\n`,
  );
  const enrichment = { ...NO_ENRICHMENT, assets: [table] };
  const { engines, problems } = await loadEngines(CONTENT, { enrichment });
  expect(problems).toEqual([]);
  const { incidents } = await investigate({ dir: logs, engines });
  expect(incidents).toHaveLength(1);
  expect(incidents[0]?.priority.factors.map(({ text }) => text)).toContain(expected);
});
