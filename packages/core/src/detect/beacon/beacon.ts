import { isExternalIp } from '../../entity/resolve.ts';
import type { Event } from '../../event/event.ts';
import type { EpochMs } from '../../shared/time.ts';
import { entitiesOf } from '../event-entities.ts';
import { createKeyedDetector, KeyedState } from '../keyed-state.ts';
import { hashOf, isNewTo } from '../seen-before.ts';
import { type Clue, type DetectorRule, defineDetector } from '../stream-detector.ts';
import { chanceText, cut, shouldTell, untold } from '../telling.ts';
import { measureOf } from './regularity.ts';

/*
 * One machine that calls one place by the clock (RITA's measures). Updaters and monitoring do so as
 * well: what many machines call is left out, and the chance is never given below `LEAST_P`.
 */

const REMEMBERED = 48;
const LEAST_CALLS = 16;
/** Calls at the same moment leave no interval. */
const LEAST_GAPS = 12;
/** Looked at with every so-manieth call; the measures need the whole sample sorted. */
const EVERY = 8;
const LEAST_SCORE = 0.75;
/** One pair in 500 is an honest program that calls by the clock. */
const LEAST_P = 0.002;
const CALLERS = 16;
/** NTP asks by the clock by design. */
const TIME_SERVICE = 123;

const rule: DetectorRule = {
  id: 'detector:beacon',
  title: 'Calls to one place by the clock',
  techniques: ['T1071', 'T1071.001', 'T1571'],
  tactics: ['command-and-control'],
  falsepositives: ['Updaters, telemetry and monitoring that few machines run'],
  behaviour: 'command_and_control',
};

export const beacon = defineDetector({
  name: 'beacon',
  description: 'Calls of one machine to one rare place outside in even intervals.',
  parameters: {
    keys: { default: 10_000, minimum: 100, maximum: 30_000, description: 'Pairs remembered.' },
    popular: {
      default: 5,
      minimum: 2,
      maximum: CALLERS,
      description: 'A place that so many machines call is left out.',
    },
  },
  create({ keys, popular }) {
    const memory = {
      pairs: new KeyedState({ capacity: keys, fresh }),
      places: new KeyedState({ capacity: keys, fresh: () => ({ callers: [] as number[] }) }),
    };
    return createKeyedDetector({
      rule,
      states: memory,
      observe: (event, time) => observe(memory, event, { time, popular }),
    });
  },
});

const fresh = () => ({ ...untold(), calls: 0, times: [] as number[], sizes: [] as number[] });

interface Memory {
  readonly pairs: KeyedState<ReturnType<typeof fresh>>;
  readonly places: KeyedState<{ callers: number[] }>;
}

function observe(
  { pairs, places }: Memory,
  event: Event,
  { time, popular }: { readonly time: EpochMs; readonly popular: number },
): readonly Clue[] {
  const place = placeOf(event);
  const caller = event.src_endpoint?.ip ?? event.device?.hostname;
  if (!place || !caller) return [];
  const { callers } = places.at(place, time);
  isNewTo(callers, hashOf(caller), CALLERS);
  const pair = pairs.at(`${caller} ${place}`, time);
  pair.calls += 1;
  remember(pair.times, time);
  remember(pair.sizes, sizeOf(event));
  if (pair.times.length < LEAST_CALLS || pair.calls % EVERY !== 0) return [];
  if (callers.length >= popular || !isOutward(event)) return [];
  const measure = measureOf(pair.times, pair.sizes);
  if (!measure || measure.gaps < LEAST_GAPS || measure.score < LEAST_SCORE) return [];
  const p = Math.max(LEAST_P, measure.p);
  if (!shouldTell(pair, p, { time, atMost: 0.01 })) return [];
  return [
    {
      key: `${caller} ${place}`,
      p,
      text:
        `${cut(caller)} calls ${cut(place)} every ${Math.round(measure.everyMs / 1_000)} s: ${measure.even} of the last ` +
        `${measure.gaps} intervals lie within a tenth of it (score ${measure.score.toFixed(2)}), chance ${chanceText(p)} for calls by people.`,
      since: (pair.times[0] ?? time) as EpochMs,
      count: pair.times.length,
      entities: entitiesOf(event),
      matched: {
        place,
        everySeconds: String(Math.round(measure.everyMs / 1_000)),
        score: measure.score.toFixed(2),
        callers: String(callers.length),
      },
    },
  ];
}

function remember(list: number[], value: number): void {
  list.push(value);
  if (list.length > REMEMBERED) list.shift();
}

/** The name where one is known, else address and port; undefined where nobody answered. */
function placeOf({ class_uid, status_id, dst_endpoint, url, query }: Event): string | undefined {
  if (class_uid === 4003) return query?.hostname?.toLowerCase();
  if (class_uid === 4002)
    return (url?.hostname ?? dst_endpoint?.hostname ?? dst_endpoint?.ip)?.toLowerCase();
  if (class_uid !== 4001 || status_id === 2 || !dst_endpoint) return undefined;
  const { hostname, ip, port } = dst_endpoint;
  if (port === TIME_SERVICE) return undefined;
  return hostname || ip ? `${hostname || ip}:${port ?? ''}` : undefined;
}

/** From inside to outside; a resolver stands inside while the name it looks up does not. */
function isOutward({ class_uid, src_endpoint, dst_endpoint }: Event): boolean {
  if (src_endpoint?.ip && isExternalIp(src_endpoint.ip)) return false;
  return class_uid === 4003 || !dst_endpoint?.ip || isExternalIp(dst_endpoint.ip);
}

function sizeOf({ traffic, http_response }: Event): number {
  const bytes = traffic?.bytes_out ?? http_response?.length ?? 0;
  return Number.isFinite(bytes) ? bytes : 0;
}
