import type { CompiledMessage, Condition } from './compiled-parser.ts';
import { type Fields, readField } from './map-attributes.ts';

/** With fewer messages told apart by a field, asking each costs as little. */
const LEAST_TOLD_APART = 3;

/**
 * Finds the messages that fields can be of by the one field that most messages ask for a value of
 * (an event's number, an operation's name). Sound: a message that holds is always among them.
 */
export function createMessageIndex(
  messages: readonly CompiledMessage[],
): (fields: Fields) => readonly CompiledMessage[] {
  const pivot = choosePivot(messages);
  if (!pivot) return () => messages;
  const others = messages.filter((message) => !valuesOf(message, pivot.key));
  const byValue = new Map<string, readonly CompiledMessage[]>();
  for (const value of pivot.values)
    byValue.set(
      value,
      messages.filter((message) => valuesOf(message, pivot.key)?.has(value) ?? true),
    );
  return (fields) => {
    const value = valueIn(fields, pivot.names);
    if (value === MANY) return messages;
    return (value === undefined ? undefined : byValue.get(value)) ?? others;
  };
}

interface Pivot {
  readonly key: string;
  readonly names: readonly string[];
  readonly values: ReadonlySet<string>;
}

/** The field whose values tell most messages apart. */
function choosePivot(messages: readonly CompiledMessage[]): Pivot | undefined {
  let best: Pivot | undefined;
  for (const condition of messages.flatMap(({ when }) => when)) {
    const key = keyOf(condition);
    if (!isExact(condition) || best?.key === key) continue;
    const values = new Set(messages.flatMap((message) => [...(valuesOf(message, key) ?? [])]));
    if (values.size > (best?.values.size ?? LEAST_TOLD_APART - 1))
      best = { key, names: condition.fields, values };
  }
  return best;
}

const keyOf = ({ fields }: Condition): string => fields.join('|');

const isExact = ({ values, shapes }: Condition): boolean => values.size > 0 && shapes.length === 0;

/** The values that the message asks of that field; undefined when it takes others, too. */
const valuesOf = ({ when }: CompiledMessage, key: string): ReadonlySet<string> | undefined =>
  when.find((condition) => keyOf(condition) === key && isExact(condition))?.values;

/** A list, or several fields with a value: each message is to be asked. */
const MANY = Symbol('many');

function valueIn(fields: Fields, names: readonly string[]): string | typeof MANY | undefined {
  let found: string | undefined;
  for (const name of names) {
    const value = readField(fields, name);
    if (value === undefined) continue;
    if (found !== undefined || Array.isArray(value)) return MANY;
    found = String(value).toLowerCase();
  }
  return found;
}
