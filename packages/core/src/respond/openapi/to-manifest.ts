import { stringify } from 'yaml';
import type { Json, JsonObject } from '../../shared/json.ts';
import type { Problem } from '../../shared/problem.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { VERBS } from '../verbs.ts';
import type { Api, ApiOperation } from './read-openapi.ts';

/** Which operations carry out a verb, by their id. */
export interface ManifestOrder {
  readonly connector: string;
  readonly verb: string;
  readonly look?: string;
  readonly apply: string;
  readonly undo?: string;
  /** Where the API is described. */
  readonly docs: string;
}

const HEAD = `# Made from a description in OpenAPI. Look through it before it is used: what "present" and "keep" say,
# which setting or value stands where, and what it may cost ("impact").
`;

/** A manifest to begin with: it reads, and says of itself that it was not tried. */
export function toManifest(api: Api, order: ManifestOrder): Result<string> {
  const info = VERBS[order.verb];
  if (info === undefined || info.class === 'restore')
    return err(wrong(`"${order.verb}" is not a verb that a manifest carries out.`));
  const needsLook = info.class === 'contain';
  if (needsLook && (order.look === undefined || order.undo === undefined))
    return err(wrong(`"${order.verb}" is held: it needs an operation to look and one to undo.`));
  const chosen = [order.look, order.apply, order.undo].map((id) => find(api, id));
  const missing = chosen.find((one) => one !== undefined && !one.ok);
  if (missing && !missing.ok) return missing;
  const [look, apply, undo] = chosen.map((one) => (one?.ok ? one.value : undefined));
  const settings = new Set<string>();
  const found = look === undefined ? [] : keptOf(look);
  const toRequest = (operation: ApiOperation) => request(operation, { found, settings });
  const action = {
    verb: order.verb,
    title: apply?.summary || order.verb,
    impact: needsLook || info.class === 'evict' ? 2 : 0,
    scopes: [],
    ...(look === undefined ? {} : toLook(look, toRequest)),
    apply: apply === undefined ? [] : [toRequest(apply)],
    ...(undo === undefined ? {} : { undo: [toRequest(undo)] }),
  };
  const base = toBase(api.baseUrl, settings);
  const manifest = {
    connector: order.connector,
    title: api.title,
    tried: 'schema',
    docs: order.docs,
    base_url: base,
    auth: api.auth,
    settings: Object.fromEntries([...settings].map((name) => [name, `The ${name}.`])),
    limit: { requests: 60, seconds: 60 },
    actions: [action],
  };
  return ok(HEAD + stringify(manifest, { lineWidth: 120 }));
}

const wrong = (detail: string): Problem => ({
  code: 'connector_bad_value',
  detail,
  retryable: false,
});

function find(api: Api, id: string | undefined): Result<ApiOperation> | undefined {
  if (id === undefined) return undefined;
  const found = api.operations.find((operation) => operation.id === id);
  return found ? ok(found) : err(wrong(`The description has no operation "${id}".`));
}

/** At most three things to remember; the id of what is found comes first. */
function keptOf({ answer }: ApiOperation): readonly string[] {
  const names = answer.filter((name) => /^[A-Za-z_]\w*$/.test(name));
  const ids = names.filter((name) => /^_?id$/i.test(name));
  return [...ids, ...names.filter((name) => !ids.includes(name))].slice(0, 3);
}

function toLook(
  look: ApiOperation,
  toRequest: (operation: ApiOperation) => JsonObject,
): JsonObject {
  const kept = keptOf(look);
  const [first] = kept;
  const keep = kept.map((name) => [name, `it.${name}`]);
  return {
    look: [
      {
        ...toRequest(look),
        ...(look.list === undefined ? {} : { list: look.list }),
        none: 'absent',
        keep: Object.fromEntries(keep),
      },
    ],
    present: first === undefined ? 'true' : `has(found.${first})`,
  };
}

/** Names that stand for what the action is about. */
const TARGETS =
  /^(ip|ips|address|value|domain|host|hostname|user|username|login|email|name|target|key)$/i;

// biome-ignore lint/suspicious/noTemplateCurlyInString: a hole of a manifest.
const TARGET = '${{ target }}';

interface Place {
  readonly found: readonly string[];
  readonly settings: Set<string>;
}

/** A hole for a name: what was found, the target, or a setting. */
function toHole(name: string, { found, settings }: Place): string {
  if (TARGETS.test(name)) return TARGET;
  if (found.includes(name)) return `\${{ found.${name} }}`;
  if (/id$/i.test(name) && found[0] !== undefined) return `\${{ found.${found[0]} }}`;
  return `\${{ settings.${toSetting(name, settings)} }}`;
}

/** Names of settings are small letters alone. */
function toSetting(name: string, settings: Set<string>): string {
  const setting = name.toLowerCase().replace(/[^a-z]/g, '') || 'value';
  settings.add(setting);
  return setting;
}

function request(operation: ApiOperation, place: Place): JsonObject {
  const { method, path, query, body } = operation;
  // A look finds what is kept: it cannot use it yet.
  const own = method === 'GET' ? { ...place, found: [] } : place;
  const fields = query.map((name) => [name, toHole(name, own)]);
  const parts = Object.entries(body ?? {}).map(([name, type]) => [name, toPart(name, type, own)]);
  return {
    method,
    path: path.replaceAll(/\{([^}]+)\}/g, (_whole, name: string) => toHole(name, own)),
    ...(fields.length > 0 ? { query: Object.fromEntries(fields) } : {}),
    ...(body === undefined ? {} : { body: Object.fromEntries(parts) }),
  };
}

function toPart(name: string, type: string, place: Place): Json {
  if (type === 'array') return TARGETS.test(name) ? [TARGET] : [];
  if (type === 'boolean') return true;
  if (type === 'integer' || type === 'number') return 0;
  return type === 'object' ? {} : toHole(name, place);
}

function toBase(url: string, settings: Set<string>): string {
  const filled = url.replaceAll(
    /\{([^}]+)\}/g,
    (_whole, name: string) => `{${toSetting(name, settings)}}`,
  );
  if (/^https:\/\/\S+$/.test(filled)) return filled;
  settings.add('host');
  return `https://{host}${filled.startsWith('/') ? filled : ''}`;
}
