import { parse } from 'yaml';
import { type Json, type JsonObject, membersOf } from '../../shared/json.ts';
import type { Problem } from '../../shared/problem.ts';
import { err, ok, type Result } from '../../shared/result.ts';

/** One operation of an API, as far as a manifest needs it. */
export interface ApiOperation {
  /** Its operationId, or `GET /path`. */
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  /** Query parameters that must be there. */
  readonly query: readonly string[];
  /** Properties of a JSON body that must be there, with their type. */
  readonly body: Readonly<Record<string, string>> | undefined;
  /** Properties of the answer, or of each thing in the list that it is. */
  readonly answer: readonly string[];
  /** The answer, or one of its properties, is a list: where it stands, `body` or `body.items`. */
  readonly list: string | undefined;
}

/** A description of an API in OpenAPI 3. */
export interface Api {
  readonly title: string;
  /** Of the first server, over HTTPS; `{name}` where a setting has to say. */
  readonly baseUrl: string;
  readonly auth: JsonObject;
  readonly operations: readonly ApiOperation[];
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
const MOST_REFERENCES = 20;
const HINT = 'Give an OpenAPI 3 document in JSON or YAML.';

/** Reads a description; what the document only refers to is looked up inside it. */
export function readOpenApi(text: string): Result<Api> {
  const document = parseText(text);
  if (!/^3\./.test(String(document['openapi'])))
    return err(wrong('The text is no description of OpenAPI 3.'));
  const see = createLookup(document);
  const info = see(document['info']);
  const operations = Object.entries(see(document['paths'])).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = see(item)[method];
      return operation === undefined ? [] : [toOperation(see, { path, method, operation, item })];
    }),
  );
  if (operations.length === 0) return err(wrong('The description has no operation.'));
  return ok({
    title: String(info['title'] ?? 'API'),
    baseUrl: toBaseUrl(see(listOf(document['servers'])[0])),
    auth: toAuth(see(see(document['components'])['securitySchemes']), see),
    operations,
  });
}

type See = (value: Json | undefined) => JsonObject;

function parseText(text: string): JsonObject {
  try {
    return membersOf(parse(text, { maxAliasCount: 100 }) as Json);
  } catch {
    return {};
  }
}

const wrong = (detail: string): Problem => ({
  code: 'connector_bad_value',
  detail,
  hint: HINT,
  retryable: false,
});

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

/** Follows references inside the document (RFC 6901); anything else that is no map is an empty one. */
function createLookup(document: JsonObject): See {
  const find = (reference: string): JsonObject => {
    const parts = reference.replace(/^#\//, '').split('/');
    const names = parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
    return names.reduce<JsonObject>(
      (from, name) => membersOf(Object.hasOwn(from, name) ? from[name] : undefined),
      document,
    );
  };
  return (start) => {
    let value = membersOf(start);
    for (let turn = 0; turn < MOST_REFERENCES; turn += 1) {
      const reference = value['$ref'];
      if (typeof reference !== 'string') return value;
      value = find(reference);
    }
    return {};
  };
}

const toBaseUrl = (server: JsonObject): string =>
  String(server['url'] ?? '')
    .replace(/^http:/, 'https:')
    .replace(/\/$/, '');

/** The first proof that a manifest knows. */
function toAuth(schemes: JsonObject, see: See): JsonObject {
  for (const scheme of Object.values(schemes).map(see)) {
    const { type, scheme: name, in: place, name: header } = scheme;
    if (type === 'http' && name === 'basic') return { kind: 'basic' };
    if (type === 'http' && name === 'bearer') return { kind: 'bearer' };
    if (type === 'apiKey' && place === 'header' && typeof header === 'string')
      return { kind: 'bearer', header: header.toLowerCase(), scheme: '' };
    const tokenUrl = see(see(scheme['flows'])['clientCredentials'])['tokenUrl'];
    if (type === 'oauth2' && typeof tokenUrl === 'string')
      return { kind: 'oauth2', grant: 'client_credentials', tokenUrl };
  }
  return { kind: 'bearer' };
}

function toOperation(
  see: See,
  of: { readonly path: string; readonly method: string } & Readonly<
    Record<'operation' | 'item', Json>
  >,
): ApiOperation {
  const operation = see(of.operation);
  const method = of.method.toUpperCase();
  const parameters = [...listOf(see(of.item)['parameters']), ...listOf(operation['parameters'])];
  const body = see(see(operation['requestBody'])['content'])['application/json'];
  const answers = see(operation['responses']);
  const answer = see(see(see(answers['200'] ?? answers['201'])['content'])['application/json']);
  return {
    id: String(operation['operationId'] ?? `${method} ${of.path}`),
    method,
    path: of.path,
    summary: String(operation['summary'] ?? operation['description'] ?? '').split('\n')[0] ?? '',
    query: parameters
      .map(see)
      .filter((one) => one['in'] === 'query' && one['required'] === true)
      .map(({ name }) => String(name)),
    body: body === undefined ? undefined : toRequired(see(see(body)['schema']), see),
    ...toAnswer(see(answer['schema']), see),
  };
}

const toRequired = (schema: JsonObject, see: See): Readonly<Record<string, string>> =>
  Object.fromEntries(
    listOf(schema['required']).map((name) => [
      String(name),
      String(see(see(schema['properties'])[String(name)])['type'] ?? 'string'),
    ]),
  );

function toAnswer(schema: JsonObject, see: See): Pick<ApiOperation, 'answer' | 'list'> {
  const namesOf = (of: JsonObject) => Object.keys(see(of['properties']));
  if (schema['type'] === 'array') return { answer: namesOf(see(schema['items'])), list: 'body' };
  for (const [name, value] of Object.entries(see(schema['properties']))) {
    const inner = see(value);
    const answer = inner['type'] === 'array' ? namesOf(see(inner['items'])) : [];
    if (answer.length > 0) return { answer, list: `body.${name}` };
  }
  return { answer: namesOf(schema), list: undefined };
}
