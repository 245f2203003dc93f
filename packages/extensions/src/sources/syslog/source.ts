import { defineSource } from '@cordon/kit';
import { SyslogConfig } from './config.ts';
import { runStream } from './stream.ts';
import { runUdp } from './udp.ts';

/**
 * Syslog as RFC 5424 and RFC 3164 senders speak it: UDP (RFC 5426), TCP (RFC 6587), TLS (RFC 5425).
 * Records are passed on verbatim; what they say is read by parsers.
 */
export const syslog = defineSource({
  id: 'syslog',
  title: 'Syslog',
  config: SyslogConfig,
  run: (context) => (context.config.transport === 'udp' ? runUdp(context) : runStream(context)),
});
