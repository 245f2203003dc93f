import { canonicalHost } from '../../entity/resolve.ts';
import type { Event, Process } from '../../event/event.ts';
import type { EpochMs } from '../../shared/time.ts';
import { entitiesOf } from '../event-entities.ts';
import { createKeyedDetector, KeyedState } from '../keyed-state.ts';
import { type Novelty, note, startNovelty } from '../statistics/novelty.ts';
import { type Clue, type DetectorRule, defineDetector } from '../stream-detector.ts';
import { chanceText, cut, shouldTell, untold } from '../telling.ts';

/*
 * What a group of like machines never did: a program started by a parent that never started it, or
 * from a kind of place it never stood in. The group is the role of the machine in the inventory, else
 * the product that wrote the record. A young group finds everything new and says nothing.
 */

const PROCESS_ACTIVITY = 1007;
const START = 1;
const REMEMBERED = 4_096;
const GROUPS = 32;
const LEARN = 500;

const rule: DetectorRule = {
  id: 'detector:rare-process',
  title: 'Program start that like machines never showed',
  techniques: ['T1059', 'T1204'],
  tactics: ['execution'],
  falsepositives: ['New or updated software', 'Troubleshooting by an administrator'],
  behaviour: 'execution',
};

export const rareProcess = defineDetector({
  name: 'rare-process',
  description: 'Parent and child, or place, of a program that no machine of the group ever showed.',
  parameters: {
    keys: { default: 10_000, minimum: 100, maximum: 50_000, description: 'Machines remembered.' },
    p: { default: 0.01, minimum: 1e-9, maximum: 0.1, description: 'Chance at which it is said.' },
  },
  create({ keys, p: atMost }) {
    const memory = {
      groups: new KeyedState({ capacity: GROUPS, fresh: freshGroup }),
      machines: new KeyedState({ capacity: keys, fresh: untold }),
    };
    return createKeyedDetector({
      rule,
      states: memory,
      observe: (event, time) => observe(memory, event, { time, atMost }),
    });
  },
});

const freshGroup = () => ({ pairs: startNovelty(), places: startNovelty() });

interface Memory {
  readonly groups: KeyedState<ReturnType<typeof freshGroup>>;
  readonly machines: KeyedState<ReturnType<typeof untold>>;
}

function observe(
  { groups, machines }: Memory,
  event: Event,
  now: { readonly time: EpochMs; readonly atMost: number },
): readonly Clue[] {
  if (event.class_uid !== PROCESS_ACTIVITY || event.activity_id !== START) return [];
  const child = nameOf(event.process);
  if (child === '') return [];
  const parent = nameOf(event.process?.parent_process ?? event.actor?.process);
  const place = placeOf(event.process?.file?.path ?? '');
  const name = groupOf(event);
  const group = groups.at(name, now.time);
  const found = [
    parent && look(group.pairs, `${parent} started ${child}`),
    place && look(group.places, `${child} ran from ${place}`),
  ].filter((one) => typeof one === 'object');
  const [first] = found.sort((left, right) => left.p - right.p);
  const machine = canonicalHost(event.device?.hostname ?? '');
  if (!first || !shouldTell(machines.at(machine, now.time), first.p, now)) return [];
  const { p, what, starts } = first;
  return [
    {
      key: `${machine} ${what}`,
      p,
      text: `${cut(what, 160)}, for the first time on machines of ${cut(name)}: chance ${chanceText(p)} after ${starts} starts.`,
      since: now.time,
      count: 1,
      entities: entitiesOf(event),
      matched: { parent, child, place, group: name, starts: String(starts) },
    },
  ];
}

/** Is it new to the group? Its chance by Good-Turing, where the group is old enough to say. */
function look(novelty: Novelty, what: string) {
  const p = note(novelty, what, { most: REMEMBERED, prior: 1 });
  const starts = novelty.total - 1;
  return p !== undefined && starts >= LEARN ? { p, what, starts } : undefined;
}

const nameOf = (process: Process | undefined): string =>
  (process?.name ?? process?.file?.path ?? '').split(/[\\/]/).at(-1)?.toLowerCase().slice(0, 80) ??
  '';

/** The folder, without what differs from one user or version to the next. */
function placeOf(path: string): string {
  const parts = path.toLowerCase().slice(0, 300).split(/[\\/]/).slice(0, -1);
  const people = parts.findIndex((part) => part === 'users' || part === 'home');
  return parts
    .map((part, at) => (people >= 0 && at === people + 1 ? '*' : plain(part)))
    .slice(0, 8)
    .join('/');
}

const IDENTIFIER = /^[0-9a-f{}-]{8,}$/;

const plain = (part: string): string =>
  IDENTIFIER.test(part) ? '#' : part.replace(/\d[\d.]*/g, '#');

function groupOf(event: Event): string {
  const asset = event.enrichments?.find(({ type }) => type === 'asset');
  const role = asset?.data['role'];
  return typeof role === 'string' && role !== ''
    ? role
    : (event.provenance.logsource.product ?? 'any');
}
