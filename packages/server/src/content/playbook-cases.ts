import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type PlaybookCase, type Result, SEVERITY } from '@cordon/core';
import { parse } from 'yaml';

/** The cases beside a playbook, in `cases.yml`; none when there is no such file. */
export async function readPlaybookCases(
  playbookFile: string,
): Promise<Result<readonly PlaybookCase[]>> {
  const file = join(dirname(playbookFile), 'cases.yml');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return { ok: true, value: [] };
  const bad = (detail: string): Result<never> => ({
    ok: false,
    problem: { code: 'playbook_bad_value', detail, at: { file }, retryable: false },
  });
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 0 });
  } catch (error) {
    return bad(`The cases are not YAML: ${(error as Error).message.split('\n')[0]}.`);
  }
  if (!Array.isArray(value)) return bad('Cases are a list.');
  const wrong = value.findIndex((one) => !isCase(one));
  if (wrong >= 0)
    return bad(
      `Case ${wrong + 1} needs a name, an incident (behaviours, severity, p, entities) and a list "expect".`,
    );
  return { ok: true, value };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isCase(value: unknown): value is PlaybookCase {
  if (!isObject(value) || !isObject(value['incident'])) return false;
  const { behaviours, severity, p, entities } = value['incident'];
  const isIncident =
    Array.isArray(behaviours) &&
    Array.isArray(entities) &&
    typeof p === 'number' &&
    typeof severity === 'string';
  return (
    isIncident &&
    Object.hasOwn(SEVERITY, severity) &&
    typeof value['name'] === 'string' &&
    Array.isArray(value['expect'])
  );
}
