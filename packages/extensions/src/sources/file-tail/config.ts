import { type Static, Type } from 'typebox';

/** What the tail can be told. */
export const FileTailConfig = Type.Object(
  {
    paths: Type.Array(Type.String(), { minItems: 1, description: 'Files to follow; no patterns.' }),
    pollMs: Type.Integer({ minimum: 10, maximum: 60_000, default: 500 }),
  },
  { additionalProperties: false },
);
export type FileTailConfig = Static<typeof FileTailConfig>;

/** What the one-off reader can be told. */
export const FileConfig = Type.Object(
  { paths: Type.Array(Type.String(), { minItems: 1, description: 'Files to read once.' }) },
  { additionalProperties: false },
);
