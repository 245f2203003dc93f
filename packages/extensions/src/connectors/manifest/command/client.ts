import {
  bindEncoded,
  err,
  type Json,
  type JsonObject,
  ok,
  type Problem,
  printJson,
  type Result,
} from '@cordon/core';
import { type Program, type ProgramEnd, runProgram } from '@cordon/kit';
import type { Client, Said } from '../client.ts';
import { COMMAND_WORDS, holds } from '../words.ts';
import type { CommandConfig } from './config.ts';
import type { CommandManifest, CommandRequest } from './manifest.ts';
import { SSH_FAILED, toSsh, toSshProblem } from './ssh.ts';

/** What `sysexits.h` calls a failure that another try would not mend. */
const isFinal = (status: number): boolean => status >= 64 && status <= 78 && status !== 75;
const SAID_LENGTH = 200;

/** Runs the programs of a manifest, here or by SSH. */
export const createCommandClient = (
  manifest: CommandManifest,
  config: CommandConfig,
): Client<CommandRequest> => ({
  async send(request, facts, { signal, run = runProgram }) {
    const program = toProgram(manifest, config, { request, facts });
    if (!program.ok) return program;
    const end = await run(program.value, signal);
    const broken = signal.aborted ? TIMED_OUT : toBreak(manifest, config, end);
    return broken ? err(broken) : judge(manifest, request, end);
  },
});

function toProgram(
  manifest: CommandManifest,
  config: CommandConfig,
  { request, facts }: { readonly request: CommandRequest; readonly facts: JsonObject },
): Result<Program> {
  const words: string[] = [];
  for (const template of request.run) {
    const word = toWord(template, facts);
    if (!word.ok) return word;
    words.push(word.value);
  }
  const { ssh } = config;
  if (ssh === undefined) return ok({ file: words[0] ?? '', args: words.slice(1) });
  const host = manifest.host === undefined ? ok(ssh.host ?? '') : toWord(manifest.host, facts);
  return host.ok ? ok(toSsh(words, { ssh, host: host.value, form: manifest.words })) : host;
}

/** One word: what fills it cannot become an option, and holds nothing that ends a line. */
function toWord(template: string, facts: JsonObject): Result<string> {
  const word = bindEncoded(template, facts, { words: COMMAND_WORDS, encode: printJson });
  if (!word.ok) return word;
  const isOption = word.value.startsWith('-') && !template.startsWith('-');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  if (!isOption && word.value !== '' && !/[\x00-\x1f\x7f]/.test(word.value)) return word;
  const detail = `${JSON.stringify(word.value)} cannot be a word of a command.`;
  return err({ code: 'bad_params', detail, retryable: false });
}

const TIMED_OUT: Problem = {
  code: 'action_timed_out',
  detail: 'The program did not end in time.',
  retryable: true,
};

/** The program was not run, or did not come to its own end. */
function toBreak(
  { title }: CommandManifest,
  { ssh }: CommandConfig,
  { failure, stderr }: ProgramEnd,
): Problem | undefined {
  if (failure === undefined) return undefined;
  const { code, message } = failure;
  if (code === 'ENOENT' || code === 'EACCES')
    return {
      code: 'target_unreachable',
      detail: `${title}: the program cannot be started (${code}).`,
      retryable: false,
    };
  if (typeof code !== 'number')
    return { code: 'action_timed_out', detail: `${title}: ${message}.`, retryable: true };
  return ssh && code === SSH_FAILED ? toSshProblem(title, stderr) : undefined;
}

function judge(
  { title }: CommandManifest,
  request: CommandRequest,
  { stdout, stderr, failure }: ProgramEnd,
): Result<Said> {
  const status = typeof failure?.code === 'number' ? failure.code : 0;
  const body: Json = { out: stdout, rows: toRows(stdout) };
  const isTaken = request.ok === undefined ? status === 0 : holds(request.ok, { status, body });
  if (isTaken) return ok({ status, body });
  const why = (stderr.trim().split('\n')[0] ?? '').slice(0, SAID_LENGTH);
  const detail = `${title} ended with ${status}${why === '' ? '' : `: ${why}`}.`;
  return err({ code: 'action_failed', detail, retryable: !isFinal(status) });
}

const toRows = (text: string): readonly (readonly string[])[] =>
  text
    .split('\n')
    .map((line) => line.split(/\s+/).filter((word) => word !== ''))
    .filter((row) => row.length > 0);
