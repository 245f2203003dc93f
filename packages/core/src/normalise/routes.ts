import type { CompiledParser } from './compile-parser.ts';
import type { OpenRecord } from './open-record.ts';
import type { ParserDefinition } from './parser.ts';
import { namesProgram, takesAny } from './programs.ts';

/** The parsers worth asking about a record, the likeliest first. */
export type Route = (open: OpenRecord) => readonly CompiledParser[];

/** Those that know a product first, each kind by id. */
export function sortParsers(parsers: readonly ParserDefinition[]): readonly ParserDefinition[] {
  const rank = (parser: ParserDefinition): number => (parser.isGeneric ? 1 : 0);
  return [...parsers].sort(
    (left, right) => rank(left) - rank(right) || (left.id < right.id ? -1 : 1),
  );
}

const JSON_READERS: ReadonlySet<string> = new Set(['json', 'ocsf', 'windows', 'zeek']);
/** Readers that must try their messages come after those that know their form at once. */
const TRIES: ReadonlySet<string> = new Set(['text', 'key_value', 'csv']);
const JSON_ONLY: ReadonlySet<string> = new Set(['json', 'ocsf']);

/**
 * Sorts parsers once by what a record shows at first sight: is it JSON, has it a syslog header, of
 * which program. A parser that is left out could not have taken the record.
 */
export function createRoutes(parsers: readonly CompiledParser[]): Route {
  const general = parsers.filter(({ programs }) => takesAny(programs));
  const withGeneral = (own: readonly CompiledParser[]) => {
    const all = [...own, ...general];
    const isLast = ({ definition }: CompiledParser) => definition.isGeneric;
    return [...all.filter((one) => !isLast(one)), ...all.filter(isLast)];
  };
  const routeOf = (program: string) =>
    withGeneral(parsers.filter(({ programs }) => namesProgram(programs, program)));
  const byProgram = new Map(
    parsers
      .flatMap(({ programs }) => [...programs.names])
      .map((program) => [program, routeOf(program)] as const),
  );
  const withBeginnings = parsers.filter(({ programs }) => programs.beginnings.length > 0);
  const bare = parsers.filter(({ definition }) => definition.reader !== 'syslog');
  const json = bare.filter(({ definition }) => JSON_READERS.has(definition.reader));
  const lines = bare.filter(({ definition }) => !JSON_ONLY.has(definition.reader));
  const isTrying = ({ definition }: CompiledParser) => TRIES.has(definition.reader);
  const text = [...lines.filter((one) => !isTrying(one)), ...lines.filter(isTrying)];
  const headed = general.filter(({ definition }) => definition.reader === 'syslog');
  const unnamed = [...headed, ...text];
  const unnamedJson = [...headed, ...json];
  return ({ envelope, looksLikeJson }) => {
    if (!envelope) return looksLikeJson ? json : text;
    if (envelope.program === '') return looksLikeJson ? unnamedJson : unnamed;
    const known = byProgram.get(envelope.program.toLowerCase());
    if (known) return known;
    const own = withBeginnings.filter(({ programs }) => namesProgram(programs, envelope.program));
    return own.length === 0 ? general : withGeneral(own);
  };
}
