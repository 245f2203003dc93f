import type { Json } from '../../shared/json.ts';
import type { Problem } from '../../shared/problem.ts';
import { checkGraph, listObstacles } from './check-graph.ts';
import { checkParts } from './check-parts.ts';
import { readCacao } from './codec.ts';
import { DocumentReader, isObject } from './document.ts';
import type { CacaoPlaybook } from './model.ts';

/** What came of reading a CACAO playbook. */
export interface ParsedCacao {
  /** There when the document is a valid playbook. */
  readonly playbook?: CacaoPlaybook;
  /** Why it is no valid playbook. */
  readonly problems: readonly Problem[];
  /** Why it cannot be run as it stands, though it is valid enough to be kept, shown and exported. */
  readonly obstacles: readonly Problem[];
}

const MOST_TEXT = 5_000_000;

/**
 * Reads a CACAO 2.0 playbook (OASIS CS01): its members, its vocabulary, and what a schema does not
 * see: pointers that lead nowhere or round in a circle, references that do not resolve.
 */
export function parseCacao(text: string, file: string): ParsedCacao {
  const reader = new DocumentReader(file);
  const value = readJson(text, reader);
  if (!isObject(value)) {
    if (reader.problems.length === 0) reader.report('', 'a playbook is one object.');
    return { problems: reader.problems, obstacles: [] };
  }
  if (value['type'] !== 'playbook') reader.report('type', 'must be "playbook".');
  if (value['spec_version'] !== 'cacao-2.0')
    reader.report('spec_version', 'must be "cacao-2.0"; another version is not read.');
  const playbook = readCacao(reader, value);
  checkParts(reader, value, playbook);
  if (reader.problems.length === 0) checkGraph(reader, playbook);
  if (reader.problems.length > 0) return { problems: reader.problems, obstacles: [] };
  return { playbook, problems: [], obstacles: listObstacles(playbook, file) };
}

function readJson(text: string, reader: DocumentReader): Json | undefined {
  if (text.length > MOST_TEXT) {
    reader.report('', `it is longer than ${MOST_TEXT} characters.`);
    return undefined;
  }
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    reader.report('', `it is not JSON: ${(error as Error).message}.`, 'cacao_syntax');
    return undefined;
  }
}
