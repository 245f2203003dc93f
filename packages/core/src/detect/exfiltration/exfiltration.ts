import { isExternalIp } from '../../entity/resolve.ts';
import type { Event } from '../../event/event.ts';
import { type EpochMs, HOUR_MS } from '../../shared/time.ts';
import { entitiesOf } from '../event-entities.ts';
import { createKeyedDetector, KeyedState } from '../keyed-state.ts';
import { hashOf, isNewTo } from '../seen-before.ts';
import { madOf, medianOf } from '../statistics/spread.ts';
import { unimodalTail } from '../statistics/tail.ts';
import { type Clue, type DetectorRule, defineDetector } from '../stream-detector.ts';
import { chanceText, cut, shouldTell, untold } from '../telling.ts';

/*
 * Bytes a machine sends outside in an hour against its own hours before, by order of magnitude: the
 * median of their logarithms and the spread around it. Where most of it goes to places the machine
 * never sent to, that counts as well, by how often its hours were like that.
 */

const REMEMBERED = 96;
const LEARN_HOURS = 24;
const LEAST_RECORD_BYTES = 1_000;
/** A spread below this is not believed: two thirds up or down is nothing. */
const LEAST_SPREAD = 0.5;
const MAD_TO_DEVIATION = 1.4826;
const MOST_BYTES = 1e15;

const rule: DetectorRule = {
  id: 'detector:exfiltration',
  title: 'Far more data sent outside than ever',
  techniques: ['T1041', 'T1048', 'T1567'],
  tactics: ['exfiltration'],
  falsepositives: ['First backup or synchronisation to a cloud', 'Move of a service'],
  behaviour: 'exfiltration',
};

export const exfiltration = defineDetector({
  name: 'exfiltration',
  description: 'A machine sends far more outside in an hour than in its hours before.',
  parameters: {
    keys: { default: 5_000, minimum: 100, maximum: 20_000, description: 'Machines remembered.' },
    megabytes: {
      default: 20,
      minimum: 1,
      maximum: 1_000_000,
      description: 'Megabytes in an hour below which nothing is said.',
    },
  },
  create({ keys, megabytes }) {
    const machines = new KeyedState({ capacity: keys, fresh });
    return createKeyedDetector({
      rule,
      states: { machines },
      observe: (event, time) => observe(machines, event, { time, least: megabytes * 1e6 }),
    });
  },
});

const fresh = (time: number) => ({
  ...untold(),
  since: time,
  bytes: 0,
  freshBytes: 0,
  /** Logarithms of the bytes of hours before, of those with any. */
  hours: [] as number[],
  /** Hours of which most went to new places. */
  freshHours: 0,
  middle: 0,
  spread: 0,
  places: [] as number[],
  freshPlaces: [] as number[],
});
type Machine = ReturnType<typeof fresh>;

function observe(
  machines: KeyedState<Machine>,
  event: Event,
  { time, least }: { readonly time: EpochMs; readonly least: number },
): readonly Clue[] {
  if (event.class_uid !== 4001 && event.class_uid !== 4002) return [];
  const bytes = event.traffic?.bytes_out ?? 0;
  const source = event.src_endpoint?.ip;
  const place = event.dst_endpoint?.ip;
  if (!(bytes >= LEAST_RECORD_BYTES) || !source || !place || !isExternalIp(place)) return [];
  const machine = machines.at(source, time);
  if (time - machine.since >= HOUR_MS) closeHour(machine, time);
  add(machine, place, Math.min(bytes, MOST_BYTES));
  if (machine.bytes < least || machine.hours.length < LEARN_HOURS) return [];
  const isFresh = machine.freshBytes * 2 > machine.bytes;
  const above = (Math.log(machine.bytes) - machine.middle) / machine.spread;
  const p = chanceOf(machine, above, isFresh);
  if (!shouldTell(machine, p, { time, atMost: 0.005 })) return [];
  const usual = megabytes(Math.exp(machine.middle));
  return [
    {
      key: source,
      p,
      text:
        `${cut(source)} sent ${megabytes(machine.bytes)} MB outside within an hour, usual are ${usual} MB` +
        `${isFresh ? '; most of it to places it never sent to' : ''}: chance ${chanceText(p)} by ${machine.hours.length} hours before.`,
      since: machine.since as EpochMs,
      count: 1,
      entities: entitiesOf(event),
      matched: {
        bytes: String(Math.round(machine.bytes)),
        deviations: above.toFixed(1),
        newPlaces: String(machine.freshPlaces.length),
      },
    },
  ];
}

/** The nightly backup is no surprise: where an hour had half as much, the share of such hours is what counts. */
function chanceOf({ hours, bytes, freshHours }: Machine, above: number, isFresh: boolean): number {
  const half = Math.log(bytes / 2);
  const alike = hours.filter((hour) => hour >= half).length;
  const share = isFresh ? (freshHours + 1) / (hours.length + 1) : 1;
  return Math.max(unimodalTail(above), alike > 0 ? (alike + 1) / (hours.length + 1) : 0) * share;
}

function add(machine: Machine, place: string, bytes: number): void {
  const hash = hashOf(place);
  if (isNewTo(machine.places, hash, REMEMBERED)) isNewTo(machine.freshPlaces, hash, REMEMBERED);
  machine.bytes += bytes;
  if (machine.freshPlaces.includes(hash)) machine.freshBytes += bytes;
}

/** The hour becomes history, and the history's middle and spread are reckoned anew. */
function closeHour(machine: Machine, time: number): void {
  const { bytes, freshBytes, hours } = machine;
  hours.push(Math.log(bytes));
  if (hours.length > REMEMBERED) hours.shift();
  Object.assign(machine, {
    since: time,
    bytes: 0,
    freshBytes: 0,
    freshPlaces: [],
    freshHours: Math.min(hours.length, machine.freshHours + (freshBytes * 2 > bytes ? 1 : 0)),
    middle: medianOf(hours),
    spread: Math.max(LEAST_SPREAD, MAD_TO_DEVIATION * madOf(hours)),
  });
}

const megabytes = (bytes: number): string => String(Number((bytes / 1e6).toPrecision(3)));
