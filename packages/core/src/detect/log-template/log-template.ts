import type { Event } from '../../event/event.ts';
import { BoundedMap } from '../../shared/bounded-map.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import { HOUR_MS, MINUTE_MS, toEpochMs } from '../../shared/time.ts';
import { entitiesOf } from '../event-entities.ts';
import { type Clue, defineDetector, type StreamDetector } from '../stream-detector.ts';
import { addHost, type Mined, type Template, TemplateMiner } from './template-miner.ts';

const MAX_SCOPES = 200;
const MAX_SHOWN = 200;
const SLOT_MS = 5 * MINUTE_MS;
/** A count by chance: means and variances of the last so many slots, about. */
const SLOT_SHARE = 0.05;
const LEAST_SLOTS = 24;
/** A clock further behind than so many slots is believed: the one before was ahead. */
const MAX_BEHIND = 288;
const LEAST_IN_SLOT = 50;
const LEAST_DEVIATION = 0.5;

/** A log source: since when it is read, how many messages, how many templates were seen only once. */
interface Scope {
  since: number;
  messages: number;
  singles: number;
}

/** A message of a form never seen, in a log that hardly ever brings one; or of a known form far too often. */
export const logTemplate = defineDetector({
  name: 'log-template',
  description: 'A log brings a message of a form it never had, or a known one far too often.',
  parameters: {
    learn_hours: {
      default: 24,
      minimum: 0,
      maximum: 720,
      description: 'So long a log source is read before anything is said of it.',
    },
    learn_messages: {
      default: 1_000,
      minimum: 50,
      maximum: 1_000_000,
      description: 'And so many messages of it.',
    },
    max_p: {
      default: 0.005,
      minimum: 0.000_001,
      maximum: 0.1,
      description: 'Nothing is said of what is likelier.',
    },
    max_templates: {
      default: 4_000,
      minimum: 100,
      maximum: 50_000,
      description: 'Forms of messages that are remembered, over all log sources.',
    },
  },
  create: ({ learn_hours, learn_messages, max_p, max_templates }) =>
    new LogTemplate({
      learnMs: learn_hours * HOUR_MS,
      learnMessages: learn_messages,
      maxP: max_p,
      maxTemplates: Math.floor(max_templates),
    }),
});

interface Options {
  readonly learnMs: number;
  readonly learnMessages: number;
  readonly maxP: number;
  readonly maxTemplates: number;
}

/**
 * New forms: the chance that the next message of a log has a form never seen is about the share of forms
 * seen once among all messages (Good–Turing). Rates: counts in five minutes, by their roots, against
 * Cantelli's bound, which holds whatever their distribution.
 */
class LogTemplate implements StreamDetector {
  readonly rule = {
    id: 'detector:log-template',
    title: 'A log message out of the ordinary',
    techniques: [],
    tactics: [],
    falsepositives: [
      'An update of the software that writes the log',
      'A device that was restarted',
    ],
    behaviour: 'policy',
  } as const;
  readonly #options: Options;
  readonly #miner: TemplateMiner;
  readonly #scopes = new BoundedMap<string, Scope>(MAX_SCOPES);

  constructor(options: Options) {
    this.#options = options;
    this.#miner = new TemplateMiner(options.maxTemplates);
  }

  observe(event: Event, time: number): readonly Clue[] {
    const { message } = event;
    if (message === undefined || message.trim() === '') return [];
    const name = scopeOf(event);
    const scope = this.#scopes.get(name) ?? { since: time, messages: 0, singles: 0 };
    const mined = this.#miner.mine(name, message, (gone) => this.#forget(gone));
    const clues = mined.isNew
      ? this.#judgeNew(scope, mined.template, event)
      : this.#judgeRate(mined.template, event);
    this.#note(scope, mined, event);
    this.#scopes.set(name, scope);
    return clues;
  }

  #note(scope: Scope, { template }: Mined, { device }: Event): void {
    scope.messages += 1;
    template.count += 1;
    if (template.count === 1) scope.singles += 1;
    if (template.count === 2) scope.singles = Math.max(0, scope.singles - 1);
    const host = device?.hostname ?? device?.ip;
    if (host) addHost(template, host.slice(0, 64));
  }

  #forget({ scope: name, count }: Template): void {
    const scope = this.#scopes.get(name);
    if (scope !== undefined && count === 1) scope.singles = Math.max(0, scope.singles - 1);
  }

  #judgeNew(scope: Scope, template: Template, event: Event): readonly Clue[] {
    const { learnMs, learnMessages, maxP } = this.#options;
    if (event.time - scope.since < learnMs || scope.messages < learnMessages) return [];
    const p = (scope.singles + 1) / (scope.messages + 1);
    if (p > maxP) return [];
    return [
      clueOf(event, template, {
        key: `new:${template.id}`,
        p,
        count: 1,
        text: `${template.scope} brought a message of a form it never had in ${scope.messages} messages: "${formOf(template)}".`,
      }),
    ];
  }

  /** When the count of a slot is far above what it was in earlier ones; once for each slot. */
  #judgeRate(template: Template, event: Event): readonly Clue[] {
    const slot = Math.floor(event.time / SLOT_MS);
    if (slot > template.slot || slot < template.slot - MAX_BEHIND) closeSlot(template, slot);
    if (slot === template.slot) template.inSlot += 1;
    const { inSlot, slots, mean, variance } = template;
    if (slots < LEAST_SLOTS || inSlot < LEAST_IN_SLOT) return [];
    const bound = (count: number): number => {
      const far = (Math.sqrt(count) - mean) / Math.max(LEAST_DEVIATION, Math.sqrt(variance));
      return far <= 0 ? 1 : 1 / (1 + far * far);
    };
    const { maxP } = this.#options;
    if (bound(inSlot) > maxP || bound(inSlot - 1) <= maxP) return [];
    return [
      clueOf(event, template, {
        key: `rate:${template.id}:${slot}`,
        p: bound(inSlot),
        count: inSlot,
        text: `${template.scope} brought ${inSlot} messages of one form within five minutes, where about ${Math.round(mean * mean)} were usual: "${formOf(template)}".`,
      }),
    ];
  }

  snapshot(): Json {
    return {
      scopes: this.#scopes.entries().map(([name, scope]): Json => [name, { ...scope }]),
      templates: this.#miner.snapshot(),
    };
  }

  restore(from: Json): void {
    if (typeof from !== 'object' || from === null || Array.isArray(from)) return;
    const { scopes, templates } = from as JsonObject;
    for (const row of Array.isArray(scopes) ? (scopes as readonly Json[]) : []) {
      if (!Array.isArray(row)) continue;
      const [name, scope] = row as unknown as readonly [string, Scope];
      if (typeof scope?.messages === 'number') this.#scopes.set(name, { ...scope });
    }
    this.#miner.restore(templates);
  }

  stats() {
    const { size, evicted } = this.#miner;
    return { keys: size, evicted: evicted + this.#scopes.evicted };
  }
}

/** Slots with none in between pull the mean down as they should. */
function closeSlot(template: Template, slot: number): void {
  const gap = template.slot === 0 ? 0 : Math.min(LEAST_SLOTS, Math.max(0, slot - template.slot));
  for (let nth = 0; nth < gap; nth += 1) {
    const root = Math.sqrt(nth === 0 ? template.inSlot : 0);
    const share = Math.max(SLOT_SHARE, 1 / (template.slots + 1));
    const from = root - template.mean;
    template.mean += share * from;
    template.variance = (1 - share) * (template.variance + share * from * from);
    template.slots += 1;
  }
  template.slot = slot;
  template.inSlot = 0;
}

const scopeOf = ({ provenance: { logsource, parserId } }: Event): string =>
  [logsource.product ?? parserId, logsource.service]
    .filter((part) => part !== undefined && part !== '')
    .join('/')
    .slice(0, 100);

const formOf = ({ tokens }: Template): string => tokens.join(' ').slice(0, MAX_SHOWN);

function clueOf(
  event: Event,
  template: Template,
  told: Pick<Clue, 'key' | 'p' | 'count' | 'text'>,
): Clue {
  const prevalence = template.hosts.length;
  return {
    ...told,
    since: toEpochMs(event.time),
    entities: entitiesOf(event),
    matched: { template: formOf(template), machines: String(prevalence) },
  };
}
