import { type Static, Type } from 'typebox';

/** What the mailbox source can be told. */
export const ImapConfig = Type.Object(
  {
    host: Type.String(),
    port: Type.Integer({ minimum: 1, maximum: 65_535, default: 993 }),
    security: Type.Union([Type.Literal('tls'), Type.Literal('starttls'), Type.Literal('none')], {
      default: 'tls',
    }),
    caFile: Type.Optional(Type.String({ description: 'The CA of the server, PEM.' })),
    user: Type.String(),
    password: Type.Optional(Type.String()),
    accessToken: Type.Optional(Type.String({ description: 'OAuth 2, instead of the password.' })),
    mailbox: Type.String({ default: 'INBOX' }),
    after: Type.Union([Type.Literal('none'), Type.Literal('seen'), Type.Literal('move')], {
      default: 'seen',
      description: 'What is done with a mail once its record is on disk.',
    }),
    moveTo: Type.String({ default: 'Cordon', description: 'Where `move` puts it.' }),
    pollSeconds: Type.Number({
      minimum: 0.01,
      maximum: 3_600,
      default: 60,
      description: 'Looks so often even when the server announces nothing.',
    }),
  },
  { additionalProperties: false },
);
export type ImapConfig = Static<typeof ImapConfig>;

/** Of a larger mail only this much is read, and its record says so. */
export const MAX_MAIL_BYTES = 33_554_432;
