import { type Static, Type } from 'typebox';

/** What the syslog source can be told; the server fills in the defaults. */
export const SyslogConfig = Type.Object(
  {
    transport: Type.Union([Type.Literal('udp'), Type.Literal('tcp'), Type.Literal('tls')], {
      default: 'udp',
      description:
        'How senders reach it. UDP loses records when the machine is busy; TCP and TLS wait.',
    }),
    host: Type.String({ default: '127.0.0.1', description: 'Address to listen on.' }),
    port: Type.Integer({ minimum: 0, maximum: 65_535, default: 5514 }),
    certFile: Type.Optional(Type.String({ description: 'TLS: certificate chain, PEM.' })),
    keyFile: Type.Optional(Type.String({ description: 'TLS: private key, PEM.' })),
    clientCaFile: Type.Optional(
      Type.String({ description: 'TLS: senders must show a certificate signed by this CA, PEM.' }),
    ),
    maxConnections: Type.Integer({ minimum: 1, maximum: 100_000, default: 500 }),
    idleSeconds: Type.Integer({
      minimum: 1,
      maximum: 86_400,
      default: 3_600,
      description: 'TCP and TLS: a connection that is silent so long is closed.',
    }),
  },
  { additionalProperties: false },
);
export type SyslogConfig = Static<typeof SyslogConfig>;

/** Longest record; longer ones are left out, counted and reported. */
export const MAX_RECORD_BYTES = 1_048_576;
