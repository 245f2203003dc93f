import type { ReceivedRecord, SourceContext } from '@cordon/kit';
import { receiveDatagrams } from '../datagrams.ts';
import type { SyslogConfig } from './config.ts';

const trimEnd = (bytes: Buffer): Buffer => {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0x0a || bytes[end - 1] === 0x0d)) end -= 1;
  return bytes.subarray(0, end);
};

/** One record a datagram (RFC 5426); what arrives in one turn of the event loop is offered at once. */
export async function runUdp(context: SourceContext<SyslogConfig>): Promise<void> {
  const { sink, now } = context;
  let batch: ReceivedRecord[] = [];
  const flush = () => {
    if (batch.length === 0) return;
    const records = batch;
    batch = [];
    sink.offer(records);
  };
  await receiveDatagrams({
    context,
    onDatagram: (message, from) => {
      const bytes = trimEnd(message);
      if (bytes.length === 0) return;
      if (batch.length === 0) setImmediate(flush);
      batch.push({ bytes, receivedAt: now(), peer: from.address });
    },
  });
  flush();
}
