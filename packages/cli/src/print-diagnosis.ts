import { describeTest, type Fault } from '@cordon/core';
import type { DiagnosisRun } from '@cordon/server';
import { neutralise, type Paint } from './terminal.ts';

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
  const head =
    outcome === 'healthy'
      ? `${where} works.`
      : outcome === 'cause'
        ? `${where}: the cause was found.`
        : `${where}: one of ${faults.length} causes.`;
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
