import { canonicalIp } from '../../entity/resolve.ts';
import type { Event } from '../../event/event.ts';
import type { EpochMs } from '../../shared/time.ts';
import { entitiesOf } from '../event-entities.ts';
import { createKeyedDetector, KeyedState } from '../keyed-state.ts';
import { hashOf, isNewTo } from '../seen-before.ts';
import { chanceOf, startWalk, step } from '../statistics/walk.ts';
import { type Clue, type DetectorRule, defineDetector } from '../stream-detector.ts';
import { chanceText, shouldTell, untold } from '../telling.ts';

/*
 * Threshold random walk (Jung, Paxson, Berger, Balakrishnan 2004): who connects to what he never
 * connected to before mostly succeeds, a scanner mostly fails. Only first contacts move the walk, so
 * a client that tries a dead server all day is no scanner; time plays no part, so a slow one is.
 */

const NETWORK_ACTIVITY = 4001;
const FAIL = 4;
const REFUSE = 5;
const REMEMBERED = 64;
/** Of first contacts this share fails: at most when nothing is wrong, at least of a scan. */
const FAILURES = { quiet: 0.2, trouble: 0.8 };

const rule: DetectorRule = {
  id: 'detector:scan',
  title: 'Port or host scan',
  techniques: ['T1046', 'T1595.001'],
  tactics: ['discovery', 'reconnaissance'],
  falsepositives: ['Inventory and vulnerability scanners', 'Peer-to-peer programs'],
  behaviour: 'scanning',
};

export const scan = defineDetector({
  name: 'scan',
  description: 'Port and host scans: first contacts that fail, by the threshold random walk.',
  parameters: {
    keys: { default: 10_000, minimum: 100, maximum: 50_000, description: 'Sources remembered.' },
    p: { default: 0.001, minimum: 1e-9, maximum: 0.05, description: 'Chance at which it is said.' },
  },
  create({ keys, p: atMost }) {
    const sources = new KeyedState({ capacity: keys, fresh });
    return createKeyedDetector({
      rule,
      states: { sources },
      observe: (event, time) => observe(sources, event, { time, atMost }),
    });
  },
});

const fresh = (time: number) => ({
  ...untold(),
  walk: startWalk(),
  since: time,
  contacts: 0,
  failures: 0,
  targets: [] as number[],
  hosts: [] as number[],
  ports: [] as number[],
});

function observe(
  sources: KeyedState<ReturnType<typeof fresh>>,
  event: Event,
  { time, atMost }: { readonly time: EpochMs; readonly atMost: number },
): readonly Clue[] {
  if (event.class_uid !== NETWORK_ACTIVITY) return [];
  const isFailure = outcomeOf(event);
  const source = event.src_endpoint?.ip;
  const target = event.dst_endpoint?.ip;
  if (isFailure === undefined || !source || !target || isMany(target)) return [];
  const state = sources.at(source, time);
  const port = event.dst_endpoint?.port ?? 0;
  if (!isNewTo(state.targets, hashOf(`${target} ${port}`), REMEMBERED)) return [];
  isNewTo(state.hosts, hashOf(target), REMEMBERED);
  isNewTo(state.ports, Number.isFinite(port) ? port : 0, REMEMBERED);
  state.contacts += 1;
  state.failures += isFailure ? 1 : 0;
  step(state.walk, isFailure, FAILURES);
  const p = chanceOf(state.walk);
  if (!isFailure || !shouldTell(state, p, { time, atMost })) return [];
  return [
    {
      key: source,
      p,
      text:
        `${canonicalIp(source) ?? 'A source'} tried ${state.contacts} targets for the first time and failed at ` +
        `${state.failures} (${atLeast(state.hosts)} addresses, ${atLeast(state.ports)} ports): ` +
        `chance ${chanceText(p)} for a source of which one in five first contacts fails.`,
      since: state.since as EpochMs,
      count: state.contacts,
      entities: entitiesOf(event),
      matched: {
        contacts: String(state.contacts),
        failures: String(state.failures),
        addresses: atLeast(state.hosts),
        ports: atLeast(state.ports),
      },
    },
  ];
}

/** Did the contact fail? Undefined where the record does not tell. */
function outcomeOf({ activity_id, status_id, traffic }: Event): boolean | undefined {
  if (status_id === 2 || activity_id === FAIL || activity_id === REFUSE) return true;
  if (status_id === 1 || (traffic?.bytes_in ?? 0) > 0) return false;
  return undefined;
}

/** Multicast and broadcast addresses never answer. */
const isMany = (ip: string): boolean => /^(?:22[4-9]|23\d|255)\.|^ff|\.255$/i.test(ip);

const atLeast = (list: readonly number[]): string =>
  list.length >= REMEMBERED ? `at least ${REMEMBERED}` : String(list.length);
