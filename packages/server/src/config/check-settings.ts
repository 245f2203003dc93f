import type { Location, Problem } from '@cordon/core';
import type { TObject, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { nearestName } from './nearest-name.ts';
import type { Path } from './yaml-source.ts';

interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message: string;
  readonly params: object;
}

/** What checking needs besides the schema: where things stood. */
export interface Checking {
  readonly schema: TObject;
  /** Path of the value within the whole configuration. */
  readonly base: Path;
  readonly locate: (path: Path) => Location;
}

/** Every wrong setting with its place and, for a wrong name, the name that was probably meant. */
export function checkSettings(value: unknown, checking: Checking): readonly Problem[] {
  const checker = Compile(checking.schema);
  if (checker.Check(value)) return [];
  const errors = checker.Errors(value) as readonly SchemaError[];
  const problems = new Map<string, Problem>();
  for (const error of errors) {
    for (const problem of toProblems(error, { errors, checking })) {
      const key = `${problem.at?.line}:${problem.at?.column}:${problem.detail}`;
      if (!problems.has(key)) problems.set(key, problem);
    }
  }
  return [...problems.values()];
}

interface Context {
  readonly errors: readonly SchemaError[];
  readonly checking: Checking;
}

function toProblems(error: SchemaError, context: Context): readonly Problem[] {
  const { keyword, instancePath } = error;
  const path = [...context.checking.base, ...toSteps(instancePath)];
  switch (keyword) {
    case 'additionalProperties':
      return unknownNames(error).map((name) => unknownKey(name, path, context));
    case 'required':
      return missingNames(error).map((name) => badValue(`"${name}" is missing`, path, context));
    case 'anyOf':
      return [
        badValue(
          `${printPath(path)} must be one of ${allowedAt(instancePath, context)}`,
          path,
          context,
        ),
      ];
    case 'boolean':
    case 'const':
      return [];
    default:
      return [badValue(`${printPath(path)} ${error.message}`, path, context)];
  }
}

function unknownKey(name: string, parent: Path, { checking }: Context): Problem {
  const known = knownNames(checking.schema, parent.slice(checking.base.length));
  const nearest = nearestName(name, known);
  return {
    code: 'config_unknown_key',
    detail: `"${name}" is not a setting${parent.length > 0 ? ` of ${printPath(parent)}` : ''}.`,
    hint: nearest ? `did you mean "${nearest}"?` : `known here: ${known.join(', ') || 'nothing'}.`,
    at: checking.locate([...parent, name]),
    retryable: false,
  };
}

const badValue = (detail: string, path: Path, { checking }: Context): Problem => ({
  code: 'config_bad_value',
  detail: `${detail}.`,
  at: checking.locate(path),
  retryable: false,
});

const unknownNames = ({ params }: SchemaError): readonly string[] =>
  'additionalProperties' in params ? (params.additionalProperties as readonly string[]) : [];

const missingNames = ({ params }: SchemaError): readonly string[] =>
  'requiredProperties' in params ? (params.requiredProperties as readonly string[]) : [];

const allowedAt = (instancePath: string, { errors }: Context): string =>
  errors
    .filter((error) => error.keyword === 'const' && error.instancePath === instancePath)
    .map(({ params }) => ('allowedValue' in params ? String(params.allowedValue) : ''))
    .join(', ');

function knownNames(schema: TSchema, path: Path): readonly string[] {
  let at: TSchema | undefined = schema;
  for (const step of path) {
    if (at && 'items' in at) at = at.items as TSchema;
    else if (at && 'properties' in at) at = (at as TObject).properties[String(step)];
    else at = undefined;
  }
  return at && 'properties' in at ? Object.keys((at as TObject).properties) : [];
}

/** A JSON pointer as steps. */
const toSteps = (pointer: string): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));

const printPath = (path: Path): string => (path.length === 0 ? 'The file' : path.join('.'));
