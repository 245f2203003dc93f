// `npm run eval -- KIND DIR`: how good the product is on data it did not write. Labels are read for scoring only.
import { statSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { anomalyEvaluation } from './anomaly.ts';
import { blockEvaluation } from './block.ts';
import { correlateEvaluation } from './correlate.ts';
import { detectEvaluation } from './detect.ts';
import { intelEvaluation } from './intel.ts';
import type { Evaluation } from './kind.ts';
import { oracleEvaluation } from './oracle.ts';
import { originEvaluation } from './origin.ts';
import { parseEvaluation } from './parse.ts';
import { playbooksEvaluation } from './playbooks.ts';
import { rootcauseEvaluation } from './rootcause.ts';
import { sigmaEvaluation } from './sigma.ts';
import { triageEvaluation } from './triage.ts';

const KINDS: Readonly<Record<string, Evaluation>> = {
  anomaly: anomalyEvaluation,
  block: blockEvaluation,
  correlate: correlateEvaluation,
  detect: detectEvaluation,
  intel: intelEvaluation,
  oracle: oracleEvaluation,
  origin: originEvaluation,
  parse: parseEvaluation,
  playbooks: playbooksEvaluation,
  rootcause: rootcauseEvaluation,
  sigma: sigmaEvaluation,
  triage: triageEvaluation,
};
const USAGE = `npm run eval -- KIND DIR [--json] [--predictions FILE] [--gaps [N]] [--seed N] [--rules DIR]
  KIND: ${Object.keys(KINDS).join(', ')}`;

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

function fail(message: string): never {
  say(`${message}\n  hint: ${USAGE}`);
  process.exit(2);
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: args.map((arg, at) =>
        arg === '--gaps' && !/^\d+$/.test(args[at + 1] ?? '') ? '--gaps=40' : arg,
      ),
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        predictions: { type: 'string' },
        gaps: { type: 'string', default: '0' },
        seed: { type: 'string' },
        rules: { type: 'string' },
      },
    });
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

const { positionals, values } = readArguments(process.argv.slice(2));
const [kind = '', dir = ''] = positionals;
const evaluation = KINDS[kind] ?? fail(`"${kind}" is no kind of evaluation.`);
if (!statSync(dir, { throwIfNoEntry: false })?.isDirectory()) fail(`"${dir}" is no folder.`);

const result = await evaluation.run({
  dir,
  gaps: Number(values.gaps),
  ...(values.rules === undefined ? {} : { rules: values.rules }),
  seed: values.seed === undefined ? undefined : Number(values.seed),
  say,
  predict(claims) {
    if (values.predictions === undefined) return;
    writeFileSync(values.predictions, claims.map((claim) => `${JSON.stringify(claim)}\n`).join(''));
  },
});
if (!values.json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
else process.stdout.write(`${JSON.stringify(result)}\n`);
