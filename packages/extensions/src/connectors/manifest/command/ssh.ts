import type { Problem } from '@cordon/core';
import type { Program } from '@cordon/kit';
import type { CommandConfig } from './config.ts';
import type { CommandManifest } from './manifest.ts';

const SSH = '/usr/bin/ssh';
const CONNECT_S = 8;
/** The exit of ssh where it is its own and not that of the program. */
export const SSH_FAILED = 255;

/**
 * The words as one command of SSH: nothing but the key and the known hosts of the settings counts, no
 * terminal, no forwarding, no question.
 */
export function toSsh(
  words: readonly string[],
  to: {
    readonly ssh: NonNullable<CommandConfig['ssh']>;
    readonly host: string;
    readonly form: CommandManifest['words'];
  },
): Program {
  const { user, port = 22, key_file: key, known_hosts_file: known } = to.ssh;
  const options = [
    'BatchMode=yes',
    'ClearAllForwardings=yes',
    `ConnectTimeout=${CONNECT_S}`,
    'IdentitiesOnly=yes',
    'RequestTTY=no',
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${known}`,
    'GlobalKnownHostsFile=/dev/null',
  ];
  const write = to.form === 'octal' ? toOctal : toQuoted;
  return {
    file: SSH,
    args: [
      ...['-F', 'none', '-i', key, '-l', user, '-p', String(port)],
      ...options.flatMap((option) => ['-o', option]),
      ...['--', to.host, words.map(write).join(' ')],
    ],
  };
}

/** One word of a POSIX shell, whatever is in it (POSIX.1-2017, 2.2.2). */
const toQuoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** One word without blanks for `printf %b`: each byte that could mean something as `\0ooo`. */
const toOctal = (word: string): string =>
  Array.from(Buffer.from(word, 'utf8'), (byte) => {
    const text = String.fromCharCode(byte);
    return /[A-Za-z0-9._/:@,+=-]/.test(text) ? text : `\\0${byte.toString(8).padStart(3, '0')}`;
  }).join('');

/** Where ssh itself failed: whether the program can have run, and what to do. */
export function toSshProblem(title: string, stderr: string): Problem {
  const told = stderr.trim().split('\n').at(-1) ?? '';
  if (/permission denied/i.test(told))
    return {
      code: 'target_denied',
      detail: `${title}: the machine does not take the key (${told}).`,
      retryable: false,
    };
  if (/host key verification failed|no .* host key is known/i.test(stderr))
    return {
      code: 'target_denied',
      detail: `${title}: the machine is not the one in the known hosts.`,
      hint: 'Compare its key by hand, then put it into known_hosts_file.',
      retryable: false,
    };
  if (/connection refused|could not resolve|no route|unreachable|timed out/i.test(told))
    return { code: 'target_unreachable', detail: `${title}: ${told}.`, retryable: true };
  return {
    code: 'action_timed_out',
    detail: `${title}: the connection broke off in the middle of a command.`,
    retryable: true,
  };
}
