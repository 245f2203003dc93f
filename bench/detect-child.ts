/* Run by `detect-start.ts`: CONTENT RULES CACHE [DIR…]; prints one {@link ChildReport}. */
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDetectionEngine, linkRules, type SigmaDocument } from '@cordon/core';
import { RuleCache } from '../packages/server/src/content/rule-cache.ts';
import { readRows } from './detect-lane.ts';
import type { ChildReport } from './detect-start.ts';

const MB = 1_000_000;
const residentMb = (): number => {
  globalThis.gc?.();
  return process.memoryUsage.rss() / MB;
};

async function readRules(dir: string, cacheFile: string): Promise<readonly SigmaDocument[]> {
  const cache = await RuleCache.open(cacheFile);
  const values: SigmaDocument[] = [];
  for (const file of readdirSync(dir, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!/\.ya?ml$/.test(file)) continue;
    const text = await readFile(join(dir, file), 'utf8');
    values.push(...cache.read(text, file, { isOpen: true }).values);
  }
  await cache.save();
  return linkRules(values).values;
}

const [content = '', rulesDir = '', cacheFile = '', ...dirs] = process.argv.slice(2);
const baseMb = residentMb();
const before = process.cpuUsage();
const rules = await readRules(rulesDir, cacheFile);
const engine = createDetectionEngine({ rules });
const { user, system } = process.cpuUsage(before);
const readyMb = residentMb();
if (dirs.length > 0)
  for (let round = 0; round < 3; round += 1)
    for (const { event } of await readRows(dirs, content)) engine.evaluate(event);
const report: ChildReport = {
  rules: rules.length,
  startCpuS: (user + system) / 1e6,
  baseMb,
  readyMb,
  endMb: residentMb(),
  heapMb: process.memoryUsage().heapUsed / MB,
  profileKb: JSON.stringify(engine.profile()).length / 1_000,
};
process.stdout.write(JSON.stringify(report));
