import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import kafkajs from 'kafkajs';
import type { KafkaConfig } from './config.ts';

const CONNECT_MS = 5_000;
const UNPACKED_BYTES = 268_435_456;

// The client brings gzip alone; Zstandard is part of the runtime.
kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = () => ({
  compress: ({ buffer }: { buffer: Buffer }) => promisify(zstdCompress)(buffer),
  decompress: (buffer: Buffer) =>
    promisify(zstdDecompress)(buffer, { maxOutputLength: UNPACKED_BYTES }),
});

const optional = async (path: string | undefined): Promise<string | undefined> =>
  path === undefined ? undefined : readFile(path, 'utf8');

async function tlsOf(config: KafkaConfig) {
  if (!config.tls) return {};
  const [ca, cert, key] = await Promise.all(
    [config.caFile, config.certFile, config.keyFile].map(optional),
  );
  const ssl = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
  return { ssl };
}

function saslOf({ sasl, user = '', password = '' }: KafkaConfig) {
  const login = { username: user, password };
  switch (sasl) {
    case undefined:
      return {};
    case 'plain':
      return { sasl: { mechanism: 'plain' as const, ...login } };
    case 'scram-sha-256':
      return { sasl: { mechanism: 'scram-sha-256' as const, ...login } };
    case 'scram-sha-512':
      return { sasl: { mechanism: 'scram-sha-512' as const, ...login } };
  }
}

/** A client that tries nothing again by itself: the session does, with the pauses of every source. */
export async function createKafka(config: KafkaConfig): Promise<kafkajs.Kafka> {
  return new kafkajs.Kafka({
    clientId: 'cordon',
    brokers: [...config.brokers],
    connectionTimeout: CONNECT_MS,
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { retries: 2, initialRetryTime: 100, maxRetryTime: 1_000 },
    ...(await tlsOf(config)),
    ...saslOf(config),
  });
}
