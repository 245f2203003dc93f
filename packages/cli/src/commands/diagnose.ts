import { execFileSync } from 'node:child_process';
import process from 'node:process';
import {
  describeTest,
  type Fact,
  parseTarget,
  printProblem,
  type Target,
  tellFact,
} from '@cordon/core';
import {
  type DataFolder,
  type DiagnosisRun,
  findOwnActions,
  listOwnAddresses,
  namespaceView,
  openDataFolder,
  runDiagnosis,
  type TestDeps,
} from '@cordon/server';
import type { DataFlags } from '../data.ts';
import { printDiagnosis } from '../print-diagnosis.ts';
import { loadSettings } from '../settings.ts';
import { createPaint, EXIT, isColoured, neutralise, toJsonLine } from '../terminal.ts';

export interface DiagnoseFlags extends DataFlags {
  readonly service?: string;
  readonly targetView?: string;
  readonly json?: boolean;
}

const NAMESPACE = /^netns:([A-Za-z0-9_.-]{1,64})$/;

/** Walks from here, or from a network namespace of this machine, to a target and says what is in the way. */
export async function runDiagnose(
  places: readonly string[],
  flags: DiagnoseFlags,
): Promise<number> {
  const [from, to] = places.length > 1 ? places : ['here', places[0]];
  const target = parseTarget(to ?? '', flags.service);
  if (!target.ok) return tell(printProblem(target.problem));
  if (from !== 'here') return runElsewhere(from ?? '', to ?? '');
  const namespace = NAMESPACE.exec(flags.targetView ?? '')?.[1];
  if (flags.targetView !== undefined && namespace === undefined)
    return tell(`"${flags.targetView}" is no view of the target.\n  hint: write netns:NAME`);
  const run = await diagnoseFromHere(target.value, namespace, flags);
  if (flags.json) process.stdout.write(`${toJsonLine({ ...run.diagnosis, facts: run.facts })}\n`);
  else
    process.stdout.write(printDiagnosis(run, createPaint(isColoured(process.stdout, process.env))));
  return run.diagnosis.outcome === 'healthy' ? EXIT.ok : EXIT.found;
}

async function diagnoseFromHere(
  target: Target,
  namespace: string | undefined,
  flags: DiagnoseFlags,
): Promise<DiagnosisRun> {
  const folder = await openLedger(flags);
  const ownActions: TestDeps['ownActions'] =
    folder === undefined
      ? undefined
      : (of) => findOwnActions(folder.state, { ...of, own: listOwnAddresses() });
  try {
    return await runDiagnosis(target, {
      ownActions,
      target: namespace === undefined ? undefined : namespaceView(namespace),
      ...(flags.json ? {} : { onFact: tellProgress }),
    });
  } finally {
    await folder?.close();
  }
}

function tellProgress(fact: Fact): void {
  const { text, rulesOut } = tellFact(fact);
  const out = rulesOut === undefined ? '' : `; rules out ${rulesOut}`;
  process.stderr.write(`  ${neutralise(`${describeTest(fact.test)} ${text}${out}`)}\n`);
}

/** The data folder that is named, or the configured one; none where nothing was ever written. */
async function openLedger({ data, config }: DiagnoseFlags): Promise<DataFolder | undefined> {
  const dir = data ?? (await loadSettings(config))?.dataDir;
  return dir === undefined ? undefined : openDataFolder(dir);
}

/** The same command once more, inside the namespace that is asked from. */
function runElsewhere(from: string, to: string): number {
  const namespace = NAMESPACE.exec(from)?.[1];
  if (namespace === undefined)
    return tell(
      `"${neutralise(from)}" is no place to look from.\n  hint: write here, or netns:NAME`,
    );
  const [script = '', ...args] = process.argv.slice(1);
  const rest = args.filter((arg) => arg !== from && arg !== to);
  try {
    execFileSync('ip', ['netns', 'exec', namespace, process.execPath, script, ...rest, to], {
      stdio: 'inherit',
    });
    return EXIT.ok;
  } catch (error) {
    return Number((error as { status?: unknown }).status ?? EXIT.failed);
  }
}

function tell(words: string): number {
  process.stderr.write(`${words}\n`);
  return EXIT.usage;
}
