/*
 * The stages of the path, each alone, in this process, over the same records: what each one costs,
 * and what the machine allows (receiving only, the synced log only, `JSON.parse` only).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createAnalyst,
  createDecider,
  createDetectionEngine,
  createNormaliser,
  type Event,
  type RawRecord,
  toEpochMs,
} from '@cordon/core';
import { createFramer } from '../packages/extensions/src/sources/syslog/framing.ts';
import { type Content, loadContent } from '../packages/server/src/content/content.ts';
import { openStores, type Stores } from '../packages/server/src/store/open-stores.ts';
import type { NewRecord } from '../packages/server/src/store/ports.ts';
import { type Ledger, measure } from './report.ts';
import { openSocket, sendAll } from './sender.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const BATCH = 1_000;
const CHUNK_LINES = 500;
const MAX_LINE_BYTES = 1_048_576;

/** The same records in the forms that the stages take. */
export interface Load {
  readonly lines: readonly string[];
  readonly json: readonly string[];
}

/** What one pass over the stages came to; equal from pass to pass. */
export interface Outcome {
  readonly received: number;
  readonly parsed: number;
  readonly signals: number;
}

/** Lines as a sender writes them: some hundred to a chunk. */
export function toChunks(lines: readonly string[]): readonly Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < lines.length; at += CHUNK_LINES)
    chunks.push(Buffer.from(`${lines.slice(at, at + CHUNK_LINES).join('\n')}\n`));
  return chunks;
}

const inBatches = <T>(things: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(things.length / BATCH) }, (_, n) =>
    things.slice(n * BATCH, (n + 1) * BATCH),
  );

/** Receives over TCP and tells the lines apart; nothing else. */
function receiveOnly(chunks: readonly Buffer[], total: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let seen = 0;
    const server = createServer((socket) => {
      const framer = createFramer(MAX_LINE_BYTES);
      socket.on('data', (chunk) => {
        seen += framer.push(chunk).frames.length;
        if (seen < total) return;
        server.close();
        socket.destroy();
        resolve(seen);
      });
    });
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') return;
      openSocket(address.port)
        .then((socket) => sendAll(socket, chunks))
        .catch(reject);
    });
  });
}

export const loadBenchContent = (): Promise<Content> => loadContent(join(ROOT, 'content'));

function createThinking({ parsers, rules }: Content) {
  const normaliser = createNormaliser({ parsers });
  const engine = createDetectionEngine({ rules });
  const decider = createDecider({ benign: [] });
  return { normaliser, engine, decider, analyst: createAnalyst({ normaliser, engine, decider }) };
}

const toNewRecords = (lines: readonly string[]): readonly NewRecord[] =>
  lines.map((line) => ({
    sourceId: 'bench',
    receivedAt: toEpochMs(Date.now()),
    bytes: Buffer.from(line),
    peer: '127.0.0.1',
  }));

/** One pass: every stage once, in the order of the path. */
export async function passStages(
  ledger: Ledger,
  content: Content,
  { lines, json }: Load,
): Promise<Outcome> {
  const count = lines.length;
  const dir = await mkdtemp(join(tmpdir(), 'cordon-stages-'));
  const stores = await openStores(dir);
  const take = async (name: string, work: () => Promise<unknown> | unknown): Promise<void> =>
    ledger.add(name, await measure(count, work));
  try {
    let received = 0;
    await take('limit: receive only', async () => {
      received = await receiveOnly(toChunks(lines), count);
    });
    await take('limit: JSON.parse only', () => {
      for (const text of json) JSON.parse(text);
    });
    await take('limit: synced record log only', async () => {
      for (const batch of inBatches(toNewRecords(lines))) await stores.log.append(batch);
    });
    const records: RawRecord[] = [];
    await take('stage: read back', async () => {
      while (records.length < count)
        for (const record of await stores.log.read(records.length, BATCH)) records.push(record);
    });
    return { received, ...(await think(take, content, { records, stores })) };
  } finally {
    await stores.close();
    await rm(dir, { recursive: true });
  }
}

type Take = (name: string, work: () => Promise<unknown> | unknown) => Promise<void>;

async function think(
  take: Take,
  content: Content,
  { records, stores }: { readonly records: readonly RawRecord[]; readonly stores: Stores },
): Promise<Omit<Outcome, 'received'>> {
  const { normaliser, engine, decider } = createThinking(content);
  const events: Event[] = [];
  await take('stage: parse', () => {
    for (const record of records) {
      const normalised = normaliser.normalise(record);
      if (normalised.kind === 'parsed') events.push(normalised.event);
    }
  });
  const signals: ReturnType<typeof engine.evaluate>[number][] = [];
  await take('stage: detect', () => {
    for (const event of events) signals.push(...engine.evaluate(event));
  });
  await take('stage: decide', () => {
    for (const event of events) decider.observe(event);
    for (const signal of signals) decider.consider(signal);
    decider.drain();
  });
  await take('stage: commit', async () => {
    const batches = inBatches(records);
    for (const [n, batch] of batches.entries())
      await stores.state.commitBatch({
        committedOffset: (n + 1) * BATCH,
        tallies: ['nginx-access', 'sshd', 'auth'].map((reason) => ({
          sourceId: 'bench',
          outcome: 'parsed' as const,
          reason,
          count: Math.floor(batch.length / 3),
        })),
        deadLetters: [],
        signals: [],
        outcomes: [],
        alerts: [],
        incidents: [],
        runs: [],
      });
  });
  await take('stage: event store', async () => {
    stores.events.add(events);
    await stores.events.flush();
  });
  return { parsed: events.length, signals: signals.length };
}
