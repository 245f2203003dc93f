import type { Json, JsonObject } from '../../shared/json.ts';
import { toInputName } from './condition.ts';
import { isObject } from './document.ts';
import type { CacaoPlaybook } from './model.ts';

const TYPES: Readonly<Record<string, string>> = {
  bool: 'boolean',
  integer: 'number',
  long: 'number',
  float: 'number',
  'ipv4-addr': 'ip',
  'ipv6-addr': 'ip',
  uri: 'url',
  hash: 'hash',
  'md5-hash': 'hash',
  'sha256-hash': 'hash',
};

/** The variables of a CACAO playbook and of its steps, as typed inputs. */
export function readVariables(cacao: CacaoPlaybook): JsonObject {
  const own = cacao.steps.map(({ rest }) => rest['step_variables']).filter(isObject);
  const inputs: Record<string, Json> = {};
  for (const variables of [cacao.variables, ...own])
    for (const [name, variable] of Object.entries(variables))
      if (isObject(variable)) inputs[toInputName(name)] = toInput(variable);
  return inputs;
}

function toInput(variable: JsonObject): Json {
  const { description, value, external } = variable;
  const type = TYPES[String(variable['type'])] ?? 'text';
  const known = typeof value === 'string' && value !== '' ? toValue(type, value) : undefined;
  return {
    type: known === undefined && type !== 'text' ? type : typeOf(type, known),
    ...(typeof description === 'string' ? { description } : {}),
    ...(known === undefined ? (external === true ? {} : { optional: true }) : { default: known }),
  };
}

/** A value that does not have the form of its type is taken as text. */
const typeOf = (type: string, value: Json | undefined): string =>
  type === 'number' && typeof value !== 'number' ? 'text' : type;

function toValue(type: string, value: string): Json {
  if (type === 'boolean') return value === 'true';
  if (type === 'number' && value.trim() !== '' && Number.isFinite(Number(value)))
    return Number(value);
  return value;
}
