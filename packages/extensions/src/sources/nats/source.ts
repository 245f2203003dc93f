import { defineSource } from '@cordon/kit';
import { NatsConfig } from './config.ts';
import { consume } from './consume.ts';

/** Records published on NATS: JetStream streams, acknowledged when durable here, and core subjects. */
export const nats = defineSource({
  id: 'nats',
  title: 'NATS and JetStream',
  config: NatsConfig,
  run: consume,
});
