import type { CompiledParser } from './compiled-parser.ts';
import { createKeyIndex } from './key-index.ts';
import type { OpenRecord } from './open-record.ts';
import type { ParserDefinition } from './parser.ts';
import { namesProgram, takesAny } from './programs.ts';

/** The parsers worth asking about a record, the likeliest first. */
export type Route = (open: OpenRecord) => readonly CompiledParser[];

/** Those that know a product first, those that guess last, each kind by id. */
export function sortParsers(parsers: readonly ParserDefinition[]): readonly ParserDefinition[] {
  const rank = ({ reader, isGeneric }: ParserDefinition): number =>
    reader === 'guess' ? 2 : Number(isGeneric);
  return [...parsers].sort(
    (left, right) => rank(left) - rank(right) || (left.id < right.id ? -1 : 1),
  );
}

const JSON_READERS: ReadonlySet<string> = new Set(['json', 'ocsf', 'windows', 'zeek']);
/** Readers that must try their messages come after those that know their form at once. */
const TRIES: ReadonlySet<string> = new Set(['text', 'key_value', 'csv']);
const JSON_ONLY: ReadonlySet<string> = new Set(['json', 'ocsf']);

/** Parsers in their order, and those of them that can take a JSON object. */
interface Asked {
  readonly all: readonly CompiledParser[];
  readonly ofJson: ReturnType<typeof createKeyIndex>;
}
/** The index is made for the first JSON: most programs never write any. */
function toAsked(all: readonly CompiledParser[]): Asked {
  let index: Asked['ofJson'] | undefined;
  return {
    all,
    ofJson: (json) => {
      index ??= createKeyIndex(all);
      return index(json);
    },
  };
}

/**
 * Sorts parsers once by what a record shows at first sight: is it JSON and of which names, has it a
 * syslog header, of which program. A parser that is left out could not have taken the record.
 */
export function createRoutes(parsers: readonly CompiledParser[]): Route {
  const byProgram = createProgramRoutes(parsers);
  const bare = parsers.filter(({ definition }) => definition.reader !== 'syslog');
  const json = bare.filter(({ definition }) => JSON_READERS.has(definition.reader));
  const lines = bare.filter(({ definition }) => !JSON_ONLY.has(definition.reader));
  const isTrying = ({ definition }: CompiledParser) => TRIES.has(definition.reader);
  const text = [...lines.filter((one) => !isTrying(one)), ...lines.filter(isTrying)];
  const ofBare: Asked = { all: text, ofJson: createKeyIndex(json) };
  const headed = parsers.filter(
    ({ definition, programs }) => takesAny(programs) && definition.reader === 'syslog',
  );
  const ofUnnamed: Asked = {
    all: [...headed, ...text],
    ofJson: createKeyIndex([...headed, ...json]),
  };
  const askedFor = ({ envelope }: OpenRecord): Asked => {
    if (!envelope) return ofBare;
    return envelope.program === '' ? ofUnnamed : byProgram(envelope.program.toLowerCase());
  };
  return (open) => {
    const { all, ofJson } = askedFor(open);
    return open.looksLikeJson ? ofJson(open.json()) : all;
  };
}

/** The parsers of a program, then those that take every one; what is generic comes last. */
function createProgramRoutes(parsers: readonly CompiledParser[]): (program: string) => Asked {
  const general = parsers.filter(({ programs }) => takesAny(programs));
  const withGeneral = (own: readonly CompiledParser[]) => {
    const all = [...own, ...general];
    const isLast = ({ definition }: CompiledParser) => definition.isGeneric;
    return toAsked([...all.filter((one) => !isLast(one)), ...all.filter(isLast)]);
  };
  const ofAny = toAsked(general);
  const names = new Set(parsers.flatMap(({ programs }) => [...programs.names]));
  /** Of `names`, those that were met. */
  const byName = new Map<string, Asked>();
  const withBeginnings = parsers.filter(({ programs }) => programs.beginnings.length > 0);
  /** By the ids of those whose beginning the program has. */
  const byOwn = new Map<string, Asked>();
  return (program) => {
    const known = byName.get(program);
    if (known) return known;
    const isNamed = names.has(program);
    const own = (isNamed ? parsers : withBeginnings).filter(({ programs }) =>
      namesProgram(programs, program),
    );
    if (isNamed) {
      const asked = withGeneral(own);
      byName.set(program, asked);
      return asked;
    }
    if (own.length === 0) return ofAny;
    const key = own.map(({ definition }) => definition.id).join();
    const asked = byOwn.get(key) ?? withGeneral(own);
    byOwn.set(key, asked);
    return asked;
  };
}
