/* Run by `detect-start.ts`: RULES CACHE [EVENTS]; prints one {@link ChildReport}. */
import { createReadStream, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createDetectionEngine, type Event, linkRules, type SigmaDocument } from '@cordon/core';
import { RuleCache } from '../packages/server/src/content/rule-cache.ts';
import type { ChildReport } from './detect-start.ts';

const MB = 1_000_000;
const ROUNDS = 4;
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

const [rulesDir = '', cacheFile = '', events] = process.argv.slice(2);
const baseMb = residentMb();
const before = process.cpuUsage();
const rules = await readRules(rulesDir, cacheFile);
const engine = createDetectionEngine({ rules });
const { user, system } = process.cpuUsage(before);
const readyMb = residentMb();
for (let round = 0; events !== undefined && round < ROUNDS; round += 1)
  for await (const line of createInterface({ input: createReadStream(events) }))
    engine.evaluate(JSON.parse(line) as Event);
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
