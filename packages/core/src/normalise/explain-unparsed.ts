import type { Problem } from '../shared/problem.ts';
import type { CompiledParser } from './compiled-parser.ts';
import { hasKey, readField } from './map-attributes.ts';
import type { Normalised } from './normaliser.ts';
import type { OpenRecord } from './open-record.ts';
import { namesProgram } from './programs.ts';

type Parsers = readonly CompiledParser[];

/** Says why no parser took a record and what would change that. */
export function explainUnparsed(open: OpenRecord, parsers: Parsers): Normalised {
  return { kind: 'unparsed', problem: { ...explain(open, parsers), retryable: false } };
}

function explain(open: OpenRecord, parsers: Parsers): Omit<Problem, 'retryable'> {
  if (open.looksLikeJson) return explainJson(open, parsers);
  if (open.envelope) return explainSyslog(open.envelope.program, parsers);
  if (open.body.split('\t', 9).length > 8) return explainTable(open);
  return {
    code: 'record_unknown_form',
    detail: 'The record is neither syslog nor JSON nor any other form that a parser knows.',
    hint: parsers.length
      ? `None of ${parsers.length} parsers took it. Add a parser, or check what this source sends.`
      : 'No parser is allowed for this source.',
  };
}

function explainTable(open: OpenRecord): Omit<Problem, 'retryable'> {
  const isZeek = /^(\S+\t)?\d{9,10}\.\d{1,6}\t/.test(open.body);
  return {
    code: isZeek ? 'record_no_header' : 'record_unknown_form',
    detail: isZeek
      ? 'The record looks like a row of a Zeek log, but does not fit a #fields header of this source.'
      : 'The record is a row of a table that no parser knows.',
    hint: 'Send the header lines of the log before its rows, each log from a source of its own.',
  };
}

function explainJson(open: OpenRecord, parsers: Parsers): Omit<Problem, 'retryable'> {
  const json = open.json();
  if (!json) {
    const hint = 'Send one complete JSON object per line, of at most 1 MiB.';
    return {
      code: 'record_bad_json',
      detail: 'The record begins as JSON but is no JSON object.',
      hint,
    };
  }
  if (Array.isArray(readField(json, 'Records'))) {
    const hint = 'Send each entry of "Records" as a line of its own, e.g. with jq -c .Records[].';
    return {
      code: 'record_unknown_form',
      detail: 'The record is a list of several records in one.',
      hint,
    };
  }
  const keyed = parsers.filter(({ definition }) => definition.keys.length > 0);
  const ranked = keyed.map(({ definition }) => {
    const missing = definition.keys.filter((key) => !hasKey(json, key));
    return { id: definition.id, missing, share: 1 - missing.length / definition.keys.length };
  });
  const near = ranked.sort((left, right) => right.share - left.share)[0];
  return {
    code: 'record_unknown_form',
    detail: 'No parser knows JSON of this form.',
    hint: hintNear(near, Object.keys(json)),
  };
}

function hintNear(
  near:
    | { readonly id: string; readonly missing: readonly string[]; readonly share: number }
    | undefined,
  keys: readonly string[],
): string {
  if (near && near.share === 1)
    return `The parser ${near.id} knows its form, but none of its messages fits.`;
  if (near && near.share > 0)
    return `The parser ${near.id} is nearest, but misses ${near.missing.join(', ')}.`;
  return `Its keys are ${keys.slice(0, 8).join(', ').slice(0, 200)}; no parser asks for any of them.`;
}

function explainSyslog(program: string, parsers: Parsers): Omit<Problem, 'retryable'> {
  const shown = program.slice(0, 64);
  const own = parsers.find((parser) => namesProgram(parser.programs, program));
  if (own)
    return {
      code: 'record_unknown_message',
      detail: `The parser ${own.definition.id} takes ${shown}, but none of its messages has this form.`,
      hint: `Add the message to content/parsers/${own.definition.id}/parser.yml.`,
    };
  const hint = 'Add a parser for it, or stop this source from sending it.';
  return {
    code: 'record_unknown_program',
    detail: `No parser takes the syslog program ${shown}.`,
    hint,
  };
}
