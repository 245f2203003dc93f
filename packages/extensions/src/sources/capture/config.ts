import { type Static, Type } from 'typebox';

/** What the source of packet captures can be told. */
export const CaptureConfig = Type.Object(
  {
    paths: Type.Array(Type.String({ maxLength: 4_096 }), {
      minItems: 1,
      maxItems: 1_000,
      description: 'Capture files, or folders whose files are read as they are finished.',
    }),
    pollMs: Type.Integer({
      minimum: 10,
      maximum: 86_400_000,
      default: 30_000,
      description: 'A file that did not change for so long is finished and is read.',
    }),
    idleSeconds: Type.Integer({
      minimum: 1,
      maximum: 86_400,
      default: 120,
      description: 'A flow ends when it was silent for so long, in the time of its packets.',
    }),
    activeSeconds: Type.Integer({
      minimum: 1,
      maximum: 604_800,
      default: 1_800,
      description: 'A flow that lasts longer is told in parts of that length.',
    }),
  },
  { additionalProperties: false },
);
export type CaptureConfig = Static<typeof CaptureConfig>;
