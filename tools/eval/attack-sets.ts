import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  createDecider,
  createDetectionEngine,
  createDetectorBank,
  createDetectors,
  createNormaliser,
  type Normaliser,
} from '@cordon/core';
import type { Content } from '../../packages/server/src/content/content.ts';
import {
  type Investigation,
  investigate,
} from '../../packages/server/src/investigate/investigate.ts';
import type { AttackFolder, AttackSet, AttackTruth } from './attack.ts';
import { readAttackFiles, readManifest, readNamedAttacks } from './attack-folders.ts';
import { listFiles, toRow, toText } from './files.ts';
import type { Rename } from './rename.ts';

/**
 * The attacks of a folder: a `manifest.json` of sets, each with its `id`, `attack` and `files`, or of
 * single files with their `tactic`; without one, files named by their technique.
 */
export function readAttackSets(dir: string): AttackFolder {
  const rows = readManifest(dir);
  const sets = rows.flatMap((row) => toSet(dir, row));
  if (sets.length > 0) {
    return {
      sets,
      readTruth: () => new Map(rows.map((row) => [toText(row['id']) ?? '', toTruth(row)])),
    };
  }
  const folder = readAttackFiles(dir, rows) ?? readNamedAttacks(dir);
  if (!folder) throw new Error(`There is no manifest of attacks in ${dir}.`);
  return folder;
}

function toSet(dir: string, row: Readonly<Record<string, unknown>>): readonly AttackSet[] {
  const id = toText(row['id']);
  const files = (Array.isArray(row['files']) ? row['files'] : [])
    .flatMap((file) => toText(toRow(file)['path']) ?? [])
    .filter((file) => existsSync(join(dir, file)));
  const [first] = files;
  if (!id || !first) return [];
  const folder = dirname(first);
  const isAlone =
    files.every((file) => dirname(file) === folder) &&
    listFiles(join(dir, folder)).length === files.length;
  return [{ id, path: join(dir, isAlone ? folder : first) }];
}

function toTruth(row: Readonly<Record<string, unknown>>): AttackTruth {
  const attack: readonly unknown[] = Array.isArray(row['attack']) ? row['attack'] : [];
  const truth = toRow(row['origin_truth']);
  const host = toText(truth['host']) ?? toText(truth['origin_host']);
  const address = toText(truth['c2_ip']);
  const process = ['payload', 'payload_guid'].flatMap((name) => toText(truth[name]) ?? []);
  return {
    techniques: attack.flatMap((pair) => (Array.isArray(pair) ? (toText(pair[0]) ?? []) : [])),
    tactics: attack.flatMap((pair) => (Array.isArray(pair) ? [pair[1]].flat() : [])).map(String),
    ...(host ? { host } : {}),
    ...(address ? { address } : {}),
    ...(process.length > 0 ? { process } : {}),
  };
}

/** What the product makes of a set by its rules and detectors, its names changed. */
export function investigateSet(
  content: Content,
  set: AttackSet,
  rename: Rename,
): Promise<Investigation> {
  const normaliser = createNormaliser({ parsers: content.parsers });
  const renaming: Normaliser = {
    normalise: (record) => normaliser.normalise({ ...record, text: rename(record.text) }),
  };
  return investigate({
    dir: set.path,
    engines: {
      normaliser: renaming,
      engine: createDetectionEngine({ rules: content.rules }),
      decider: createDecider({}),
      detectors: createDetectorBank({ detectors: createDetectors() }),
    },
  });
}
