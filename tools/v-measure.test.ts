import { expect, it } from 'vitest';
import { vMeasure } from './eval/v-measure.ts';

const items = (...pairs: readonly (readonly [cluster: string, truth: string, weight?: number])[]) =>
  pairs.map(([cluster, truth, weight = 1]) => ({ cluster, truth, weight }));

it.each([
  {
    name: 'the same grouping under other names',
    given: items(['x', 'a'], ['x', 'a'], ['y', 'b']),
    value: 1,
  },
  { name: 'everything in one', given: items(['x', 'a'], ['x', 'b']), value: 0 },
  // H(truth) = ln 2, H(cluster) = 1.5 ln 2, homogeneous; completeness 1/1.5, V = 2·(2/3)/(5/3).
  {
    name: 'one group split in two',
    given: items(['x', 'a', 2], ['y', 'b'], ['z', 'b']),
    value: 0.8,
  },
])('V-measure of $name is $value', ({ given, value }) => {
  expect(vMeasure(given)).toBeCloseTo(value, 10);
});
