import { type Static, Type } from 'typebox';

export const NftablesConfig = Type.Object(
  {
    namespace: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$',
        description: 'Network namespace to work in; default the one of the service.',
      }),
    ),
    priority: Type.Optional(
      Type.Integer({
        minimum: -400,
        maximum: 400,
        description: 'Priority of the drop chains; default -200.',
      }),
    ),
    nft: Type.Optional(
      Type.String({
        pattern: '^/[A-Za-z0-9/._-]+$',
        description: 'Path of the program nft; default /usr/sbin/nft.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type NftablesConfig = Static<typeof NftablesConfig>;
