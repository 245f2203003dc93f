/*
 * The stages of the path, each alone, in this process, over the same records: what each one costs,
 * and what the machine allows (receiving only, the synced log only, `JSON.parse` only).
 */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createDecider,
  createDetectionEngine,
  createDetectorBank,
  createDetectors,
  createEnricher,
  createNormaliser,
  type Event,
  type RawRecord,
  toEpochMs,
} from '@cordon/core';
import { createFramer } from '../packages/extensions/src/sources/syslog/framing.ts';
import { type Content, loadContent } from '../packages/server/src/content/content.ts';
import { openStores, type Stores } from '../packages/server/src/store/open-stores.ts';
import { packEvents } from '../packages/server/src/store/packed-events.ts';
import { unpackRecords } from '../packages/server/src/store/packed-records.ts';
import type { NewRecord } from '../packages/server/src/store/ports.ts';
import { openSegmentLog } from '../packages/server/src/store/segments/segment-log.ts';
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
  /** On disk, once the log is sealed. */
  readonly logBytes: number;
  readonly eventBytes: number;
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

const createThinking = ({ parsers, rules }: Content) => ({
  normaliser: createNormaliser({ parsers }),
  enricher: createEnricher(),
  engine: createDetectionEngine({ rules }),
  bank: createDetectorBank({ detectors: createDetectors() }),
  decider: createDecider({ benign: [] }),
});

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
      for (let at = 0; at < count; ) {
        const packed = await stores.log.readPacked(at, BATCH);
        if (packed === undefined) break;
        for (const record of unpackRecords(packed)) records.push(record);
        at = packed.first + packed.count;
      }
    });
    const { parsed, signals } = await think(take, content, { records, stores });
    const logBytes = await sealedBytes(lines);
    const eventBytes = stores.events.size().bytes;
    return { received, parsed, signals, logBytes, eventBytes };
  } finally {
    await stores.close();
    await rm(dir, { recursive: true });
  }
}

/** What the lines take in a log whose segments are sealed. */
async function sealedBytes(lines: readonly string[]): Promise<number> {
  const dir = await mkdtemp(join(tmpdir(), 'cordon-sealed-'));
  try {
    const log = await openSegmentLog({ dir });
    for (const batch of inBatches(toNewRecords(lines))) await log.append(batch);
    await log.close();
    // Whatever is there is full now: the next append begins another segment and seals it.
    const again = await openSegmentLog({ dir, segmentBytes: 1 });
    await again.append([]);
    await again.close();
    const names = (await readdir(dir)).filter((name) => name.endsWith('.seg'));
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(dir, name))).size));
    return sizes.reduce((sum, size) => sum + size, 0);
  } finally {
    await rm(dir, { recursive: true });
  }
}

type Take = (name: string, work: () => Promise<unknown> | unknown) => Promise<void>;

async function think(
  take: Take,
  content: Content,
  { records, stores }: { readonly records: readonly RawRecord[]; readonly stores: Stores },
): Promise<Pick<Outcome, 'parsed' | 'signals'>> {
  const { normaliser, enricher, engine, bank, decider } = createThinking(content);
  let events: Event[] = [];
  await take('stage: parse', () => {
    for (const record of records) {
      const normalised = normaliser.normalise(record);
      if (normalised.kind === 'parsed') events.push(normalised.event);
    }
  });
  await take('stage: enrich', () => {
    events = events.map((event) => enricher.enrich(event));
  });
  const signals: ReturnType<typeof engine.evaluate>[number][] = [];
  await take('stage: detectors', () => {
    for (const event of events) signals.push(...bank.observe(event));
  });
  await take('stage: rules', () => {
    for (const event of events) signals.push(...engine.evaluate(event));
  });
  await take('stage: decide', () => {
    for (const event of events) decider.observe(event);
    for (const signal of signals) decider.consider(signal);
    decider.drain();
  });
  await take('stage: hand events over', () => {
    for (const some of inBatches(events)) stores.events.addPacked(packEvents(some));
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
    await stores.events.flush();
  });
  return { parsed: events.length, signals: signals.length };
}
