import { decodeUtf8 } from '../../shared/utf8.ts';
import type { CheckState } from '../check.ts';

/** What an object holds: a number, or the octets of a text, a name or a set of bits. */
export type ObjectValue = number | Uint8Array;

/** One row of a table by the names of its columns; a scalar is the row "0" of a table of its own. */
export interface EquipmentRow {
  /** The end of the OID behind the column, such as `3`. */
  readonly index: string;
  readonly values: Readonly<Record<string, ObjectValue | undefined>>;
}

/** A number of the equipment as a series; its name says the unit. */
export interface Measure {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Something that is not as it should be, one sentence without its full stop. */
export interface Finding {
  readonly state: Extract<CheckState, 'warn' | 'fail'>;
  readonly text: string;
}

export interface PartReading {
  readonly measures: readonly Measure[];
  readonly findings: readonly Finding[];
  /** Ports that are up, where the part has ports. */
  readonly portsUp?: readonly string[];
}

/** What is wanted and known of a device beyond what it says now. */
export interface EquipmentTerms {
  /** Ports that must be up; another that is down and was up before is a warning. */
  readonly ports: readonly string[];
  /** Any temperature above is a warning; undefined: none is. */
  readonly maxCelsius?: number;
  readonly portsUpBefore: ReadonlySet<string>;
}

/** One thing that equipment tells about itself over SNMP. */
export interface EquipmentPart {
  /** OIDs of scalars and columns without their index, by the names that their MIB gives them. */
  readonly objects: Readonly<Record<string, string>>;
  readonly read: (rows: readonly EquipmentRow[], terms: EquipmentTerms) => PartReading;
}

const MAX_TEXT = 100;
const MAX_OCTETS = 4 * MAX_TEXT;

/** Octets as text without anything that steers a terminal; a number as its digits. */
export function textOf(value: ObjectValue | undefined): string {
  if (value === undefined || typeof value === 'number') return value?.toString() ?? '';
  const text = decodeUtf8(value.subarray(0, MAX_OCTETS));
  return text.replace(/\p{C}/gu, ' ').trim().slice(0, MAX_TEXT);
}

/** NaN where there is no number. */
export const numberOf = (value: ObjectValue | undefined): number =>
  typeof value === 'number' ? value : Number.NaN;

/** Is the bit set? The first bit is the highest of the first octet, as in the BITS of SMIv2 (RFC 2578, 7.1.4). */
export const hasBit = (value: ObjectValue | undefined, bit: number): boolean =>
  value instanceof Uint8Array && (((value[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) === 1;

/** A measure for each number that is there. */
export const measured = (
  values: Readonly<Record<string, number>>,
  labels?: Measure['labels'],
): readonly Measure[] =>
  Object.entries(values).flatMap(([name, value]) =>
    Number.isFinite(value) ? [{ name, value, ...(labels === undefined ? {} : { labels }) }] : [],
  );
