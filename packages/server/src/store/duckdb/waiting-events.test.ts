import { type Event, toEpochMs } from '@cordon/core';
import { describe, expect, it } from 'vitest';
import { packEvents } from '../packed-events.ts';
import { WaitingEvents } from './waiting-events.ts';

const event = (offset: number, ip: string, message = ''): Event => ({
  id: `evt_${offset}`,
  time: toEpochMs(offset),
  class_uid: 3002,
  activity_id: 0,
  severity_id: 1,
  message,
  src_endpoint: { ip },
  observables: [],
  provenance: {
    offset,
    sourceId: 's',
    parserId: 'p',
    logsource: { categories: [] },
    fields: {},
  },
});
const from = (ip: string) => (one: Event) => one.src_endpoint?.ip === ip;
const offsets = (events: readonly Event[]) => events.map(({ provenance }) => provenance.offset);

function create(...batches: (readonly Event[])[]): WaitingEvents {
  const waiting = new WaitingEvents();
  for (const batch of batches) waiting.add(packEvents(batch));
  return waiting;
}

describe('events that wait to be written', () => {
  const ip = '192.0.2.1';
  const batches = [
    [event(0, ip), event(1, '192.0.2.10', ip)],
    [event(2, '192.0.2.11'), event(3, ip, 'ünd "mehr"\n')],
  ];

  it('are found, whether a value spares reading the others or not, read before or not', () => {
    const waiting = create(...batches);
    expect(offsets(waiting.find(from(ip), ip))).toEqual([0, 3]);
    expect(offsets(waiting.find(from(ip)))).toEqual([0, 3]);
    expect(offsets(waiting.find(from(ip), ip))).toEqual([0, 3]);
    expect(waiting.find(from('198.51.100.1'), '198.51.100.1')).toEqual([]);
  });

  it('are found while they are written and when that failed, and not once they are in a file', async () => {
    const waiting = create(...batches);
    const rows = await waiting.take();
    expect(rows.map(({ provenance }) => provenance.offset)).toEqual([0, 1, 2, 3]);
    waiting.add(packEvents([event(4, ip)]));
    expect(offsets(waiting.find(from(ip), ip))).toEqual([0, 3, 4]);
    waiting.putBack();
    expect(await waiting.take()).toHaveLength(5);
    waiting.settle();
    expect(waiting.find(() => true)).toEqual([]);
  });

  it('are one row for an offset, the last that came, with the whole event in its body', async () => {
    const last = event(7, ip, 'zweite');
    const rows = await create([event(7, '192.0.2.9')], [last]).take();
    expect(rows).toHaveLength(1);
    expect(JSON.parse(rows[0]?.line ?? '')).toMatchObject({ src_ip: ip, body: last });
  });
});
