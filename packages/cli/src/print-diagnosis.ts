import type { Fault, Test } from '@cordon/core';
import type { DiagnosisRun } from '@cordon/server';
import { neutralise, type Paint } from './terminal.ts';

/** A test as a person would ask it. */
export function describeTest(test: Test): string {
  switch (test.kind) {
    case 'own-actions':
      return 'does an action of ours hold it?';
    case 'resolve':
      return `which addresses has ${test.host}?`;
    case 'connect':
      return `does ${test.address} port ${test.port} accept a connection?`;
    case 'route':
      return test.at === 'from'
        ? `which way leads to ${test.address}?`
        : `which way leads back to ${test.address}?`;
    case 'ping':
      return `does ${test.address} answer?`;
    case 'trace':
      return `where does the path to ${test.address} end?`;
    case 'path-mtu':
      return `how large may a packet to ${test.address} be?`;
    case 'listening':
      return `does the target listen on port ${test.port}?`;
    case 'limits':
      return `is a limit reached at ${test.at === 'from' ? 'this side' : 'the target'}?`;
    case 'talk':
      return `what does ${test.service} say first?`;
    case 'tls':
      return 'does the TLS handshake succeed?';
    case 'http':
      return `what does it answer for ${test.path}?`;
    case 'clock':
      return 'do the clocks agree?';
  }
}

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
