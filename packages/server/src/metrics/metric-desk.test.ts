import { MINUTE_MS, type Sample, toEpochMs } from '@cordon/core';
import { type ReceivedRecord, SinkRefused } from '@cordon/kit';
import { expect, test } from 'vitest';
import { MetricDesk } from './metric-desk.ts';

const START = 28_000_000 * MINUTE_MS;
const GB = 1e9;

/** A disk of which a gigabyte goes every minute. */
const filling = (mountpoint: string, freeGb: number): readonly Sample[] =>
  Array.from({ length: 13 }, (_, minute) => ({
    name: 'node_filesystem_avail_bytes',
    labels: { instance: 'db-1:9100', mountpoint },
    at: toEpochMs(START + minute * MINUTE_MS),
    value: (freeGb - minute) * GB,
  }));

function openDesk() {
  const told: Record<string, unknown>[] = [];
  const problems: string[] = [];
  let isFull = false;
  const desk = new MetricDesk({
    intake: {
      push: async (_: string, records: readonly ReceivedRecord[]) => {
        if (isFull) throw new SinkRefused({ code: 'queue_full', detail: 'x', retryable: true });
        for (const { bytes } of records) told.push(JSON.parse(new TextDecoder().decode(bytes)));
      },
      refused: async () => undefined,
    },
    now: () => toEpochMs(START),
    onProblem: ({ code }) => problems.push(code),
  });
  const fill = (full: boolean) => {
    isFull = full;
  };
  return { desk, told, problems, fill };
}

test('what a machine tells is one record a minute, what ends soonest first', async () => {
  const { desk, told } = openDesk();
  desk.take('edge', [...filling('/var', 90), ...filling('/', 40)]);
  await desk.tell();
  expect(told).toMatchObject([
    {
      cordon: 'series',
      kind: 'runs-out',
      asset: 'db-1',
      state: 'warn',
      series: ['node_filesystem_avail_bytes /', 'node_filesystem_avail_bytes /var'],
    },
  ]);
  expect(told[0]?.['finding']).toMatch(
    /^node_filesystem_avail_bytes \/ comes to its end in 31 min if it goes on so; .*\/var .* 81 min/,
  );
  await desk.tell();
  expect(told).toHaveLength(1);
});

test('what is refused is told the next time', async () => {
  const { desk, told, problems, fill } = openDesk();
  desk.take('edge', filling('/', 40));
  fill(true);
  await desk.tell();
  expect([told.length, problems]).toEqual([0, ['queue_full']]);
  fill(false);
  await desk.tell();
  expect(told).toHaveLength(1);
});
