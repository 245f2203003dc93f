import {
  bindEncoded,
  bindTemplate,
  err,
  type Json,
  type JsonObject,
  ok,
  printJson,
  type Result,
} from '@cordon/core';
import { REQUEST_WORDS } from '../words.ts';
import type { ChangeRequest } from './manifest.ts';

/** A request as it goes out, below the base URL. */
export interface Rendered {
  readonly method: ChangeRequest['method'];
  /** As the manifest has it, for texts. */
  readonly name: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A segment of a path: no value can leave it, neither by a slash nor by dots. */
function toSegment(value: Json): string {
  const text = printJson(value);
  if (text === '' || text === '.' || text === '..') throw new BadSegment(text);
  return encodeURIComponent(text);
}
class BadSegment extends Error {}

const LITERALS: Readonly<Record<NonNullable<ChangeRequest['literals']>, (value: Json) => string>> =
  {
    // OData 4.01, 5.1.1.6.1: a quote inside is doubled.
    odata: (value) => `'${printJson(value).replaceAll("'", "''")}'`,
    fql: (value) => `'${printJson(value).replace(/[\\']/g, '\\$&')}'`,
    quoted: (value) => `"${printJson(value).replace(/[\\"]/g, '\\$&')}"`,
  };

/** Fills a request; each value is written in the language of the place where it stands. */
export function render(request: ChangeRequest, facts: JsonObject): Result<Rendered> {
  try {
    return fill(request, facts);
  } catch (error) {
    if (!(error instanceof BadSegment)) throw error;
    const detail = `"${error.message}" cannot be the name of something.`;
    return err({ code: 'bad_params', detail, retryable: false });
  }
}

function fill(request: ChangeRequest, facts: JsonObject): Result<Rendered> {
  const words = REQUEST_WORDS;
  const path = bindEncoded(request.path, facts, { words, encode: toSegment });
  if (!path.ok) return path;
  const encode = request.literals === undefined ? printJson : LITERALS[request.literals];
  const query = toFields(request.query, facts, encode);
  if (!query.ok) return query;
  const form = toFields(request.form, facts, printJson);
  if (!form.ok) return form;
  const body = bindTemplate((request.body ?? null) as Json, facts, words);
  if (!body.ok) return body;
  return ok({
    method: request.method,
    name: `${request.method} ${request.path}`,
    path: path.value,
    query: query.value,
    ...toBody(request, { form: form.value, json: body.value }),
  });
}

/** What is sent, and what it says it is. */
function toBody(
  request: ChangeRequest,
  { form, json }: { readonly form: URLSearchParams; readonly json: Json },
): Pick<Rendered, 'body' | 'headers'> {
  const type = (name: string) => ({ 'content-type': name, ...request.headers });
  if (request.form !== undefined)
    return { body: form.toString(), headers: type('application/x-www-form-urlencoded') };
  if (request.body === undefined) return { body: '', headers: request.headers ?? {} };
  return { body: JSON.stringify(json), headers: type('application/json') };
}

function toFields(
  templates: Readonly<Record<string, string>> | undefined,
  facts: JsonObject,
  encode: (value: Json) => string,
): Result<URLSearchParams> {
  const fields = new URLSearchParams();
  for (const [name, template] of Object.entries(templates ?? {})) {
    const value = bindEncoded(template, facts, { words: REQUEST_WORDS, encode });
    if (!value.ok) return value;
    fields.set(name, value.value);
  }
  return ok(fields);
}
