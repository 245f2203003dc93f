import type { Socket } from 'node:net';
import type { Service, TalkFact } from '@cordon/core';
import { openSocket } from './connect.ts';
import { readMysql } from './greeting-mysql.ts';
import { readSsh } from './greeting-ssh.ts';

const ANSWER_MS = 4_000;
const MAX_BYTES = 16 * 1024;
const POSTGRES_PROTOCOL = 196_608;

/** How one service begins: what is sent first, if anything, and how its first words are read. */
interface Greeting {
  readonly opening?: Uint8Array;
  readonly read: (bytes: Uint8Array) => TalkFact | undefined;
}

const text = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes);
/** One line without what a terminal would obey. */
const line = (words: string): string =>
  words
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, 160);

const GREETINGS: Partial<Record<Service, Greeting>> = {
  ssh: { read: readSsh },
  smtp: { read: readSmtp },
  postgres: { opening: postgresStartup(), read: readPostgres },
  mysql: { read: readMysql },
  redis: { opening: new TextEncoder().encode('PING\r\n'), read: readRedis },
};

/** Hears what a service says first. Nobody logs in. */
export async function hearGreeting(place: {
  readonly address: string;
  readonly port: number;
  readonly service: Service;
}): Promise<TalkFact> {
  const greeting = GREETINGS[place.service];
  if (greeting === undefined) return { outcome: 'greets', text: '' };
  const socket = await openSocket(place.address, place.port);
  if (typeof socket === 'string')
    return { outcome: socket === 'reset' ? 'reset' : 'silent', text: '' };
  return hear(socket, greeting);
}

function hear(socket: Socket, { opening, read }: Greeting): Promise<TalkFact> {
  return new Promise((resolve) => {
    let heard = new Uint8Array();
    const end = (fact: TalkFact): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(fact);
    };
    const rest = (outcome: TalkFact['outcome']): TalkFact =>
      heard.length === 0
        ? { outcome, text: '' }
        : { outcome: 'other-protocol', text: line(text(heard)) };
    const timer = setTimeout(() => end(rest('silent')), ANSWER_MS);
    socket.on('data', (chunk) => {
      heard = Uint8Array.from([...heard, ...chunk].slice(0, MAX_BYTES));
      const fact =
        heard[0] === 0x15 && heard[1] === 3
          ? { outcome: 'refuses' as const, text: 'a TLS alert', reason: 'speaks-tls' as const }
          : read(heard);
      if (fact !== undefined) end({ ...fact, text: line(fact.text) });
    });
    socket.once('error', (error: NodeJS.ErrnoException) =>
      end(rest(error.code === 'ECONNRESET' ? 'reset' : 'silent')),
    );
    socket.once('end', () => end(rest('closed')));
    if (opening !== undefined) socket.write(opening);
  });
}

function readSmtp(bytes: Uint8Array): TalkFact | undefined {
  const said = text(bytes);
  if (!said.includes('\n')) return undefined;
  const code = /^(\d{3})[ -]/.exec(said)?.[1];
  if (code === undefined) return { outcome: 'other-protocol', text: said };
  if (code === '220') return { outcome: 'greets', text: said };
  return {
    outcome: 'refuses',
    text: said,
    reason: code === '554' || code === '550' ? 'not-allowed-from-here' : 'busy',
  };
}

function postgresStartup(): Uint8Array {
  const words = new TextEncoder().encode('user\0cordon\0database\0postgres\0\0');
  const bytes = new Uint8Array(8 + words.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length);
  view.setUint32(4, POSTGRES_PROTOCOL);
  bytes.set(words, 8);
  return bytes;
}

/** `R` asks for a login: well. `E` carries a SQLSTATE. */
function readPostgres(bytes: Uint8Array): TalkFact | undefined {
  const said = text(bytes);
  if (said.startsWith('R'))
    return { outcome: 'greets', text: 'it asks for a login', reason: 'needs-password' };
  if (!said.startsWith('E')) return { outcome: 'other-protocol', text: said };
  const state = /\0C([0-9A-Z]{5})\0/.exec(said)?.[1] ?? '';
  const message = /\0M([^\0]*)/.exec(said)?.[1] ?? said;
  if (state === '53300')
    return { outcome: 'refuses', text: message, reason: 'too-many-connections' };
  if (state === '57P03' || state === '57P01')
    return { outcome: 'refuses', text: message, reason: 'starting-up' };
  if (/pg_hba/.test(message))
    return { outcome: 'refuses', text: message, reason: 'not-allowed-from-here' };
  return { outcome: 'greets', text: message, reason: 'needs-password' };
}

function readRedis(bytes: Uint8Array): TalkFact | undefined {
  const said = text(bytes);
  if (!said.includes('\n')) return undefined;
  if (/^\+PONG/.test(said)) return { outcome: 'greets', text: said };
  if (/^-NOAUTH/.test(said)) return { outcome: 'greets', text: said, reason: 'needs-password' };
  if (/^-DENIED/.test(said))
    return { outcome: 'refuses', text: said, reason: 'not-allowed-from-here' };
  if (/^-ERR max number of clients/.test(said))
    return { outcome: 'refuses', text: said, reason: 'too-many-connections' };
  if (/^-LOADING/.test(said)) return { outcome: 'refuses', text: said, reason: 'starting-up' };
  return { outcome: said.startsWith('-') ? 'greets' : 'other-protocol', text: said };
}
