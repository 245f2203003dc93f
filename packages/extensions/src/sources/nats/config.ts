import { type Static, Type } from 'typebox';

/** What the NATS source can be told. */
export const NatsConfig = Type.Object(
  {
    servers: Type.Array(Type.String(), {
      minItems: 1,
      description: 'Addresses such as nats://10.0.0.5:4222; any of them is used.',
    }),
    mode: Type.Union([Type.Literal('jetstream'), Type.Literal('core')], {
      default: 'jetstream',
      description:
        'jetstream: each record is acknowledged when it is on disk here. core: the server keeps nothing, so what is sent while Cordon is away is gone.',
    }),
    stream: Type.Optional(Type.String({ description: 'JetStream: the stream to read.' })),
    consumer: Type.String({
      default: 'cordon',
      description: 'JetStream: name of the durable consumer; it is made when it is not there.',
    }),
    subjects: Type.Array(Type.String(), {
      default: [],
      description: 'JetStream: only these; none: all of the stream. Core: what to subscribe to.',
    }),
    start: Type.Union([Type.Literal('oldest'), Type.Literal('now')], {
      default: 'oldest',
      description: 'JetStream: where a consumer that is made begins.',
    }),
    user: Type.Optional(Type.String()),
    password: Type.Optional(Type.String()),
    token: Type.Optional(Type.String()),
    credsFile: Type.Optional(Type.String({ description: 'A .creds file (JWT and seed).' })),
    caFile: Type.Optional(Type.String({ description: 'TLS: the CA of the server, PEM.' })),
    certFile: Type.Optional(Type.String({ description: 'TLS: our certificate, PEM.' })),
    keyFile: Type.Optional(Type.String({ description: 'TLS: our private key, PEM.' })),
  },
  { additionalProperties: false },
);
export type NatsConfig = Static<typeof NatsConfig>;
