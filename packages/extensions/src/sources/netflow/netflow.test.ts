import { createSocket } from 'node:dgram';
import { describeSource, startSource } from '@cordon/kit/source-contract';
import { describe, expect, it } from 'vitest';
import {
  ipfix,
  octets,
  set,
  template,
  v5,
} from '../../../../core/src/netflow/fixtures/flow-writer.ts';
import { netflow } from './source.ts';

const base = { host: '127.0.0.1', port: 0, exporters: [] as string[], templateMinutes: 60 };

const send = (where: string, bytes: Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.send(bytes, Number(new URL(where).port), '127.0.0.1', (error) => {
      socket.close();
      if (error) reject(error);
      else resolve();
    });
  });

/** A flow with the bytes in a field of an enterprise. */
const carry = (bytes: Uint8Array): Uint8Array =>
  ipfix([
    set(
      2,
      template(300, [
        [8, 4],
        [1, 65_535, 9],
      ]),
    ),
    set(300, [192, 0, 2, 7, ...octets([bytes.length, 1]), ...bytes]),
  ]);

describeSource(netflow, {
  config: async () => base,
  send: (where, bytes) => send(where, carry(bytes)),
  holds: (record, sent) => {
    const flow = JSON.parse(Buffer.from(record).toString('utf8')) as { enterprise_9_1?: string };
    return flow.enterprise_9_1 === Buffer.from(sent).toString('hex');
  },
});

describe('the source of flows', () => {
  it('counts what is no flow and says so', async () => {
    const source = startSource(netflow, base);
    await send(await source.where, Buffer.from('<13>syslog on the wrong port'));
    await source.sink.until(() => source.sink.problems.length > 0);
    expect(source.sink.problems[0]?.code).toBe('flow_bad_datagram');
    expect(source.sink.losses).toEqual([
      { reason: 'refused', detail: 'flow_bad_datagram', count: 1 },
    ]);
    source.abort();
    await source.done;
  });

  it('takes flows of the exporters it was told only', async () => {
    const source = startSource(netflow, { ...base, exporters: ['192.0.2.99'] });
    const flow = { src: '192.0.2.7', dst: '192.0.2.8', ports: [1, 2], protocol: 6 } as const;
    await send(await source.where, v5([flow]));
    await source.sink.until(() => source.sink.problems.length > 0);
    expect(source.sink.problems[0]?.code).toBe('flow_unknown_exporter');
    expect(source.sink.records).toEqual([]);
    source.abort();
    await source.done;
  });
});
