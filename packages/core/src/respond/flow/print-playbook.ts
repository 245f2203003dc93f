import { stringify } from 'yaml';
import type { Json, JsonObject } from '../../shared/json.ts';

/** The text of a playbook from its members. Steps that were written twice get ids of their own. */
export function printPlaybook(members: JsonObject): string {
  return stringify(withOwnIds(members, new Set()), { lineWidth: 0, aliasDuplicateObjects: false });
}

function withOwnIds(value: Json, taken: Set<string>): Json {
  if (Array.isArray(value)) return value.map((one) => withOwnIds(one as Json, taken));
  if (typeof value !== 'object' || value === null) return value;
  const own: Record<string, Json> = {};
  for (const [name, member] of Object.entries(value)) {
    const isId = name === 'id' && typeof member === 'string';
    own[name] = isId ? takeId(member, taken) : withOwnIds(member as Json, taken);
  }
  return own;
}

function takeId(id: string, taken: Set<string>): string {
  let own = id;
  for (let n = 2; taken.has(own); n += 1) own = `${id.slice(0, 58)}-${n}`;
  taken.add(own);
  return own;
}
