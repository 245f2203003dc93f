import type { Problem } from '../shared/problem.ts';
import { err, ok, type Result } from '../shared/result.ts';
import { type EpochMs, toEpochMs } from '../shared/time.ts';
import {
  type FeedContext,
  type Indicator,
  type IndicatorSink,
  type Term,
  TLP,
  type Tlp,
  toConfidence,
  toLabel,
} from './indicator.ts';
import { readStixPattern } from './stix-pattern.ts';

/** A STIX object as it came; nothing of it is believed before it is read. */
export type StixObject = Readonly<Record<string, unknown>>;

/** What a set of STIX objects holds beside its indicators. */
export interface StixSummary {
  /** Objects by type. */
  readonly objects: Readonly<Record<string, number>>;
  readonly relationships: number;
  readonly sightings: number;
  /** Ids of indicators that are revoked, or that a newer version replaces: what was kept of them goes. */
  readonly replaced: readonly string[];
}

/** TLP markings that STIX 2.0 and 2.1 fix by id. */
const FIXED_MARKINGS: Readonly<Record<string, Tlp>> = {
  'marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9': 'clear',
  'marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da': 'green',
  'marking-definition--f88d31f6-486f-44da-b317-01333bde0b82': 'amber',
  'marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed': 'red',
  'marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487': 'clear',
  'marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb': 'green',
  'marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421': 'amber',
  'marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003': 'amber+strict',
  'marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1': 'red',
};

/** An indicator type that names no threat. */
const HARMLESS = /^(benign|anomalous-activity|unknown)$/;

const isObject = (value: unknown): value is StixObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (object: StixObject, name: string): string | undefined => {
  const value = object[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};
const listOf = (object: StixObject, name: string): readonly string[] => {
  const value = object[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
};
const timeOf = (object: StixObject, name: string): EpochMs | undefined => {
  const time = Date.parse(textOf(object, name) ?? '');
  return Number.isNaN(time) ? undefined : toEpochMs(time);
};

/** The objects of a bundle or of a TAXII envelope; a single object stands for itself. */
export function readStixObjects(text: string, where: string): Result<readonly StixObject[]> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return err(broken(where, `It is not JSON: ${error instanceof Error ? error.message : ''}`));
  }
  if (!isObject(value))
    return err(broken(where, 'It is not a STIX bundle, but another JSON value'));
  const objects = value['objects'];
  if (Array.isArray(objects)) {
    const bad = objects.findIndex((item) => !isObject(item) || textOf(item, 'type') === undefined);
    if (bad >= 0) return err(broken(where, `Object ${bad + 1} of the bundle has no type`));
    return ok(objects as readonly StixObject[]);
  }
  const type = textOf(value, 'type');
  if (type === 'bundle' || (type === undefined && Object.keys(value).length === 0)) return ok([]);
  if (type === undefined || textOf(value, 'id')?.startsWith(`${type}--`) !== true)
    return err(broken(where, 'It has neither objects nor a type'));
  return ok([value]);
}

const broken = (where: string, detail: string): Problem => ({
  code: 'feed_broken',
  detail: `${detail.replace(/\.$/, '')}.`,
  hint: 'Nothing of it was taken; what the feed gave before stays in use.',
  at: { file: where },
  retryable: true,
});

/** The newest version of each object; those without an id stand for themselves. */
function newestOf(objects: readonly StixObject[]): readonly StixObject[] {
  const newest = new Map<string, StixObject>();
  for (const [at, object] of objects.entries()) {
    const id = textOf(object, 'id') ?? `#${at}`;
    const there = newest.get(id);
    const isOlder =
      there !== undefined && (timeOf(object, 'modified') ?? 0) < (timeOf(there, 'modified') ?? 0);
    if (!isOlder) newest.set(id, object);
  }
  return [...newest.values()];
}

/** What is said around the indicators: markings, and by relationships the threats they point at. */
class Surroundings {
  readonly #markings = new Map<string, Tlp>(Object.entries(FIXED_MARKINGS));
  readonly #names = new Map<string, string>();
  readonly #targets = new Map<string, string>();
  relationships = 0;
  sightings = 0;

  constructor(objects: readonly StixObject[]) {
    for (const object of objects) this.#learn(object);
  }

  #learn(object: StixObject): void {
    const id = textOf(object, 'id') ?? '';
    const type = textOf(object, 'type');
    const name = textOf(object, 'name');
    if (name !== undefined) this.#names.set(id, name);
    if (type === 'marking-definition') this.#learnMarking(id, object);
    else if (type === 'sighting') this.sightings += 1;
    else if (type === 'relationship') {
      this.relationships += 1;
      const source = textOf(object, 'source_ref') ?? '';
      const target = textOf(object, 'target_ref');
      if (target !== undefined && source.startsWith('indicator--') && !this.#targets.has(source))
        this.#targets.set(source, target);
    }
  }

  #learnMarking(id: string, object: StixObject): void {
    const definition = object['definition'];
    const inside = isObject(definition) ? textOf(definition, 'tlp') : undefined;
    const word = (inside ?? textOf(object, 'name') ?? '').toLowerCase().replace(/^tlp:\s*/, '');
    const tlp = word === 'white' ? 'clear' : TLP.find((one) => one === word);
    if (tlp !== undefined) this.#markings.set(id, tlp);
  }

  /** The strictest marking. */
  tlpOf(object: StixObject): Tlp | undefined {
    const found = listOf(object, 'object_marking_refs').flatMap(
      (id) => this.#markings.get(id) ?? [],
    );
    return found.sort((a, b) => TLP.indexOf(b) - TLP.indexOf(a))[0];
  }

  labelOf(indicator: StixObject, fallback: string): string {
    const target = this.#targets.get(textOf(indicator, 'id') ?? '');
    const threat = target === undefined ? undefined : this.#names.get(target);
    const own = textOf(indicator, 'name');
    return toLabel(threat ?? own ?? listOf(indicator, 'labels')[0] ?? fallback);
  }
}

function readIndicator(object: StixObject, { around, context, sink }: Given): void {
  const language = textOf(object, 'pattern_type') ?? 'stix';
  if (language !== 'stix') {
    sink.refuse(`pattern_type ${language.slice(0, 20)}`);
    return;
  }
  const pattern = readStixPattern(textOf(object, 'pattern') ?? '');
  if (!pattern.ok) {
    sink.refuse('pattern_syntax');
    return;
  }
  const kinds = listOf(object, 'indicator_types');
  const validFrom = timeOf(object, 'valid_from');
  const validUntil = timeOf(object, 'valid_until');
  const tlp = around.tlpOf(object);
  const reference = textOf(object, 'id');
  const base: Omit<Indicator, 'type' | 'value'> = {
    label: around.labelOf(object, context.label),
    confidence: toConfidence(object['confidence'], context.confidence),
    role: kinds.length > 0 && kinds.every((kind) => HARMLESS.test(kind)) ? 'context' : 'bad',
    ...(tlp === undefined ? {} : { tlp }),
    ...(validFrom === undefined ? {} : { validFrom }),
    ...(validUntil === undefined ? {} : { validUntil }),
    ...(reference === undefined ? {} : { reference }),
  };
  for (const { terms, reason } of pattern.alternatives) {
    if (terms === undefined) sink.refuse(reason);
    else keep(terms, base, sink);
  }
}

/** The most telling term is looked for; the others are asked of the event that holds it. */
const TELLING: readonly Term['type'][] = ['hash', 'url', 'ip', 'domain', 'email', 'registry_key'];

function keep(
  terms: readonly Term[],
  base: Omit<Indicator, 'type' | 'value'>,
  sink: IndicatorSink,
): void {
  const rank = ({ type }: Term): number =>
    type === 'port' ? 99 : TELLING.includes(type) ? TELLING.indexOf(type) : 50;
  const [first, ...also] = [...terms].sort((a, b) => rank(a) - rank(b));
  if (first === undefined || first.type === 'port') {
    sink.refuse('port_alone');
    return;
  }
  sink.keep({
    ...base,
    type: first.type,
    value: first.value,
    ...(also.length === 0 ? {} : { also }),
  });
}

interface Given {
  readonly around: Surroundings;
  readonly context: FeedContext;
  readonly sink: IndicatorSink;
}

/** Takes the indicators out of STIX objects; the rest is counted, relationships give their labels. */
export function readStix(
  objects: readonly StixObject[],
  context: FeedContext,
  sink: IndicatorSink,
): StixSummary {
  const newest = newestOf(objects);
  const around = new Surroundings(newest);
  const counts: Record<string, number> = {};
  const replaced: string[] = [];
  for (const object of newest) {
    const type = textOf(object, 'type') ?? '';
    counts[type] = (counts[type] ?? 0) + 1;
    if (type !== 'indicator') continue;
    const id = textOf(object, 'id');
    if (id !== undefined) replaced.push(id);
    if (object['revoked'] === true) sink.refuse('revoked');
    else readIndicator(object, { around, context, sink });
  }
  const { relationships, sightings } = around;
  return { objects: counts, relationships, sightings, replaced };
}
