import { canonicalIp } from '../entity/resolve.ts';
import { nearestName } from '../normalise/attribute.ts';
import type { Problem } from '../shared/problem.ts';
import { err, ok, type Result } from '../shared/result.ts';
import {
  type Asset,
  type Criticality,
  DATA_CLASSES,
  type Identity,
  type InventoryRows,
} from './asset.ts';
import { toMac } from './inventory.ts';

/*
 * Inventories as tables: a header of the columns below, in any order; a further column has to begin
 * with `x_` and is left out. A cell with several values has them apart by `;`. A table with one bad
 * cell is refused whole, so that half an inventory never takes the place of a whole one.
 */

export const ASSET_COLUMNS = [
  'name',
  'aliases',
  'ip',
  'mac',
  'uid',
  'owner',
  'criticality',
  'tier',
  'role',
  'department',
  'data_class',
  'exposed',
  'tags',
] as const;
export const IDENTITY_COLUMNS = [
  'name',
  'aliases',
  'sid',
  'email',
  'department',
  'manager',
  'privileged',
] as const;

/** One row with the line it begins on, counted from 1. */
export interface TableRow {
  readonly line: number;
  readonly cells: readonly string[];
}

export interface InventoryTable {
  /** Shown in problems. */
  readonly file: string;
  readonly kind: 'assets' | 'identities';
  readonly header: readonly string[];
  readonly rows: Iterable<TableRow>;
}

/** More rows than this are a mistake or an attack. */
export const MAX_INVENTORY_ROWS = 200_000;
const MAX_CELL = 2_048;

/** A cell that says what it should not; caught where the table is read. */
class BadCell extends Error {
  readonly column: string;
  constructor(column: string, detail: string) {
    super(detail);
    this.column = column;
  }
}

type Cells = (column: string) => string;

const LIST = /[;|]/;
const listOf = (text: string): readonly string[] =>
  text
    .split(LIST)
    .map((part) => part.trim())
    .filter((part) => part !== '');

const optional = <K extends string>(key: K, text: string): Partial<Record<K, string>> =>
  text === '' ? {} : ({ [key]: text } as Record<K, string>);

function readEach(column: string, text: string, read: (part: string) => string | undefined) {
  return listOf(text).map((part) => {
    const value = read(part);
    if (value === undefined) throw new BadCell(column, `"${part.slice(0, 60)}" is not one`);
    return value;
  });
}

function readWhole(column: string, text: string, [least, most]: readonly [number, number]) {
  if (text === '') return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most)
    throw new BadCell(
      column,
      `"${text.slice(0, 60)}" is not a whole number from ${least} to ${most}`,
    );
  return value;
}

const YES = new Set(['yes', 'true', '1']);
const NO = new Set(['no', 'false', '0', '']);

function readYes(column: string, text: string): boolean {
  const word = text.toLowerCase();
  if (YES.has(word)) return true;
  if (NO.has(word)) return false;
  throw new BadCell(column, `"${text.slice(0, 60)}" is neither yes nor no`);
}

function readWord<T extends string>(
  column: string,
  text: string,
  words: readonly T[],
): T | undefined {
  if (text === '') return undefined;
  const word = words.find((one) => one === text.toLowerCase());
  if (word === undefined)
    throw new BadCell(column, `"${text.slice(0, 60)}" is none of ${words.join(', ')}`);
  return word;
}

/** `criticality` counts up to 5, `tier` down to 0; where both stand, criticality holds. */
function readCriticality(cell: Cells): Partial<Pick<Asset, 'criticality'>> {
  const direct = readWhole('criticality', cell('criticality'), [1, 5]);
  const tier = readWhole('tier', cell('tier'), [0, 4]);
  const criticality = direct ?? (tier === undefined ? undefined : 5 - tier);
  return criticality === undefined ? {} : { criticality: criticality as Criticality };
}

function toAsset(cell: Cells): Asset {
  const dataClass = readWord('data_class', cell('data_class'), DATA_CLASSES);
  return {
    name: nameOf(cell),
    aliases: listOf(cell('aliases')),
    ips: readEach('ip', cell('ip'), canonicalIp),
    macs: readEach('mac', cell('mac'), toMac),
    ...optional('uid', cell('uid')),
    ...optional('owner', cell('owner')),
    ...readCriticality(cell),
    ...optional('role', cell('role')),
    ...optional('department', cell('department')),
    ...(dataClass === undefined ? {} : { dataClass }),
    ...(readYes('exposed', cell('exposed')) ? { isExposed: true } : {}),
    tags: listOf(cell('tags')),
  };
}

/** `yes` means rights over the whole house, as the word alone says no less. */
function toIdentity(cell: Cells): Identity {
  const text = cell('privileged').toLowerCase();
  const privilege =
    text === 'admin' || text === 'domain'
      ? text
      : readYes('privileged', text)
        ? ('domain' as const)
        : undefined;
  return {
    name: nameOf(cell),
    aliases: listOf(cell('aliases')),
    ...optional('sid', cell('sid')),
    ...optional('email', cell('email')),
    ...optional('department', cell('department')),
    ...optional('manager', cell('manager')),
    ...(privilege === undefined ? {} : { privilege }),
  };
}

function nameOf(cell: Cells): string {
  const name = cell('name');
  if (name === '') throw new BadCell('name', 'it is empty');
  return name;
}

const broken = (detail: string, hint: string, at: Problem['at']): Problem => ({
  code: 'inventory_broken',
  detail,
  hint,
  ...(at === undefined ? {} : { at }),
  retryable: false,
});

function checkHeader({ file, kind, header }: InventoryTable): Problem | undefined {
  const columns: readonly string[] = kind === 'assets' ? ASSET_COLUMNS : IDENTITY_COLUMNS;
  const at = (column: number) => ({ file, line: 1, column: column + 1 });
  const wrong = header.findIndex((name) => !columns.includes(name) && !name.startsWith('x_'));
  if (wrong >= 0) {
    const name = header[wrong] ?? '';
    const nearest = nearestName(name, [...columns]);
    const meant = nearest === undefined ? '' : `Did you mean "${nearest}"? `;
    return broken(
      `"${name.slice(0, 60)}" is not a column of ${kind}.`,
      `${meant}There are: ${columns.join(', ')}. Columns that begin with "x_" are left out.`,
      at(wrong),
    );
  }
  const twice = header.findIndex((name, index) => header.indexOf(name) !== index);
  if (twice >= 0)
    return broken(`"${header[twice]}" is there twice.`, 'Name each column once.', at(twice));
  return header.includes('name')
    ? undefined
    : broken('There is no column "name".', 'Every row is known by its name.', at(0));
}

/** Cells of one row by column; text that is too long is a mistake. */
function cellsOf(header: readonly string[], cells: readonly string[]): Cells {
  const byName = new Map(header.map((name, index) => [name, (cells[index] ?? '').trim()]));
  return (column) => {
    const text = byName.get(column) ?? '';
    if (text.length > MAX_CELL) throw new BadCell(column, 'it is too long');
    return text;
  };
}

/** Reads a table whole, or says at which cell it is wrong. */
export function readInventoryTable(table: InventoryTable): Result<InventoryRows> {
  const problem = checkHeader(table);
  if (problem) return err(problem);
  const { file, kind, header } = table;
  const assets: Asset[] = [];
  const identities: Identity[] = [];
  let count = 0;
  for (const { line, cells } of table.rows) {
    count += 1;
    const at = { file, line };
    if (count > MAX_INVENTORY_ROWS)
      return err(broken(`There are more than ${MAX_INVENTORY_ROWS} rows.`, 'Split the house.', at));
    if (cells.length !== header.length)
      return err(
        broken(
          `The row has ${cells.length} cells, the header ${header.length}.`,
          'Put a cell that holds the delimiter into quotes.',
          at,
        ),
      );
    const cell = cellsOf(header, cells);
    try {
      if (kind === 'assets') assets.push(toAsset(cell));
      else identities.push(toIdentity(cell));
    } catch (error) {
      if (!(error instanceof BadCell)) throw error;
      const column = header.indexOf(error.column) + 1;
      return err(
        broken(`${error.column}: ${error.message}.`, 'Nothing of the file was taken.', {
          ...at,
          ...(column > 0 ? { column } : {}),
        }),
      );
    }
  }
  return ok({ assets, identities });
}
