import type { Json, JsonObject } from '../../shared/json.ts';
import type { Problem, ProblemCode } from '../../shared/problem.ts';

/** Reads members of a JSON document and keeps every problem with its place in it. */
export class DocumentReader {
  readonly problems: Problem[] = [];
  private readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  report(path: string, detail: string, code: ProblemCode = 'cacao_bad_value'): void {
    const place = path === '' ? 'The document' : path;
    this.problems.push({
      code,
      detail: `${place}: ${detail}`,
      at: { file: this.file },
      retryable: false,
    });
  }

  object(value: Json | undefined, path: string): JsonObject {
    if (value === undefined) return {};
    if (isObject(value)) return value;
    this.report(path, 'an object is expected here.');
    return {};
  }

  text(value: Json | undefined, path: string): string | undefined {
    if (value === undefined || typeof value === 'string') return value;
    this.report(path, 'a text is expected here.');
    return undefined;
  }

  required(value: Json | undefined, path: string): string {
    const text = this.text(value, path);
    if (text === undefined && value === undefined) this.report(path, 'this member is required.');
    return text ?? '';
  }

  number(value: Json | undefined, path: string): number | undefined {
    if (value === undefined || typeof value === 'number') return value;
    this.report(path, 'a number is expected here.');
    return undefined;
  }

  list(value: Json | undefined, path: string): readonly Json[] {
    if (value === undefined) return [];
    if (Array.isArray(value)) return value;
    this.report(path, 'a list is expected here.');
    return [];
  }

  texts(value: Json | undefined, path: string): readonly string[] | undefined {
    if (value === undefined) return undefined;
    return this.list(value, path).map((one, i) => this.required(one, `${path}/${i}`));
  }
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The members that are not among the names. */
export const restOf = (of: JsonObject, names: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(of).filter(([name]) => !names.includes(name)));

/** Without the members that have no value. */
export const compact = (of: Readonly<Record<string, Json | undefined>>): JsonObject =>
  Object.fromEntries(
    Object.entries(of).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
