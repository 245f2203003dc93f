import { createFlowReader, type FlowLoss, type FlowsRead, type Problem } from '@cordon/core';
import { defineSource, type ReceivedRecord, type SourceContext } from '@cordon/kit';
import { receiveDatagrams } from '../datagrams.ts';
import { createReporter } from '../reporter.ts';
import { NetflowConfig } from './config.ts';

const LOST_AS: Readonly<Record<FlowLoss, 'dropped_udp' | 'refused'>> = {
  flow_bad_datagram: 'refused',
  flow_bad_set: 'refused',
  flow_no_template: 'refused',
  flow_sequence_gap: 'dropped_udp',
};

/** NetFlow v5 and v9 (RFC 3954) and IPFIX (RFC 7011) over UDP: each flow becomes a record. */
export const netflow = defineSource({
  id: 'netflow',
  title: 'NetFlow and IPFIX',
  config: NetflowConfig,
  run: runNetflow,
});

async function runNetflow(context: SourceContext<NetflowConfig>): Promise<void> {
  const { config, sink, now } = context;
  const reader = createFlowReader({ templateMs: config.templateMinutes * 60_000 });
  const report = createReporter(sink, now);
  const allowed = new Set(config.exporters);
  let batch: ReceivedRecord[] = [];
  const flush = () => {
    if (batch.length === 0) return;
    const records = batch;
    batch = [];
    sink.offer(records);
  };
  const take = ({ flows, problems, losses }: FlowsRead, peer?: string) => {
    if (flows.length > 0 && batch.length === 0) setImmediate(flush);
    for (const flow of flows) {
      const bytes = Buffer.from(JSON.stringify(flow));
      batch.push({ bytes, receivedAt: now(), ...(peer !== undefined && { peer }) });
    }
    for (const { reason, count } of losses) sink.lost(LOST_AS[reason], reason, count);
    for (const problem of problems) report(problem);
  };
  await receiveDatagrams({
    context,
    onDatagram: (bytes, { address }) => {
      const peer = address.replace(/^::ffff:/, '');
      if (allowed.size === 0 || allowed.has(peer)) {
        take(reader.read({ bytes, peer, at: now() }), peer);
        return;
      }
      sink.lost('refused', 'flow_unknown_exporter', 1);
      report(unknownExporter(peer));
    },
    onSecond: () => take(reader.expire(now())),
  });
  flush();
}

const unknownExporter = (peer: string): Problem => ({
  code: 'flow_unknown_exporter',
  detail: `${peer} sent flows and is not one of the exporters allowed.`,
  hint: 'Add the address to `exporters` of this source, or close the port to it.',
  retryable: false,
});
