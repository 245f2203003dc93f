import type { CompiledParser } from './compile-parser.ts';
import type { OpenRecord } from './open-record.ts';

/** The parsers worth asking about a record, the likeliest first. */
export type Route = (open: OpenRecord) => readonly CompiledParser[];

const JSON_READERS: ReadonlySet<string> = new Set(['json', 'ocsf', 'windows', 'zeek']);
const JSON_ONLY: ReadonlySet<string> = new Set(['json', 'ocsf']);

/**
 * Sorts parsers once by what a record shows at first sight: is it JSON, has it a syslog header, of
 * which program. A parser that is left out could not have taken the record.
 */
export function createRoutes(parsers: readonly CompiledParser[]): Route {
  const general = parsers.filter(({ programs }) => programs.size === 0);
  const byProgram = new Map<string, readonly CompiledParser[]>();
  for (const parser of parsers)
    for (const program of parser.programs)
      byProgram.set(program, [...(byProgram.get(program) ?? []), parser]);
  const withGeneral = new Map(
    [...byProgram].map(([program, own]) => [program, [...own, ...general]]),
  );
  const bare = parsers.filter(({ definition }) => definition.reader !== 'syslog');
  const json = bare.filter(({ definition }) => JSON_READERS.has(definition.reader));
  const text = bare.filter(({ definition }) => !JSON_ONLY.has(definition.reader));
  return ({ envelope, looksLikeJson }) => {
    if (envelope) return withGeneral.get(envelope.program.toLowerCase()) ?? general;
    return looksLikeJson ? json : text;
  };
}
