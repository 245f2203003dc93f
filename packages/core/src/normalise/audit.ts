import type { BoundedMap } from '../shared/bounded-map.ts';
import type { Fields } from './map-attributes.ts';

const RECORD =
  /\btype=([A-Z0-9_]{2,40}|UNKNOWN\[\d+\]) (?:msg=)?audit\((\d{9,11}(?:\.\d{1,9})?):(\d{1,20})\):? ?/g;
const PAIR = /([A-Za-z_][\w-]{0,63})=(?:"([^"]*)"|'([^']*)'|([^\s'")]*))/g;
const MAX_PAIRS = 512;
const MAX_SEGMENTS = 64;
const MAX_ARGUMENTS = 256;
/** Fields that the kernel writes in hexadecimal when they hold a blank, a quote or a control character. */
const ENCODED = /^(?:comm|exe|cwd|name|proctitle|cmd|acct|key|data|path|dir|ocomm|vm|unit)$/;
const ARGUMENT = /^a\d{1,4}(?:\[\d{1,4}\])?$/;

/**
 * A record of the Linux audit system, plain or behind a syslog header, also several of one event in
 * one line: its `type`, `serial`, `time`, and its fields with the kernel's hexadecimal undone. Of an
 * EXECVE record, `cmd_line` is all of its arguments.
 */
export function readAudit(text: string): Fields | undefined {
  const heads = [...text.matchAll(RECORD)].slice(0, MAX_SEGMENTS);
  const first = heads[0];
  if (!first || (first.index ?? 0) > 256) return undefined;
  const node = /\bnode=(\S{1,253})/.exec(text.slice(0, first.index))?.[1];
  let fields: Record<string, unknown> = {};
  heads.forEach((head, at) => {
    const start = (head.index ?? 0) + head[0].length;
    const body = text.slice(start, heads[at + 1]?.index ?? text.length);
    fields = { ...readSegment(head[1] ?? '', body), ...fields };
  });
  const [, type, time, serial] = first;
  const call = fields['arch'] === X86_64 ? CALLS[String(fields['syscall'])] : undefined;
  if (call) fields = { SYSCALL: call, ...fields };
  return { ...fields, ...(node ? { node } : {}), type, time: Number(time), serial };
}

const X86_64 = 'c000003e';
/** The calls of 64-bit PCs that rules name; the daemon itself gives only numbers. */
const CALLS: Readonly<Record<string, string>> = {
  2: 'open',
  41: 'socket',
  42: 'connect',
  43: 'accept',
  49: 'bind',
  50: 'listen',
  56: 'clone',
  57: 'fork',
  58: 'vfork',
  59: 'execve',
  62: 'kill',
  82: 'rename',
  87: 'unlink',
  90: 'chmod',
  92: 'chown',
  101: 'ptrace',
  105: 'setuid',
  106: 'setgid',
  155: 'pivot_root',
  159: 'adjtimex',
  161: 'chroot',
  164: 'settimeofday',
  165: 'mount',
  166: 'umount2',
  169: 'reboot',
  170: 'sethostname',
  175: 'init_module',
  176: 'delete_module',
  188: 'setxattr',
  227: 'clock_settime',
  257: 'openat',
  263: 'unlinkat',
  268: 'fchmodat',
  288: 'accept4',
  310: 'process_vm_readv',
  311: 'process_vm_writev',
  313: 'finit_module',
  319: 'memfd_create',
  321: 'bpf',
  322: 'execveat',
};

function readSegment(type: string, body: string): Record<string, unknown> {
  const fields: Record<string, unknown> = { ...readPairs(body, type) };
  const inner = /\bmsg='([^']*)'/.exec(body)?.[1];
  if (inner !== undefined) Object.assign(fields, readPairs(inner, type));
  const words = /^(?:op=)?PAM:? ?(\w+)/.exec(inner ?? '')?.[1];
  if (words && fields['op'] === undefined) fields['op'] = `PAM:${words}`;
  if (type === 'EXECVE') return { ...fields, cmd_line: toCommandLine(fields) };
  return fields;
}

function readPairs(text: string, type: string): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  let count = 0;
  for (const [, name = '', double, single, bare] of text.matchAll(PAIR)) {
    if (++count > MAX_PAIRS) break;
    if (name === 'msg' || Object.hasOwn(fields, name) || name === '__proto__') continue;
    const isEncoded = ENCODED.test(name) || (type === 'EXECVE' && ARGUMENT.test(name));
    fields[name] = double ?? single ?? (isEncoded ? fromHex(bare ?? '') : bare?.replace(/,$/, ''));
  }
  return fields;
}

/** Text from the kernel's hexadecimal; arguments are parted by zero bytes, which become blanks. */
function fromHex(text: string): string {
  if (!/^(?:[\dA-F]{2})+$/.test(text)) return text;
  return decode(text).replace(/\0+$/, '').replaceAll('\0', ' ');
}

/** As UTF-8, or byte by byte when it is none. */
function decode(hex: string): string {
  try {
    return decodeURIComponent(hex.replace(/../g, '%$&'));
  } catch {
    return hex.replace(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16)));
  }
}

function toCommandLine(fields: Fields): string | undefined {
  const words: unknown[] = [];
  for (let at = 0; at < MAX_ARGUMENTS && fields[`a${at}`] !== undefined; at++)
    words.push(fields[`a${at}`]);
  return words.length > 0 ? words.join(' ') : undefined;
}

/** What later records of one audit event are told of the earlier ones. */
const SHARED: readonly string[] =
  'pid ppid auid uid gid euid suid fsuid exe comm tty ses key success exit syscall arch subj AUID UID EUID GID SYSCALL ARCH cwd cmd_line'.split(
    ' ',
  );
/** So many audit events are under way at most; the oldest are forgotten first. */
export const MAX_AUDIT_EVENTS = 1_024;
/** A longer value is told to later records in part. */
const MAX_SHARED_CHARS = 4_096;

/** Audit events under way, each by the source, time and serial of its records. */
export type AuditMemory = BoundedMap<string, Fields>;

/**
 * Joins a record to the earlier ones of its audit event: what it lacks is taken from them, so that
 * every record is an event of its own that says who did it, by which process, from where. Records of
 * different events may be mixed. The memory is bounded and plain data; a record whose event was
 * forgotten is read as if it stood alone.
 */
export function joinAudit(memory: AuditMemory, sourceId: string, fields: Fields): Fields {
  const { node, time, serial } = fields as Readonly<Record<'node' | 'time' | 'serial', unknown>>;
  const key = `${sourceId}\n${String(node ?? '')}\n${String(time)}:${String(serial)}`;
  const before = memory.get(key);
  const shared: Record<string, unknown> = { ...before };
  for (const name of SHARED)
    if (fields[name] !== undefined && shared[name] === undefined)
      shared[name] = toShared(fields[name]);
  memory.set(key, shared);
  return before ? { ...before, ...fields } : fields;
}

const toShared = (value: unknown): unknown =>
  typeof value === 'string' ? value.slice(0, MAX_SHARED_CHARS) : value;
