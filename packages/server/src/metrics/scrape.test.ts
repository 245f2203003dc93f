import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Sample, toEpochMs } from '@cordon/core';
import { afterEach, expect, test } from 'vitest';
import { createReadPage } from '../compose-scrapes.ts';
import { takePage } from './scrape.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function read(answer: { status: number; text: string }, token?: string) {
  const asked: (string | undefined)[] = [];
  const server = createServer(({ headers }, response) => {
    asked.push(headers.authorization);
    response.writeHead(answer.status).end(answer.text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const ending = new AbortController();
  closing.push(() => {
    ending.abort();
    server.close();
  });
  const samples: Sample[] = [];
  const scrape = { url: `http://127.0.0.1:${port}/metrics`, everyMs: 1_000 };
  await takePage(
    { ...scrape, ...(token === undefined ? {} : { token }) },
    {
      metrics: { take: (_, some) => void samples.push(...some) },
      read: createReadPage(ending.signal),
      now: () => toEpochMs(5),
    },
  );
  return { samples, asked, instance: `127.0.0.1:${port}` };
}

test('a page is read with the token, and each series says where it is from', async () => {
  const page = { status: 200, text: 'load 2\nfree{mountpoint="/"} 7\n' };
  const { samples, asked, instance } = await read(page, 'secret');
  expect(asked).toEqual(['Bearer secret']);
  expect(samples).toEqual([
    { name: 'up', labels: { instance }, at: 5, value: 1 },
    { name: 'load', labels: { instance }, at: 5, value: 2 },
    { name: 'free', labels: { mountpoint: '/', instance }, at: 5, value: 7 },
  ]);
});

test('a page that does not come is down, and nothing else is told', async () => {
  const { samples, instance } = await read({ status: 500, text: 'load 2\n' });
  expect(samples).toEqual([{ name: 'up', labels: { instance }, at: 5, value: 0 }]);
});
