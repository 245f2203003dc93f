import { DETECTORS, type DetectorDefinition, type DetectorParameter } from '@cordon/core';
import { Type } from 'typebox';

const Strict = { additionalProperties: false } as const;

const toNumber = ({ default: usual, ...limits }: DetectorParameter) =>
  Type.Number({ ...limits, default: usual });

const toSection = ({ description, parameters }: DetectorDefinition) =>
  Type.Object(
    {
      enabled: Type.Boolean({ default: true }),
      ...Object.fromEntries(
        Object.entries(parameters).map(([name, parameter]) => [name, toNumber(parameter)]),
      ),
    },
    { ...Strict, default: {}, description },
  );

/** Settings of every stream detector there is; each is on until it is switched off. */
export const DetectorsYml = Type.Object(
  Object.fromEntries(DETECTORS.map((definition) => [definition.name, toSection(definition)])),
  { ...Strict, default: {}, description: 'What notices the unusual; docs/detectors.md.' },
);
