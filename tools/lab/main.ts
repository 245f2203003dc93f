/*
 * `npm run lab -- connectivity [--only ID,…] [--cases FILE] [--json]`: builds machines out of network
 * namespaces, puts a fault in, asks `cordon diagnose`, and compares the first cause with the expected one.
 */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { createLabCertificates } from './lab-certificates.ts';
import { sweepLabs } from './namespaces.ts';
import { type LabCase, type LabOutcome, runCase } from './run-case.ts';

const USAGE =
  'npm run lab -- connectivity [--only ID,…] [--cases FILE] [--json]   (root, on Linux)';
const say = (line: string): void => void process.stderr.write(`${line}\n`);

function fail(message: string): never {
  say(`${message}\n  hint: ${USAGE}`);
  process.exit(2);
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    cases: { type: 'string', multiple: true },
    json: { type: 'boolean', default: false },
  },
});
if (positionals[0] !== 'connectivity') fail(`"${positionals[0] ?? ''}" is no lab.`);
if (process.getuid?.() !== 0) fail('Network namespaces need root.');

const files =
  values.cases ??
  ['faults.yml', 'healthy.yml'].map((name) =>
    fileURLToPath(new URL(`connectivity/${name}`, import.meta.url)),
  );
const only = values.only?.split(',');
const cases = files
  .flatMap((file) => parse(readFileSync(file, 'utf8')) as readonly LabCase[])
  .filter(({ id }) => only === undefined || only.includes(id));
if (cases.length === 0) fail('No case has such an id.');

sweepLabs();
const certificates = await createLabCertificates();
const outcomes: LabOutcome[] = [];
for (const one of cases) {
  const outcome = await runCase(one, certificates);
  outcomes.push(outcome);
  const { id, said, isRight, seconds, expect } = outcome;
  say(
    `${String(outcomes.length).padStart(3)}/${cases.length} ${isRight ? 'right' : 'WRONG'} ${id}: ${said}${isRight ? '' : ` (expected ${expect.join(' or ')})`}, ${seconds.toFixed(1)} s`,
  );
  if (!isRight && only !== undefined) say(outcome.answer);
}

const faults = outcomes.filter(({ expect }) => !expect.includes('healthy'));
const healthy = outcomes.filter(({ expect }) => expect.includes('healthy'));
const rightOf = (all: readonly LabOutcome[]): number => all.filter(({ isRight }) => isRight).length;
const result = {
  faults: faults.length,
  rightFirstCause: rightOf(faults),
  healthy: healthy.length,
  falseCauses: healthy.length - rightOf(healthy),
  slowestSeconds: Math.max(...outcomes.map(({ seconds }) => seconds)),
  wrong: outcomes
    .filter(({ isRight }) => !isRight)
    .map(({ id, said, expect }) => ({ id, said, expect })),
};
process.stdout.write(`${values.json ? JSON.stringify(result) : JSON.stringify(result, null, 2)}\n`);
process.exitCode = result.wrong.length === 0 ? 0 : 1;
