import type { EpochMs } from '../shared/time.ts';
import { readTime } from './read-time.ts';

/** What syslog puts around a message. */
export interface Envelope {
  /** Undefined when there is none, or none that the calendar has; `timestamp` tells which. */
  readonly time: EpochMs | undefined;
  readonly timestamp: string;
  readonly host: string;
  /** The name without its path, e.g. `sshd`. */
  readonly program: string;
  readonly pid?: string;
  /** The program is only the first word behind the host: nothing marks it as one. */
  readonly isGuess?: true;
  /** The kind of message, which RFC 5424 has a place for. */
  readonly messageId?: string;
  readonly facility?: number;
  readonly level?: number;
  readonly message: string;
  /** How often the daemon says that the message came, when it wrote it once for many. */
  readonly repeats?: number;
  /** The PAM module that older systems put behind the program's name: `sshd(pam_unix)`. */
  readonly module?: string;
}

const PRI = /^<(\d{1,3})>/;
const BSD_TIME =
  /^(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}\d{1,2} (?:\d{4} )?\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?:? /;
const ISO_TIME =
  /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:Z|[+-]\d{2}:?\d{2}| UTC| GMT)? /;
/** A program, or a Cisco mnemonic, right behind the time: the host was left out. */
const HOSTLESS =
  /^(?!(?:\d{1,3}\.){3}\d{1,3}: )[^\s:[\]%]{1,128}(?:\[\d{1,10}\])?: |^(?:: )?%[A-Z]\w*-/;
/** What a verbose BSD syslogd puts before the host: `<mail.notice>`. */
const FACILITY = /^<\w{1,16}\.\w{1,16}> /;
const RFC5424 = /^1 (\S{1,64}) (\S{1,255}) (\S{1,255}) (\S{1,128}) (\S{1,64}) /;
const TAG = /^([^\s:[\]]{1,128})(?:\[([^\]\s]{0,64})\])?(:?)(?: |$)/;
/** How metalog writes the program, and what some put around it: `[sshd] `, `[sshd][7]: `. */
const BRACKETED =
  /^\[(?!(?:[A-Z]+|[Tt]race|[Dd]ebug|[Ii]nfo|[Nn]otice|[Ww]arn(?:ing)?|[Ee]rror|[Ff]atal|[Cc]ritical|[Aa]lert)\])([A-Za-z][\w./@-]{0,127})\](?:\[(\d{1,10})\])?(:?) /;

/** A line of the journal without its time: two names, the second with the number of a process. */
const UNTIMED =
  /^(?!(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL) )[A-Za-z0-9][\w.-]{0,254} [A-Za-z][\w./@-]{0,127}(?:\(pam_\w{1,32}\))?\[\d{1,10}\]: /i;
/** How RFC 5424 writes that a message has no time. */
export const NO_TIME = '-';

/** CEF and LEEF stand right behind the host and are the message themselves. */
const FORM = /^()(?=(?:CEF|LEEF):\d)/;

/**
 * Reads RFC 3164, RFC 5424, and the files that syslog daemons write (no <pri>, BSD or ISO time). A
 * message without a time has `-` as its timestamp.
 * Undefined when the text is no syslog.
 */
export function readEnvelope(
  text: string,
  receivedAt: EpochMs,
  readAt = readTime,
): Envelope | undefined {
  const pri = PRI.exec(text);
  const body = pri ? text.slice(pri[0].length) : text;
  const toTime: ToTime = (stamp) => readAt(stamp, receivedAt);
  const found = RFC5424.test(body) ? readNew(body, toTime) : readOld(body, toTime);
  const unfolded = found && unfold(found);
  if (!unfolded || !pri) return unfolded;
  const value = Number(pri[1]);
  return { ...unfolded, facility: value >> 3, level: value & 7 };
}

type ToTime = (stamp: string) => EpochMs | undefined;

const REPEATED = /^message repeated (\d{1,6}) times: \[ ?(.*)\]$/s;
const MODULE = /^([^()]+)\((pam_\w+)\)$/;
/** What Solaris puts before each message. */
const MESSAGE_ID = /^\[ID \d{1,10} [\w.]{1,32}\] /;

/** Takes off what daemons put around a message and its program. */
function unfold(found: Envelope): Envelope {
  const isPlain = !(
    /^(?:\[ID |message repeated )/.test(found.message) || found.program.endsWith(')')
  );
  if (isPlain) return found;
  const message = found.message.replace(MESSAGE_ID, '');
  const repeated = REPEATED.exec(message);
  const [, program, module] = MODULE.exec(found.program) ?? [];
  return {
    ...found,
    ...(program && module ? { program, module } : {}),
    message: repeated?.[2] ?? message,
    ...(repeated ? { repeats: Math.max(1, Number(repeated[1])) } : {}),
  };
}

function readNew(body: string, toTime: ToTime): Envelope | undefined {
  const found = RFC5424.exec(body);
  if (!found) return undefined;
  const [head, timestamp = '', host = '', program = '', pid = '-', messageId = '-'] = found;
  const time = timestamp === NO_TIME ? undefined : toTime(timestamp);
  if (time === undefined && !/^(?:-|\d{4}-\d\d-\d\dT.*)$/.test(timestamp)) return undefined;
  const tail = body.slice(head.length);
  // Some say all they have to say in structured data: then that is the message.
  const message = afterStructuredData(tail) || tail.replace(/^-? ?/, '');
  const known = { time, timestamp, host: host === '-' ? '' : host, program: baseName(program) };
  // Some leave out the two places before the message.
  if (pid.includes('=')) return { ...known, message: body.slice(body.indexOf(` ${pid} `) + 1) };
  return {
    ...known,
    ...(pid === '-' ? {} : { pid }),
    ...(messageId === '-' ? {} : { messageId }),
    message,
  };
}

/** What an element of structured data begins with; Check Point's brackets are none. */
const ELEMENT = /^\[[^\s=\]":]{1,64}(?:\]| +[^\s=\]":]{1,64}=")/;

/** Skips `-` or `[id name="value" …]…`, in which `\"` and `\]` are escapes; then a BOM. */
function afterStructuredData(text: string): string {
  let at = text.startsWith('-') ? 1 : 0;
  while (text[at] === '[' && ELEMENT.test(text.slice(at, at + 128))) at = endOfElement(text, at);
  return text.slice(at).replace(/^ ?\uFEFF?/, '');
}

function endOfElement(text: string, start: number): number {
  let isQuoted = false;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (char === '\\') at++;
    else if (char === '"') isQuoted = !isQuoted;
    else if (char === ']' && !isQuoted) return at + 1;
  }
  return text.length;
}

function readOld(body: string, toTime: ToTime): Envelope | undefined {
  const old = BSD_TIME.exec(body)?.[0];
  const stamp = old ?? ISO_TIME.exec(body)?.[0];
  if (stamp === undefined) return readUntimed(body);
  const line = body.slice(stamp.length).trimStart().replace(FACILITY, '');
  const mayBeBracketed = old !== undefined;
  const split = splitHost(line, mayBeBracketed);
  const tag = split && readTag(split.rest, mayBeBracketed);
  if (!tag) return undefined;
  // Behind `2026-03-04 08:15:22`, a word without a number is no program: it is a log of its own.
  const isBlankIso = old === undefined && stamp[10] === ' ';
  if (isBlankIso && tag.pid === undefined && /^[^%]/.test(tag.program)) return undefined;
  const time = toTime(stamp);
  return { time, timestamp: stamp.trim(), host: split.host, ...tag };
}

/** The program and what it says. */
function readTag(
  rest: string,
  mayBeBracketed: boolean,
): Pick<Envelope, 'program' | 'pid' | 'message' | 'isGuess'> | undefined {
  const bracketed = mayBeBracketed ? BRACKETED.exec(rest) : null;
  const tag = bracketed ?? FORM.exec(rest) ?? TAG.exec(rest);
  if (!tag) return undefined;
  const [head, name = '', pid, colon] = tag;
  const program = baseName(name);
  const isMarked = bracketed !== null || colon === ':' || pid !== undefined;
  // A Cisco mnemonic is part of the message.
  if (!isMarked || name.startsWith('%'))
    return { program, message: rest, ...(/^(?:%|$)/.test(name) ? {} : { isGuess: true }) };
  return { program, ...(pid ? { pid } : {}), message: rest.slice(head.length).trimStart() };
}

function readUntimed(body: string): Envelope | undefined {
  const head = UNTIMED.exec(body)?.[0];
  if (head === undefined) return undefined;
  const [host = '', tag = ''] = head.split(' ');
  const bracket = tag.lastIndexOf('[');
  return {
    time: undefined,
    timestamp: NO_TIME,
    host,
    program: baseName(tag.slice(0, bracket)),
    pid: tag.slice(bracket + 1, -2),
    message: body.slice(head.length).trimStart(),
  };
}

/** The host and what it says; some daemons leave the host out. */
function splitHost(
  line: string,
  mayBeBracketed: boolean,
): { readonly host: string; readonly rest: string } | undefined {
  if (HOSTLESS.test(line) || (mayBeBracketed && BRACKETED.test(line)))
    return { host: '', rest: line.replace(/^: /, '') };
  const gap = line.indexOf(' ');
  const host = line.slice(0, Math.max(gap, 0)).replace(/:$/, '');
  if (gap < 0 || (host !== '' && !isHost(host))) return undefined;
  const behind = line.slice(gap + 1);
  // Some gateways write their name twice.
  const own = host !== '' && behind.startsWith(`${host} `) ? behind.slice(gap + 1) : behind;
  return { host, rest: own.replace(/^(?:: (?=%)| *-- (?=\w+\[)| +)/, '') };
}

/** What stands behind the time in logs that are no syslog. */
const LEVEL = /^(?:[A-Z]|TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL|SEVERE)$/;

function isHost(text: string): boolean {
  return text.length > 0 && text.length <= 255 && /^[\w.:%-]+$/.test(text) && !LEVEL.test(text);
}

function baseName(program: string): string {
  return program.startsWith('/') ? program.slice(program.lastIndexOf('/') + 1) : program;
}
