import { type Static, Type } from 'typebox';

/** What the Kafka source can be told. */
export const KafkaConfig = Type.Object(
  {
    brokers: Type.Array(Type.String(), {
      minItems: 1,
      description: 'Addresses to begin with, such as 10.0.0.5:9092.',
    }),
    topics: Type.Array(Type.String(), { minItems: 1 }),
    group: Type.String({
      default: 'cordon',
      description: 'The consumer group whose offsets say how far was read.',
    }),
    start: Type.Union([Type.Literal('oldest'), Type.Literal('now')], {
      default: 'oldest',
      description: 'Where a group without offsets begins.',
    }),
    tls: Type.Boolean({ default: false }),
    caFile: Type.Optional(Type.String({ description: 'TLS: the CA of the brokers, PEM.' })),
    certFile: Type.Optional(Type.String({ description: 'TLS: our certificate, PEM.' })),
    keyFile: Type.Optional(Type.String({ description: 'TLS: our private key, PEM.' })),
    sasl: Type.Optional(
      Type.Union([
        Type.Literal('plain'),
        Type.Literal('scram-sha-256'),
        Type.Literal('scram-sha-512'),
      ]),
    ),
    user: Type.Optional(Type.String()),
    password: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);
export type KafkaConfig = Static<typeof KafkaConfig>;
