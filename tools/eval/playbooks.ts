import { basename, dirname, extname, join } from 'node:path';
import { type JsonObject, parseCacao, toCacaoJson, toCanonicalJson } from '@cordon/core';
import { verifyCacao } from '../../packages/server/src/playbooks/cacao-signature.ts';
import { listFiles, parseRow, readText, toRow } from './files.ts';
import type { Evaluation } from './kind.ts';
import { isSoar, scoreSoar } from './soar.ts';

/** What is claimed of a document before any label is looked at. */
interface Claim {
  readonly id: string;
  readonly isPlaybook: boolean;
  readonly isValid: boolean;
  readonly isRoundTripEqual: boolean;
  readonly canRun: boolean;
  readonly signatures: readonly string[];
  readonly why: readonly string[];
}

function claim(dir: string, name: string): Claim {
  const text = readText(join(dir, name));
  const row = toRow(parseRow(text)) as JsonObject;
  const { playbook, problems, obstacles } = parseCacao(text, name);
  const printed = playbook && toCanonicalJson(toCacaoJson(playbook));
  return {
    id: name,
    isPlaybook: row['type'] === 'playbook',
    isValid: playbook !== undefined,
    isRoundTripEqual: printed !== undefined && printed === toCanonicalJson(row),
    canRun: playbook !== undefined && obstacles.length === 0,
    signatures: verifyCacao(row, 0).map(
      ({ state, over }) => `${state}${over ? ` over ${over}` : ''}`,
    ),
    why: [...problems, ...obstacles].map(({ detail }) => detail),
  };
}

/** Playbooks of the standard (CACAO), or graphs of another product (Splunk SOAR). */
export const playbooksEvaluation: Evaluation = {
  async run({ dir, say, predict }) {
    const names = listFiles(dir).filter((name) => extname(name) === '.json');
    if (isSoar(dir, names)) return scoreSoar({ dir, names, say, predict });
    const claims = names.map((name) => claim(dir, name)).filter(({ isPlaybook }) => isPlaybook);
    predict(claims);
    for (const { id, why } of claims) for (const line of why) say(`${id}: ${line}`);
    const labelled = (label: string) =>
      claims.filter(({ id }) => basename(dirname(join(dir, id))) === label);
    const [valid, invalid] = [labelled('playbooks'), labelled('invalid')];
    const right =
      valid.filter(({ isValid }) => isValid).length +
      invalid.filter(({ isValid }) => !isValid).length;
    const signed = claims.flatMap(({ signatures }) => signatures);
    return {
      valid: valid.length,
      invalid: invalid.length,
      correct: right / Math.max(1, valid.length + invalid.length),
      roundTripEqual: valid.filter(({ isRoundTripEqual }) => isRoundTripEqual).length,
      canRun: valid.filter(({ canRun }) => canRun).length,
      signatures: signed.length,
      signaturesVerified: signed.filter((state) => state.startsWith('valid')).length,
    };
  },
};
