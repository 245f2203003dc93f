import { type Problem, toTrapRecord } from '@cordon/core';
import { defineSource, type SourceContext } from '@cordon/kit';
import { createNotificationReader } from '../../snmp/read-notification.ts';
import { receiveDatagrams } from '../datagrams.ts';
import { createReporter } from '../reporter.ts';
import { SnmpTrapConfig } from './config.ts';

/** Traps and informs of SNMPv1, v2c and v3 over UDP: each becomes a record. */
export const snmpTrap = defineSource({
  id: 'snmp-trap',
  title: 'SNMP traps',
  config: SnmpTrapConfig,
  run: runSnmpTrap,
});

async function runSnmpTrap(context: SourceContext<SnmpTrapConfig>): Promise<void> {
  const { config, sink, now } = context;
  const report = createReporter(sink, now);
  const onDatagram = createNotificationReader(config, (notification, peer) => {
    if (notification.kind === 'trap') {
      const bytes = Buffer.from(JSON.stringify(toTrapRecord(notification.trap)));
      sink.offer([{ bytes, receivedAt: now(), peer }]);
      return;
    }
    const problem = PROBLEMS[notification.kind](peer);
    sink.lost('refused', problem.code, 1);
    report(problem);
  });
  await receiveDatagrams({ context, onDatagram });
}

const PROBLEMS: Readonly<Record<'refused' | 'unreadable', (peer: string) => Problem>> = {
  refused: (peer) => ({
    code: 'trap_refused',
    detail: `${peer} sent a notification with a community or a user that is not listened to.`,
    hint: 'Add it to `communities` or `users` of this source, or close the port to the sender.',
    retryable: false,
  }),
  unreadable: (peer) => ({
    code: 'trap_unreadable',
    detail: `What ${peer} sent is no notification of SNMP.`,
    retryable: false,
  }),
};
