import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { AttackFolder, AttackSet, AttackTruth } from './attack.ts';
import { listFiles, listFolders, type Row, readText, toRow, toText } from './files.ts';

const TECHNIQUE = /(?:^|[^A-Za-z0-9])(T\d{4}(?:\.\d{3})?)(?!\d)/;

/** A `manifest.json` of single files, each with its `file`, `tactic` and maybe `techniques`. */
export function readAttackFiles(dir: string, rows: readonly Row[]): AttackFolder | undefined {
  const known = rows.flatMap((row) => {
    const file = toText(row['file']);
    const path = file && [file, `${file}.gz`].map((name) => join(dir, name)).find(existsSync);
    return file && path ? [{ row, set: { id: file, path } }] : [];
  });
  if (known.length === 0) return undefined;
  return {
    sets: known.map(({ set }) => set),
    readTruth: () => new Map(known.map(({ row, set }) => [set.id, toTruth(row)])),
  };
}

function toTruth(row: Row): AttackTruth {
  const techniques = Array.isArray(row['techniques']) ? row['techniques'].map(String) : [];
  return {
    techniques,
    tactics: [toText(row['tactic']) ?? ''].filter(Boolean),
    isTacticEnough: true,
  };
}

/** Files and folders whose names begin with the technique that they hold. */
export function readNamedAttacks(dir: string): AttackFolder | undefined {
  const folders = listFolders(dir);
  const files = listFiles(dir).filter((name) => !name.includes('/'));
  const sets = [...folders, ...files]
    .filter((name) => TECHNIQUE.test(name))
    .map((name): AttackSet => ({ id: name, path: join(dir, name) }));
  if (sets.length === 0) return undefined;
  return {
    sets,
    readTruth: () =>
      new Map(
        sets.map(({ id }) => [
          id,
          { techniques: [TECHNIQUE.exec(basename(id))?.[1] ?? ''], tactics: [] },
        ]),
      ),
  };
}

/** The rows of a manifest, or none. */
export function readManifest(dir: string): readonly Row[] {
  const path = join(dir, 'manifest.json');
  const manifest: unknown = existsSync(path) ? JSON.parse(readText(path)) : undefined;
  return Array.isArray(manifest) ? manifest.map(toRow) : [];
}
