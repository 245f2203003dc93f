import { describe, expect, it } from 'vitest';
import type { Signal } from '../detect/signal.ts';
import { toEpochMs } from '../shared/time.ts';
import { isInForce, muteCauseOf, type Suppression } from './mute.ts';

const at = toEpochMs;
const signal = { entities: [{ kind: 'ip', id: '192.0.2.1', role: 'source' }] } as unknown as Signal;
const hides = (more: Partial<Suppression> = {}): Suppression => ({
  id: 'sup_1',
  owner: 'ann',
  reason: 'scanner of ours',
  createdAt: at(100),
  expiresAt: at(200),
  ...more,
});

describe('what keeps a signal from alerting', () => {
  it.each([
    { name: 'nothing', setting: { suppressions: [] }, cause: undefined },
    {
      name: 'the mode',
      setting: { mode: 'shadow' as const, suppressions: [hides()] },
      cause: 'shadow',
    },
    {
      name: 'a rule that is off',
      setting: { mode: 'off' as const, suppressions: [] },
      cause: 'off',
    },
    { name: 'a suppression of the rule', setting: { suppressions: [hides()] }, cause: 'sup_1' },
    {
      name: 'one of its entity',
      setting: {
        mode: 'on' as const,
        suppressions: [hides({ entity: { kind: 'ip', id: '192.0.2.1' } })],
      },
      cause: 'sup_1',
    },
    {
      name: 'not one of another entity',
      setting: { suppressions: [hides({ entity: { kind: 'ip', id: '192.0.2.2' } })] },
      cause: undefined,
    },
    {
      name: 'the first that holds',
      setting: { suppressions: [hides({ endedAt: at(120) }), hides({ id: 'sup_2' })] },
      cause: 'sup_2',
    },
  ])('$name', ({ setting, cause }) => {
    expect(muteCauseOf(signal, setting, at(150))).toBe(cause);
  });

  it('ends by itself, or when somebody ends it', () => {
    expect([99, 100, 199, 200].map((time) => isInForce(hides(), at(time)))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(isInForce(hides({ endedAt: at(150) }), at(150))).toBe(false);
  });
});
