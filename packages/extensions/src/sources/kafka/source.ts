import { defineSource } from '@cordon/kit';
import { KafkaConfig } from './config.ts';
import { consume } from './consume.ts';

/** Values of the messages of Kafka topics; offsets are committed when the records are durable here. */
export const kafka = defineSource({
  id: 'kafka',
  title: 'Apache Kafka',
  config: KafkaConfig,
  run: consume,
});
