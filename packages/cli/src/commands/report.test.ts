import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startServer } from '@cordon/server';
import { describe, expect, it } from 'vitest';
import { useCommandWorld } from './fixtures/command-world.ts';
import { runReport } from './report.ts';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const world = useCommandWorld();

async function fillData(): Promise<void> {
  const env = {
    CORDON_DATA_DIR: world.flags().data,
    CORDON_SERVER__PORT: '0',
    CORDON_LOG_LEVEL: 'silent',
  };
  await (await startServer({ root: ROOT, env })).stop();
}

describe('cordon report', () => {
  it('tells of a data folder as text, as JSON and as a page of its own', async () => {
    await fillData();
    expect(await runReport(world.flags())).toBe(0);
    expect(world.out).toContain('Report of the week');
    expect(world.out).toContain('0 incidents opened');
    world.out = '';
    const html = join(world.home, 'month.html');
    expect(await runReport({ ...world.flags(), month: true, back: '1', json: true, html })).toBe(0);
    expect(JSON.parse(world.out)).toMatchObject({ kind: 'month', is_over: true, alerts: 0 });
    const page = await readFile(html, 'utf8');
    expect(page).toContain('<h1>Report of the month</h1>');
    expect(page).not.toContain('<script');
  }, 60_000);

  it('knows wrong use from a folder where nothing is', async () => {
    expect(await runReport({ ...world.flags(), back: 'once' })).toBe(2);
    expect(world.err).toContain('--back is a number');
    expect(await runReport(world.flags())).toBe(2);
  });
});
