/* What is sent: noise and attackers, each record with a number of its own, over HTTP push and syslog. */
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { House } from './house.ts';

const ATTACK_RECORDS = 8;
const NOISE_RECORDS = 30;
const PAUSE_MS = 20;
const REFUSED_PAUSE_MS = 200;
const ATTACK_EVERY = 10;
const PUSH_LIMIT_MS = 5_000;
/** The range for benchmarks (RFC 2544): two sixteen-bit blocks that are nobody's. */
const FIRST_ATTACKER = (198 << 24) + (18 << 16);

/** What was sent and what of it was acknowledged; a number is never sent twice. */
export interface SentBook {
  readonly sent: Set<number>;
  readonly acknowledged: Set<number>;
  /** Attackers all of whose records were acknowledged. */
  readonly attackers: Set<string>;
}

export interface Load {
  readonly book: SentBook;
  /** Sends nothing more; resolves when the last answer is in. */
  stop(): Promise<void>;
}

/** The n-th attacker; every second one has an odd last byte. */
export function toAttacker(n: number): string {
  const value = (FIRST_ATTACKER + 1 + n) >>> 0;
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}

/** The number in a record that `toLine` made. */
export const readNumber = (text: string): number =>
  Number(/ sshd (\d+) /.exec(text)?.[1] ?? Number.NaN);

const toLine = (n: number, host: string, message: string): string =>
  `<86>1 ${new Date().toISOString()} ${host} sshd ${n} - - ${message}`;

interface Sender {
  readonly house: House;
  readonly token: string;
  readonly book: SentBook;
  readonly next: { record: number; attacker: number; batch: number };
}

/** Starts both senders; each goes on through every death of the product. */
export function startLoad(house: House, token: string): Load {
  const ending = new AbortController();
  const book: SentBook = { sent: new Set(), acknowledged: new Set(), attackers: new Set() };
  const sender = { house, token, book, next: { record: 0, attacker: 0, batch: 0 } };
  const work = Promise.all([
    repeat(ending.signal, () => pushBatch(sender)),
    repeat(ending.signal, () => sendSyslog(sender)),
  ]);
  return {
    book,
    async stop() {
      ending.abort();
      await work;
    },
  };
}

/** Goes on after every failure, slower while nobody answers. */
async function repeat(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    const failed = await work().then(
      () => false,
      () => true,
    );
    const waitMs = failed ? REFUSED_PAUSE_MS : PAUSE_MS;
    await pause(waitMs, undefined, { signal }).catch(() => undefined);
  }
}

function takeNumbers({ next, book }: Sender, count: number): readonly number[] {
  const numbers = Array.from({ length: count }, () => {
    next.record += 1;
    return next.record;
  });
  for (const n of numbers) book.sent.add(n);
  return numbers;
}

/** A batch of noise, and now and then the guesses of one new attacker, in one request. */
async function pushBatch(sender: Sender): Promise<void> {
  const { house, token, book, next } = sender;
  next.batch += 1;
  const noise = takeNumbers(sender, NOISE_RECORDS);
  const lines = noise.map((n) =>
    toLine(
      n,
      `host-${n % 7}`,
      `Accepted publickey for ann from 192.0.2.${n % 200} port ${n % 60_000} ssh2`,
    ),
  );
  const isAttack = next.batch % ATTACK_EVERY === 0;
  const attack = isAttack ? takeNumbers(sender, ATTACK_RECORDS) : [];
  const attacker = toAttacker(next.attacker);
  if (isAttack) next.attacker += 1;
  lines.push(
    ...attack.map((n) =>
      toLine(
        n,
        `web-${next.attacker}`,
        `Failed password for root from ${attacker} port ${n % 60_000} ssh2`,
      ),
    ),
  );
  const answer = await fetch(`${house.url}/api/v1/ingest/push`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'text/plain' },
    body: lines.join('\n'),
    signal: AbortSignal.timeout(PUSH_LIMIT_MS),
  });
  if (answer.status !== 200) return;
  for (const n of [...noise, ...attack]) book.acknowledged.add(n);
  if (isAttack) book.attackers.add(attacker);
}

/** Syslog has no acknowledgement: such records may be lost, but never twice there and never miscounted. */
async function sendSyslog(sender: Sender): Promise<void> {
  const numbers = takeNumbers(sender, NOISE_RECORDS);
  const lines = numbers.map((n) =>
    toLine(n, 'mail-1', `Accepted publickey for bob from 192.0.2.${n % 200} port 22 ssh2`),
  );
  await new Promise<void>((resolve, reject) => {
    const socket = connect(sender.house.syslogPort, '127.0.0.1', () =>
      socket.end(`${lines.join('\n')}\n`),
    );
    socket.on('close', () => resolve());
    socket.on('error', reject);
    socket.resume();
  });
}
