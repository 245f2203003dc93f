import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { type Product, settledBooks, startProduct } from './fixtures/running-product.ts';

/* More than the machine can take at once: UDP loses and says how much, TCP makes the sender wait. */

interface Source {
  readonly id: string;
  readonly where?: string;
  readonly totals: Readonly<Record<string, number>>;
  readonly tallies: readonly { readonly outcome: string; readonly reason: string }[];
}

const sourceOf = async (product: Product, id: string): Promise<Source | undefined> => {
  const { body } = await product.call('/api/v1/sources');
  return (body['items'] as readonly Source[]).find((source) => source.id === id);
};

async function portOf(product: Product, id: string): Promise<number> {
  await expect
    .poll(async () => (await sourceOf(product, id))?.where, { timeout: 90_000 })
    .toBeDefined();
  return Number(/:(\d+)$/.exec((await sourceOf(product, id))?.where ?? '')?.[1]);
}

it('counts what the kernel dropped of a UDP flood, to the last datagram', async () => {
  const config = 'sources: [{ id: lan, kind: syslog, transport: udp, port: 0 }]\n';
  await using product = await startProduct({ config });
  const port = await portOf(product, 'lan');
  const socket = createSocket('udp4');
  const send = promisify((bytes: Buffer, done: (error: Error | null) => void) =>
    socket.send(bytes, port, '127.0.0.1', done),
  );
  const datagram = Buffer.from(`<13>1 - h app 1 - - flood ${'x'.repeat(4_000)}`);
  const sent = 12_000;
  // All in one turn: nobody reads meanwhile, so that the receive buffer must overflow.
  await Promise.all(Array.from({ length: sent }, () => send(datagram)));
  socket.close();
  const ended = async () => {
    const totals = (await sourceOf(product, 'lan'))?.totals ?? {};
    return Object.values(totals).reduce((sum, count) => sum + count, 0);
  };
  await expect.poll(ended, { timeout: 90_000, interval: 100 }).toBe(sent);
  const source = await sourceOf(product, 'lan');
  const dropped = source?.totals['dropped_udp'] ?? 0;
  expect(dropped).toBeGreaterThan(0);
  expect(source?.tallies).toContainEqual({
    outcome: 'dropped_udp',
    reason: 'the receive buffer of the kernel was full',
    count: dropped,
  });
  const refused = source?.totals['refused'] ?? 0;
  const books = await settledBooks(product, sent - dropped - refused);
  expect(books.received).toBe(sent);
});

it('makes a TCP sender wait and loses nothing of it', async () => {
  const config = 'sources: [{ id: lan, kind: syslog, transport: tcp, port: 0 }]\n';
  await using product = await startProduct({ config });
  const port = await portOf(product, 'lan');
  const frame = Buffer.from(`<13>1 - h app 1 - - steady ${'x'.repeat(900)}\n`);
  const chunk = Buffer.concat(Array.from({ length: 1_000 }, () => frame));
  const senders = Array.from({ length: 4 }, async () => {
    const socket = connect(port, '127.0.0.1');
    let waits = 0;
    for (let n = 0; n < 8; n += 1) {
      if (socket.write(chunk)) continue;
      waits += 1;
      await once(socket, 'drain');
    }
    socket.end();
    await once(socket, 'close');
    return waits;
  });
  const waits = await Promise.all(senders);
  expect(Math.max(...waits)).toBeGreaterThan(0);
  const books = await settledBooks(product, 32_000);
  expect([books.refused, books.dropped_udp]).toEqual([0, 0]);
});
