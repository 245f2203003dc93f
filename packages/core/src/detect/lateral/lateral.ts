import { canonicalHost, canonicalIp, canonicalUser, isOwnAddress } from '../../entity/resolve.ts';
import type { Event } from '../../event/event.ts';
import type { EpochMs } from '../../shared/time.ts';
import { entitiesOf } from '../event-entities.ts';
import { createKeyedDetector, KeyedState } from '../keyed-state.ts';
import { newShareOf, note, noteInPool, startNovelty, startPool } from '../statistics/novelty.ts';
import { type Clue, type DetectorRule, defineDetector } from '../stream-detector.ts';
import { chanceText, cut, shouldTell, untold } from '../telling.ts';

/*
 * Log-ins as edges: account to machine, source to machine. An edge that never was is unlikely for a
 * walker that keeps to its ways and nothing for one that goes everywhere.
 */

const AUTHENTICATION = 3002;
const REMEMBERED = 128;
/** So many log-ins of anybody come before the first word. */
const LEARN = 200;

const rule: DetectorRule = {
  id: 'detector:lateral',
  title: 'Log-in on a way nobody took before',
  techniques: ['T1021', 'T1078'],
  tactics: ['lateral-movement'],
  falsepositives: ['A new colleague or machine', 'Maintenance by an administrator'],
  behaviour: 'lateral_movement',
};

export const lateral = defineDetector({
  name: 'lateral',
  description: 'Log-ins of an account, or from a source, on a machine it never came to before.',
  parameters: {
    keys: { default: 10_000, minimum: 100, maximum: 30_000, description: 'Walkers remembered.' },
    p: { default: 0.01, minimum: 1e-9, maximum: 0.1, description: 'Chance at which it is said.' },
  },
  create({ keys, p: atMost }) {
    const memory = {
      walkers: new KeyedState({ capacity: keys, fresh }),
      pools: new KeyedState({ capacity: 2, fresh: startPool }),
    };
    return createKeyedDetector({
      rule,
      states: memory,
      observe: (event, time) => observe(memory, event, { time, atMost }),
    });
  },
});

const fresh = () => ({ ...untold(), novelty: startNovelty() });

interface Memory {
  readonly walkers: KeyedState<ReturnType<typeof fresh>>;
  readonly pools: KeyedState<ReturnType<typeof startPool>>;
}
interface Walker {
  readonly kind: 'account' | 'source';
  readonly name: string;
}

function observe(
  memory: Memory,
  event: Event,
  now: { readonly time: EpochMs; readonly atMost: number },
): readonly Clue[] {
  if (event.class_uid !== AUTHENTICATION || event.status_id !== 1) return [];
  const machine = canonicalHost(
    event.device?.hostname ?? event.dst_endpoint?.hostname ?? event.dst_endpoint?.ip ?? '',
  );
  if (machine === '') return [];
  return walkersOf(event).flatMap((walker) => {
    const pool = memory.pools.at(walker.kind, now.time);
    const state = memory.walkers.at(`${walker.kind} ${walker.name}`, now.time);
    const prior = newShareOf(pool);
    const p = note(state.novelty, machine, { most: REMEMBERED, prior });
    noteInPool(pool, p !== undefined);
    if (p === undefined || pool.total < LEARN || !shouldTell(state, p, now)) return [];
    return [
      {
        key: `${walker.kind} ${walker.name} ${machine}`,
        p,
        text:
          `The ${walker.kind} ${cut(walker.name)} came to ${cut(machine)} for the first time: chance ` +
          `${chanceText(p)} after ${state.novelty.total - 1} log-ins on ${state.novelty.kinds.length - 1} machines.`,
        since: now.time,
        count: 1,
        entities: entitiesOf(event),
        matched: { [walker.kind]: walker.name, machine, logins: String(state.novelty.total - 1) },
      },
    ];
  });
}

/** Accounts of machines walk by themselves and are left out, as are local sources. */
function walkersOf({ user, src_endpoint }: Event): readonly Walker[] {
  const account = user?.name ? canonicalUser(user.name) : '';
  const source = src_endpoint?.ip ? canonicalIp(src_endpoint.ip) : undefined;
  return [
    ...(account !== '' && !account.endsWith('$')
      ? [{ kind: 'account', name: account } as const]
      : []),
    ...(source && !isOwnAddress(source) ? [{ kind: 'source', name: source } as const] : []),
  ];
}
