import { entitiesOf } from '../detect/event-entities.ts';
import type { Signal } from '../detect/signal.ts';
import { type EntityRef, entityKey } from '../entity/entity.ts';
import { isExternalIp } from '../entity/resolve.ts';
import type { Event } from '../event/event.ts';
import type { SeverityId } from '../event/severity.ts';
import { BoundedMap } from '../shared/bounded-map.ts';
import { idOf } from '../shared/id.ts';
import { DAY_MS } from '../shared/time.ts';
import { decayed, isValidAt } from './decay.ts';
import { lookUpEvent } from './event-values.ts';
import { weaknessOf } from './find-weakness.ts';
import type { Term } from './indicator.ts';
import { type Entry, IndicatorIndex } from './indicator-index.ts';
import type { Sighting } from './sighting.ts';
import { WarninglistBook } from './warninglist-book.ts';

/** What is in use at one moment. */
export interface Intelligence {
  readonly index: IndicatorIndex;
  readonly warninglists: WarninglistBook;
}

/** What became of everything that was found in events. */
export interface MatchCounts {
  /** Values of events that an indicator names. */
  readonly found: number;
  readonly signals: number;
  /** The same indicator at the same entity within the window. */
  readonly repeated: number;
  /** Past their time, faded, without their port or their other terms, private, or context only. */
  readonly passedOver: number;
}

/** Intelligence over events: a find is a signal, one for each indicator and entity in a window. */
export interface IntelMatcher {
  match(event: Event): readonly Signal[];
  /** The signals of an event, each with what is known of a vulnerability that it names. */
  weigh(signals: readonly Signal[], event: Event): readonly Signal[];
  /** From the next event on. */
  use(intelligence: Intelligence): void;
  counts(): MatchCounts;
}

/** No second signal of the same indicator at the same entity within this part of event time. */
const WINDOW_MS = DAY_MS;
const MAX_REMEMBERED = 100_000;
/** Below this confidence a find says nothing any more. */
const LEAST_CONFIDENCE = 10;
/** A name below a listed domain is a weaker find than the domain itself. */
const BELOW_FACTOR = 0.7;
const NONE: readonly Signal[] = [];

/** One indicator as found in one event. */
interface Found {
  readonly entry: Entry;
  readonly path: string;
  readonly confidence: number;
}

const portOf = (event: Event, path: string): number | undefined => {
  const side = path.startsWith('src_endpoint') ? event.src_endpoint : event.dst_endpoint;
  return path.includes('endpoint') ? side?.port : undefined;
};

/** An event that tells no port may be the one that is meant. */
const isPortRight = (entry: Entry, event: Event, path: string): boolean => {
  const port = entry.port === undefined ? undefined : portOf(event, path);
  return port === undefined || port === entry.port;
};

function holds(term: Term, event: Event): boolean {
  if (term.type === 'port')
    return [event.src_endpoint?.port, event.dst_endpoint?.port].includes(Number(term.value));
  const index = new IndicatorIndex();
  index.add('', { type: term.type, value: term.value, label: '', confidence: 0, role: 'context' });
  index.seal();
  let isFound = false;
  lookUpEvent(index, event, () => {
    isFound = true;
  });
  return isFound;
}

/** Addresses inside say nothing in somebody else's list. */
const isPrivate = ({ type, value }: Entry): boolean => type === 'ip' && !isExternalIp(value);

function toFound(entry: Entry, event: Event, path: string): Found | undefined {
  if (entry.role === 'context' || !isValidAt(entry, event.time) || isPrivate(entry))
    return undefined;
  if (!isPortRight(entry, event, path)) return undefined;
  if (entry.also?.some((term) => !holds(term, event))) return undefined;
  const confidence = decayed(entry, event.time) * (entry.isBelow ? BELOW_FACTOR : 1);
  return confidence < LEAST_CONFIDENCE ? undefined : { entry, path, confidence };
}

const BEHAVIOUR: Readonly<Partial<Record<Entry['type'], readonly [string, string]>>> = {
  hash: ['malware', 'execution'],
  file_name: ['malware', 'execution'],
  file_path: ['malware', 'execution'],
  process: ['malware', 'execution'],
  command_line: ['execution', 'execution'],
  registry_key: ['persistence', 'persistence'],
  email: ['phishing', 'initial-access'],
};

/** Traffic to it is being controlled, traffic from it is being probed. */
const behaviourOf = ({ entry, path }: Found): readonly [string, string] =>
  BEHAVIOUR[entry.type] ??
  (path.startsWith('src_endpoint')
    ? ['scanning', 'reconnaissance']
    : ['command_and_control', 'command-and-control']);

const severityOf = (confidence: number): SeverityId =>
  confidence >= 75 ? 4 : confidence >= 40 ? 3 : 2;

/** Whom it happened to: the machine, else who was talking to it. */
function entityOf(entities: readonly EntityRef[], found: Found): EntityRef | undefined {
  const others = entities.filter((ref) => ref.id !== found.entry.value);
  return others.find((ref) => ref.kind === 'host') ?? others[0] ?? entities[0];
}

const TYPE_WORDS: Readonly<Partial<Record<Entry['type'], string>>> = {
  ip: 'address',
  cidr: 'range',
  url: 'web address',
  hash: 'file',
  email: 'mail address',
};
const wordOf = (type: Entry['type']): string => TYPE_WORDS[type] ?? type.replaceAll('_', ' ');

const MAX_RULE_ID = 100;
const ruleIdOf = ({ type, value }: Entry): string => {
  const id = `intel:${type}:${value}`;
  return id.length <= MAX_RULE_ID ? id : `intel:${type}:${idOf('evd', [value]).slice(4)}`;
};

class Matcher implements IntelMatcher {
  #intelligence: Intelligence;
  readonly #seen = new BoundedMap<string, true>(MAX_REMEMBERED);
  #found = 0;
  #signals = 0;
  #repeated = 0;
  #passedOver = 0;

  constructor(intelligence: Intelligence) {
    this.#intelligence = intelligence;
  }

  use(intelligence: Intelligence): void {
    this.#intelligence = intelligence;
  }

  counts(): MatchCounts {
    return {
      found: this.#found,
      signals: this.#signals,
      repeated: this.#repeated,
      passedOver: this.#passedOver,
    };
  }

  match(event: Event): readonly Signal[] {
    const { index } = this.#intelligence;
    if (index.size === 0) return NONE;
    let hits: Map<string, Found[]> | undefined;
    lookUpEvent(index, event, (entries, path) => {
      for (const entry of entries) {
        this.#found += 1;
        const found = toFound(entry, event, path);
        if (found === undefined) {
          this.#passedOver += 1;
          continue;
        }
        hits ??= new Map();
        const key = `${entry.type}:${entry.value}`;
        hits.set(key, [...(hits.get(key) ?? []), found]);
      }
    });
    return hits === undefined ? NONE : this.#toSignals(event, [...hits.values()]);
  }

  weigh(signals: readonly Signal[], event: Event): readonly Signal[] {
    const { index } = this.#intelligence;
    if (index.size === 0) return signals;
    return signals.map((signal) => {
      const weakness = weaknessOf(index, signal, event);
      return weakness === undefined ? signal : { ...signal, weakness };
    });
  }

  #toSignals(event: Event, hits: readonly (readonly Found[])[]): readonly Signal[] {
    const entities = entitiesOf(event);
    return hits.flatMap((all) => {
      const best = all.reduce((a, b) => (b.confidence > a.confidence ? b : a));
      const entity = entityOf(entities, best);
      const window = Math.floor(event.time / WINDOW_MS);
      const id = idOf('sig', [
        'intel',
        `${best.entry.type}:${best.entry.value}`,
        entity ? entityKey(entity) : '',
        window,
      ]);
      if (this.#seen.get(id)) {
        this.#repeated += all.length;
        return [];
      }
      this.#seen.set(id, true);
      this.#signals += 1;
      return [this.#toSignal(id, event, { all, best, entities })];
    });
  }

  #toSignal(
    id: Signal['id'],
    event: Event,
    {
      all,
      best,
      entities,
    }: {
      readonly all: readonly Found[];
      readonly best: Found;
      readonly entities: readonly EntityRef[];
    },
  ): Signal {
    const { entry, path } = best;
    const intel = this.#toFinding(all, best);
    const [behaviour, tactic] = behaviourOf(best);
    const { product, service, categories } = event.provenance.logsource;
    return {
      id,
      rule: {
        id: ruleIdOf(entry),
        title: `Known bad ${wordOf(entry.type)}: ${entry.label || entry.value.slice(0, 80)}`,
        techniques: [],
        tactics: [tactic],
        falsepositives: [],
        behaviour,
      },
      severity_id: severityOf(best.confidence),
      at: event.time,
      since: event.time,
      count: 1,
      eventIds: [event.id],
      offsets: [event.provenance.offset],
      entities,
      logsource: {
        ...(product ? { product } : {}),
        ...(service ? { service } : {}),
        ...(categories[0] ? { category: categories[0] } : {}),
      },
      text: sentence(intel, path),
      matched: {
        [path]: entry.value.slice(0, 256),
        indicator: intel.value,
        feed: intel.feeds.join(', '),
      },
      intel,
    };
  }

  #toFinding(all: readonly Found[], { entry, confidence }: Found): Sighting {
    const lists = this.#intelligence.warninglists.find(entry.type, entry.value);
    return {
      type: entry.type,
      value: entry.value.slice(0, 256),
      label: entry.label,
      feeds: [...new Set(all.map((found) => found.entry.feed))],
      confidence: Math.round(confidence),
      ...(entry.tlp === undefined ? {} : { tlp: entry.tlp }),
      ...(entry.validFrom === undefined ? {} : { validFrom: entry.validFrom }),
      ...(entry.validUntil === undefined ? {} : { validUntil: entry.validUntil }),
      ...(entry.reference === undefined ? {} : { reference: entry.reference }),
      warninglists: lists.map(({ name, isIdentifier }) => ({ name, isIdentifier })),
    };
  }
}

/** Control and direction characters would let a log line paint over what stands beside it. */
const plain = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');

const sentence = ({ type, value, label, feeds, confidence }: Sighting, path: string): string =>
  plain(
    `The ${wordOf(type)} ${value} (${path}) is listed as "${label}" by ${feeds.join(', ')}, confidence ${confidence} of 100.`,
  );

/** A matcher over nothing yet, or over what is given. */
export const createIntelMatcher = (
  intelligence: Intelligence = {
    index: new IndicatorIndex().seal(),
    warninglists: new WarninglistBook([]),
  },
): IntelMatcher => new Matcher(intelligence);
