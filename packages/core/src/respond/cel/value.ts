import type { Json, JsonObject } from '../../shared/json.ts';

const MOST_LOOKS = 500_000;
const MOST_NODES = 10_000;

/** A value as text: strings as they are, the rest as JSON. */
export const printJson = (value: Json): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

/** Only `true` is true: a missing fact never starts anything. */
export const isTrue = (value: Json): boolean => value === true;

/**
 * JSON as values of CEL: whole numbers are its `int`. Lists may have any length; when half a million of
 * their entries have been looked at, the next look throws, so that what a comprehension does stays bounded.
 */
export const toCel = (value: Json): unknown => convert(value, { left: MOST_LOOKS });

function convert(value: Json, budget: Budget): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value))
    return toCounted(
      value.map((one) => convert(one as Json, budget)),
      budget,
    );
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value as JsonObject);
  return Object.fromEntries(members.map(([name, member]) => [name, convert(member, budget)]));
}

/** The list, as one that takes every look at an entry out of the budget. */
const toCounted = (list: readonly unknown[], budget: Budget): readonly unknown[] =>
  new Proxy(list, {
    get: (target, name) => {
      if (typeof name === 'string' && name !== 'length') budget.left -= 1;
      if (budget.left < 0) throw new Error('It looks at too many entries of lists');
      return Reflect.get(target, name);
    },
  });

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
