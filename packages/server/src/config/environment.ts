import type { TObject, TSchema } from 'typebox';
import { parse } from 'yaml';
import type { Path } from './yaml-source.ts';

/** Settings that may be given without a section in their name. */
const PLAIN = ['CORDON_DATA_DIR', 'CORDON_LOG_LEVEL'];

/** A setting from the environment: where it belongs and what was given. */
export interface Override {
  readonly variable: string;
  readonly path: Path;
  readonly value: unknown;
}

/**
 * `CORDON_SECTION__KEY` sets `section.key`; the value is read as YAML, so that numbers and lists work.
 * Names are matched without case, `_` and `-`, since variables cannot carry them all. Other variables
 * that begin with `CORDON_` are none of the configuration's.
 */
export function readOverrides(
  env: Readonly<Record<string, string | undefined>>,
  schema: TObject,
): readonly Override[] {
  return Object.entries(env).flatMap(([variable, text]) => {
    const isOurs =
      variable.startsWith('CORDON_') && (variable.includes('__') || PLAIN.includes(variable));
    if (!isOurs || text === undefined) return [];
    return [{ variable, path: toPath(variable, schema), value: toValue(text) }];
  });
}

function toPath(variable: string, schema: TObject): Path {
  let at: TSchema | undefined = schema;
  return variable
    .slice('CORDON_'.length)
    .split('__')
    .map((part) => {
      const properties: Readonly<Record<string, TSchema>> =
        at && 'properties' in at ? (at as TObject).properties : {};
      const name =
        Object.keys(properties).find((candidate) => bare(candidate) === bare(part)) ??
        part.toLowerCase();
      at = properties[name];
      return name;
    });
}

const bare = (name: string): string => name.toLowerCase().replaceAll(/[-_]/g, '');

function toValue(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return text;
  }
}

/** The value with the override put in; what lies around is copied, not changed. */
export function putIn(target: unknown, [step, ...rest]: Path, value: unknown): unknown {
  if (step === undefined) return value;
  const holder =
    typeof target === 'object' && target !== null && !Array.isArray(target)
      ? (target as Record<string, unknown>)
      : {};
  const inner = Object.hasOwn(holder, step) ? holder[step] : undefined;
  return { ...holder, [step]: putIn(inner, rest, value) };
}
