import { HttpProblem } from '@cordon/contract';

type Node = Record<string, unknown>;

/** Titles in PascalCase name a schema; others are only words. */
const NAME = /^[A-Z][A-Za-z0-9]*$/;
const METHODS = ['get', 'post', 'put', 'delete'];

/**
 * Puts every schema of the contract that has a name under `components.schemas`, once, and refers to
 * it by that name, so that clients get `IncidentSummary` instead of a nameless copy at each use.
 */
export function nameSchemas(document: object): object {
  const named = new Map<string, Node>();
  const hoist = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(hoist);
    if (!isNode(value)) return value;
    const inner = Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, hoist(member)]),
    );
    const title = value['title'];
    if (typeof title !== 'string' || !NAME.test(title) || !isSchema(value)) return inner;
    named.set(title, inner);
    return { $ref: `#/components/schemas/${title}` };
  };
  const whole = hoist(withProblems(document)) as Node;
  const components = isNode(whole['components']) ? whole['components'] : {};
  const schemas = Object.fromEntries([...named].sort(([a], [b]) => a.localeCompare(b)));
  return { ...whole, components: { ...components, schemas } };
}

/** Every operation may answer with a problem. */
function withProblems(document: object): object {
  const copy = JSON.parse(JSON.stringify(document)) as Node;
  const paths = isNode(copy['paths']) ? Object.values(copy['paths']) : [];
  for (const path of paths.filter(isNode)) {
    for (const operation of METHODS.map((method) => path[method]).filter(isNode)) {
      if (!isNode(operation['responses'])) continue;
      operation['responses']['default'] = {
        description: 'A problem (RFC 9457).',
        content: {
          'application/problem+json': { schema: JSON.parse(JSON.stringify(HttpProblem)) },
        },
      };
    }
  }
  return copy;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSchema = (node: Node): boolean => 'type' in node || 'anyOf' in node;
