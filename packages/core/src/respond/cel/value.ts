import type { Json, JsonObject } from '../../shared/json.ts';

const MOST_ENTRIES = 500;
const MOST_NODES = 10_000;

/** A value as text: strings as they are, the rest as JSON. */
export const printJson = (value: Json): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

/** Only `true` is true: a missing fact never starts anything. */
export const isTrue = (value: Json): boolean => value === true;

/**
 * JSON as values of CEL: whole numbers are its `int`. Throws for a list of more than 500 entries, so
 * that what a comprehension does stays bounded.
 */
export function toCel(value: Json): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) {
    if (value.length > MOST_ENTRIES)
      throw new Error(`A list has more than ${MOST_ENTRIES} entries.`);
    return value.map((one) => toCel(one as Json));
  }
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value as JsonObject);
  return Object.fromEntries(members.map(([name, member]) => [name, toCel(member)]));
}

/** The value of an expression as JSON; throws for what JSON has no form for, and for too much of it. */
export function fromCel(value: unknown): Json {
  const budget = { left: MOST_NODES };
  return readValue(value, budget);
}

type Budget = { left: number };

function readValue(value: unknown, budget: Budget): Json {
  budget.left -= 1;
  if (budget.left < 0) throw new Error('The value is too large.');
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return readObject(value, budget);
}

function readObject(value: unknown, budget: Budget): Json {
  if (Array.isArray(value)) return value.map((one) => readValue(one, budget));
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Map) return readMembers([...value], budget);
  const isPlain = typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype;
  if (isPlain) return readMembers(Object.entries(value as object), budget);
  throw new Error('The value is of a kind that a playbook cannot hold.');
}

const readMembers = (
  members: readonly (readonly [unknown, unknown])[],
  budget: Budget,
): JsonObject =>
  Object.fromEntries(members.map(([name, one]) => [String(name), readValue(one, budget)]));
