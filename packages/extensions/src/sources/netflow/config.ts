import { type Static, Type } from 'typebox';

/** What the source of flows can be told; the server fills in the defaults. */
export const NetflowConfig = Type.Object(
  {
    host: Type.String({ default: '127.0.0.1', description: 'Address to listen on.' }),
    port: Type.Integer({ minimum: 0, maximum: 65_535, default: 2055 }),
    exporters: Type.Array(Type.String({ maxLength: 64 }), {
      default: [],
      maxItems: 10_000,
      description:
        'Addresses that may send flows; none: every one. Senders of UDP can be forged, so keep the port closed to strangers too.',
    }),
    templateMinutes: Type.Integer({
      minimum: 1,
      maximum: 10_080,
      default: 60,
      description: 'A template that was not sent again for so long is forgotten.',
    }),
  },
  { additionalProperties: false },
);
export type NetflowConfig = Static<typeof NetflowConfig>;
