import type { SourceContext } from '@cordon/kit';
import { keepSession, rest, SourceTrouble } from '../session.ts';
import { type Bucket, openBucket } from './client.ts';
import type { S3Config } from './config.ts';
import type { ListedObject } from './listing.ts';
import { type ObjectRecords, readObject } from './object.ts';
import {
  doneOf,
  isRead,
  type Position,
  parsePositions,
  START,
  settle,
  withRead,
} from './position.ts';

type Context = SourceContext<S3Config>;

const BATCH = 1_000;
const HOUR_MS = 3_600_000;

/** Looks for new objects again and again; after a failure the next look goes on where this one stopped. */
export function pollBucket(context: Context): Promise<void> {
  const { config, signal, ready, memory } = context;
  return keepSession({
    context,
    what: `The bucket ${config.bucket}`,
    open: async (worked) => {
      const bucket = openBucket(config, signal);
      try {
        const positions = parsePositions(await memory.load());
        const reader = new BucketReader(context, bucket, positions);
        ready(`${config.endpoint}/${config.bucket}`);
        while (!signal.aborted) {
          for (const prefix of config.prefixes) await reader.look(prefix);
          worked();
          await rest(config.pollSeconds * 1_000, signal);
        }
      } finally {
        await bucket.close();
      }
    },
  });
}

class BucketReader {
  private readonly context: Context;
  private readonly bucket: Bucket;
  private readonly positions: Map<string, Position>;

  constructor(context: Context, bucket: Bucket, positions: Map<string, Position>) {
    this.context = context;
    this.bucket = bucket;
    this.positions = positions;
  }

  /** Lists one prefix from its floor on and reads what is new. */
  async look(prefix: string): Promise<void> {
    const { config, now, signal } = this.context;
    const listed: ListedObject[] = [];
    let token: string | undefined;
    do {
      const after = this.positionOf(prefix).floor;
      const page = await this.bucket.list({
        prefix,
        after,
        ...(token === undefined ? {} : { token }),
      });
      for (const object of page.objects) {
        if (signal.aborted) return;
        listed.push(object);
        if (!isRead(this.positionOf(prefix), object)) await this.read(prefix, object);
      }
      token = page.next;
    } while (token !== undefined);
    if (listed.length === 0) return;
    const before = now() - config.settleHours * HOUR_MS;
    const settled = settle(this.positionOf(prefix), listed, before);
    if (settled.floor !== this.positionOf(prefix).floor) await this.save(prefix, settled);
  }

  private positionOf(prefix: string): Position {
    return this.positions.get(prefix) ?? START;
  }

  private async save(prefix: string, position: Position): Promise<void> {
    this.positions.set(prefix, position);
    await this.context.memory.save(Object.fromEntries(this.positions));
  }

  private async read(prefix: string, object: ListedObject): Promise<void> {
    const { sink, now, signal, config } = this.context;
    const content = await this.fetch(object);
    const peer = `s3://${config.bucket}/${object.key}`;
    for (let done = doneOf(this.positionOf(prefix), object); done < content.records.length; ) {
      const part = content.records.slice(done, done + BATCH);
      const receivedAt = now();
      await sink.accept(part.map((bytes) => ({ bytes, receivedAt, peer })));
      if (signal.aborted) return;
      done += part.length;
      const { floor, seen } = this.positionOf(prefix);
      const current = { key: object.key, etag: object.etag, done };
      if (done < content.records.length) await this.save(prefix, { floor, seen, current });
    }
    this.tell(object, content);
    await this.save(prefix, withRead(this.positionOf(prefix), object));
  }

  /** An object past the limit is left out and counted; every other failure is tried again. */
  private async fetch(object: ListedObject): Promise<ObjectRecords> {
    try {
      return await readObject(await this.bucket.get(object.key));
    } catch (error) {
      if (!(error instanceof SourceTrouble) || error.problem.code !== 'record_too_large')
        throw error;
      return { records: [], tooLong: 1, damage: 'it is too large' };
    }
  }

  private tell(object: ListedObject, { tooLong, damage }: ObjectRecords): void {
    const { sink } = this.context;
    if (tooLong > 0) sink.lost('refused', 'record_too_large', tooLong);
    if (damage === undefined) return;
    sink.lost('refused', 'object_damaged', 1);
    sink.report({
      code: 'object_damaged',
      detail: `The object ${object.key} could not be read to its end: ${damage}.`,
      hint: 'What came before was taken; fetch the object by hand to see the rest.',
      retryable: false,
    });
  }
}
