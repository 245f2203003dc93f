import type { FastifyInstance } from 'fastify';
import type { TObject, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { refuse } from './problem-json.ts';

const MAX_ERRORS = 20;

interface SchemaError {
  readonly instancePath: string;
  readonly message: string;
}

/**
 * Checks requests against the contract with TypeBox. Path and query carry text, so numbers are read
 * from it and a single value stands for a list of one; a body is taken as it is. Unknown members of
 * a body are refused, not dropped. Answers are written as they are: presenters choose every member,
 * and the tests hold them to the contract.
 */
export function useContractSchemas(app: FastifyInstance): void {
  app.setValidatorCompiler(({ schema, httpPart }) => {
    const checker = Compile(schema as TSchema);
    const isText = httpPart !== 'body';
    return (input: unknown) => {
      const value = isText ? fromText(schema as TObject, input) : input;
      if (checker.Check(value)) return { value };
      throw refuse(
        400,
        {
          code: 'bad_request',
          detail: `The ${httpPart ?? 'request'} does not have the shape the API asks for.`,
          retryable: false,
        },
        { errors: toErrors(checker.Errors(value)) },
      );
    };
  });
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  acceptEmptyJson(app);
}

const toErrors = (errors: readonly SchemaError[]) =>
  errors
    .slice(0, MAX_ERRORS)
    .map(({ instancePath, message }) => ({ pointer: instancePath, detail: message }));

function fromText(schema: TObject, input: unknown): unknown {
  const given = { ...(input as Record<string, unknown>) };
  for (const [name, property] of Object.entries(schema.properties)) {
    const value = given[name];
    const type = 'type' in property ? property.type : undefined;
    if (value === undefined) continue;
    if (type === 'array' && !Array.isArray(value)) given[name] = [value];
    if (type === 'integer' && typeof value === 'string' && /^-?\d{1,15}$/.test(value))
      given[name] = Number(value);
  }
  return given;
}

/** A changing request names its content type (see `refuseCrossSite`) even where it has nothing to say. */
function acceptEmptyJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text, done) => {
    if (text === '') done(null, undefined);
    else void parse(request, String(text), done);
  });
}
