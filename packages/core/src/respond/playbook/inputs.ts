import { canonicalIp } from '../../entity/resolve.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { type InputType, MOST_ROUNDS, type Playbook } from './playbook.ts';

const MOST_TEXT = 2_000;

const isText = (value: Json): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= MOST_TEXT;
const isLike =
  (pattern: RegExp) =>
  (value: Json): boolean =>
    isText(value) && pattern.test(value);

const CHECKS: Readonly<Record<InputType, (value: Json) => boolean>> = {
  text: isText,
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  boolean: (value) => typeof value === 'boolean',
  ip: (value) => isText(value) && canonicalIp(value) !== undefined,
  domain: isLike(/^[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63}){1,20}\.?$/),
  url: isLike(/^[a-z][a-z0-9+.-]{1,15}:\/\/[^\s\p{Cc}]+$/u),
  host: isLike(/^[\p{L}\p{N}_][\p{L}\p{N}._:-]{0,254}$/u),
  user: isLike(/^[^\p{Cc}]{1,255}$/u),
  hash: isLike(/^([0-9A-Fa-f]{32}|[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64}|[0-9A-Fa-f]{128})$/),
  email: isLike(/^[^\s@\p{Cc}]{1,64}@[^\s@\p{Cc}]{1,190}$/u),
  list: (value) => Array.isArray(value) && value.length <= MOST_ROUNDS,
};

const refuse = (detail: string): Result<never> =>
  err({ code: 'playbook_bad_value', detail, retryable: false });

/**
 * What a playbook is given, checked by type; what is left out has its fallback or is null. Refuses
 * what is missing, of another type, or not asked for; `item` may always be said.
 */
export function fillInputs(playbook: Playbook, given: JsonObject): Result<JsonObject> {
  const filled: Record<string, Json> = {};
  for (const name of Object.keys(given))
    if (name !== 'item' && !Object.hasOwn(playbook.inputs, name))
      return refuse(`"${playbook.id}" has no input "${name}".`);
  for (const [name, rule] of Object.entries(playbook.inputs)) {
    const value = given[name] ?? rule.fallback ?? null;
    if (value === null && !rule.isOptional) return refuse(`The input "${name}" is missing.`);
    if (value !== null && !CHECKS[rule.type](value))
      return refuse(`The input "${name}" is no ${rule.type}.`);
    filled[name] = value;
  }
  return ok(filled);
}
