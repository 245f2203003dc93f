import type { Event, HuntField, HuntNode, HuntTest } from '@cordon/core';
import { hostsOf, ipsOf, usersOf } from './event-query.ts';
import type { HuntScope } from './hunt.ts';

/** Does the event lie in the scope of the hunt? What `hunt-sql.ts` says in SQL, said in place. */
export const isHunted = (event: Event, { hunt, fromAt, toAt }: HuntScope): boolean =>
  (fromAt === undefined || event.time >= fromAt) &&
  (toAt === undefined || event.time <= toAt) &&
  holds(hunt, event);

function holds(node: HuntNode, event: Event): boolean {
  switch (node.kind) {
    case 'and':
      return node.of.every((inner) => holds(inner, event));
    case 'or':
      return node.of.some((inner) => holds(inner, event));
    case 'not':
      return !holds(node.of, event);
    case 'test':
      return huntValues(event, node.field).some((value) => fulfils(value, node));
  }
}

/** The values of a field: none where it is missing, several where it is a list. */
export function huntValues(event: Event, field: HuntField): readonly (string | number)[] {
  switch (field.name) {
    case 'any.ip':
      return ipsOf(event);
    case 'any.user':
      return usersOf(event);
    case 'any.host':
      return hostsOf(event);
  }
  const value = field.name.startsWith('fields.')
    ? readOwn(event.provenance.fields, field.path.at(-1) ?? '')
    : walk(event, field.path);
  if (value === undefined || value === null) return [];
  if (field.kind === 'list') return Array.isArray(value) ? value.map(String) : [];
  if (typeof value === 'number') return [value];
  return [typeof value === 'object' ? JSON.stringify(value) : String(value)];
}

/** As one literal key, or else as a path. */
function readOwn(fields: Readonly<Record<string, unknown>>, name: string): unknown {
  return (Object.hasOwn(fields, name) ? fields[name] : undefined) ?? walk(fields, name.split('.'));
}

function walk(from: unknown, path: readonly string[]): unknown {
  let value = from;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step))
      return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

function fulfils(value: string | number, { op, values }: HuntTest): boolean {
  if (op === 'exists') return true;
  const text = String(value).toLowerCase();
  if (op === 'eq')
    return values.some((wanted) =>
      typeof wanted === 'number' ? Number(value) === wanted : text === wanted,
    );
  if (op === 'like') return values.some((wanted) => isLike(text, String(wanted)));
  const number = typeof value === 'number' ? value : toNumber(value);
  const bound = Number(values[0]);
  if (number === undefined) return false;
  return { lt: number < bound, lte: number <= bound, gt: number > bound, gte: number >= bound }[op];
}

const NUMBER = /^[-+]?\d+(\.\d+)?$/;
const toNumber = (text: string): number | undefined =>
  NUMBER.test(text) ? Number(text) : undefined;

/** `*` is any run of characters, `?` one; a pattern without either is looked for anywhere. */
export const toPattern = (wanted: string): string => (/[*?]/.test(wanted) ? wanted : `*${wanted}*`);

/** Greedy, with one step back to the last star: never more than text times pattern. */
function isLike(text: string, wanted: string): boolean {
  const pattern = [...toPattern(wanted)];
  const letters = [...text];
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let place = 0; place < letters.length; ) {
    if (pattern[at] === '*') {
      star = at;
      at += 1;
      resume = place;
    } else if (pattern[at] === '?' || pattern[at] === letters[place]) {
      at += 1;
      place += 1;
    } else if (star >= 0) {
      at = star + 1;
      resume += 1;
      place = resume;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
