import { describeTest, type Fault } from '@cordon/core';
import type { DiagnosisRun } from '@cordon/server';
import { neutralise, type Paint } from './terminal.ts';

const HEADS: Readonly<Record<DiagnosisRun['diagnosis']['outcome'], string>> = {
  healthy: ' works.',
  cause: ': the cause was found.',
  candidates: ': one of these causes, the likeliest first.',
  undecided: ': what would tell could not be asked.',
};

/** The answer: what was ruled out, the cause or the few that remain, the proof, the fix. */
export function printDiagnosis({ diagnosis, facts }: DiagnosisRun, paint: Paint): string {
  const { outcome, faults, passed, target } = diagnosis;
  const where = neutralise(`${target.host}:${target.port} (${target.service})`);
  const lines = passed.map(({ text }) => `  ${paint.dim('ok')}    ${neutralise(text)}`);
  const missing = facts.flatMap(({ test, missing: why }) =>
    why === undefined
      ? []
      : [`  ${paint.dim('?')}     ${neutralise(`${describeTest(test)} ${why}`)}`],
  );
  const head = `${where}${HEADS[outcome]}`;
  return [
    paint.bold(head),
    ...lines,
    ...missing,
    ...faults.flatMap((fault) => printFault(fault, paint)),
    '',
  ].join('\n');
}

function printFault(
  { title, cause, evidence, fix, confirm }: Fault,
  paint: Paint,
): readonly string[] {
  return [
    '',
    `  ${paint.level('P1', neutralise(title))} ${paint.dim(cause)}`,
    ...evidence.map((sentence) => `    seen     ${neutralise(sentence)}`),
    `    fix      ${neutralise(fix)}`,
    `    confirm  ${neutralise(confirm)}`,
  ];
}
