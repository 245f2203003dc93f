import { readFile } from 'node:fs/promises';
import {
  type Coverage,
  coverageOf,
  DAY_MS,
  type EpochMs,
  isFor,
  type RuleCost,
  type RuleMode,
  type RuleSetting,
  type SigmaDocument,
  type Suppression,
  toEpochMs,
} from '@cordon/core';
import type { Content } from '../content/content.ts';
import type { SeenLogsource } from '../store/hunt.ts';
import type { RuleCount } from '../store/lists.ts';
import type { EventStore, StateStore } from '../store/ports.ts';
import { type CaseTitles, readCaseTitles } from './cases.ts';
import { type OtherRule, readOtherRule } from './other-rules.ts';
import { RuleActs } from './rule-acts.ts';
import type { RuleBook } from './rule-book.ts';

/** How often a rule fired. */
export interface RuleMatches {
  readonly day: number;
  readonly month: number;
  /** In the month, kept from alerting: by the mode, and by suppressions. */
  readonly shadow: number;
  readonly suppressed: number;
  readonly lastAt?: EpochMs;
}

/** One rule as it runs. */
export interface RuleView {
  readonly rule: SigmaDocument | OtherRule;
  readonly mode: RuleMode;
  readonly setting: RuleSetting;
  readonly matches: RuleMatches;
  readonly cost?: RuleCost;
  /** Nothing of the kinds of events it looks at was seen in the last 30 days. */
  readonly isSilent: boolean;
}

/** Everything of one rule. */
export interface RuleDetailView extends RuleView {
  readonly text: string;
  /** The file it stands in, as its import or the content calls it. */
  readonly file: string;
  readonly cases?: CaseTitles;
  readonly hours: Awaited<ReturnType<StateStore['ruleHours']>>;
  /** By suppression id, in the month. */
  readonly hidden: Readonly<Record<string, number>>;
  readonly hiddenBy: readonly Suppression[];
}

interface RuleDeskDeps {
  readonly book: RuleBook;
  readonly store: StateStore;
  readonly events: Pick<EventStore, 'seenLogsources'>;
  readonly content: () => Content;
  readonly costs: () => Promise<readonly RuleCost[]>;
  /** Puts the same content in force again, since other rules of it are to be asked. */
  readonly reapply: () => Promise<void>;
  readonly now: () => EpochMs;
}

const MONTH_MS = 30 * DAY_MS;
const SEEN_KEPT_MS = 60_000;
const MAX_OTHERS = 200;

/** Rules as they run, and what people set for them. */
export class RuleDesk {
  readonly #deps: RuleDeskDeps;
  readonly #acts: RuleActs;
  #seen: { readonly at: EpochMs; readonly value: Promise<readonly SeenLogsource[]> } | undefined;

  constructor(deps: RuleDeskDeps) {
    this.#deps = deps;
    this.#acts = new RuleActs({ ...deps, kindOf: async (id) => (await this.#find(id))?.kind });
  }

  async list(): Promise<readonly RuleView[]> {
    const { content } = this.#deps;
    const facts = await this.#facts();
    const rules = [...content().rules.filter(isShown), ...(await this.#others(facts))];
    return rules.map((rule) => this.#view(rule, facts));
  }

  async get(id: string): Promise<RuleDetailView | undefined> {
    const { content, store, now } = this.#deps;
    const rule = await this.#find(id);
    if (!rule) return undefined;
    const since = toEpochMs(now() - MONTH_MS);
    const facts = await this.#facts();
    const hours = await store.ruleHours(id, since);
    const hidden: Record<string, number> = {};
    for (const { cause, count } of hours)
      if (cause.startsWith('sup_')) hidden[cause] = (hidden[cause] ?? 0) + count;
    const view = this.#view(rule, facts);
    return {
      ...view,
      ...(rule.kind === 'detector' ? { text: '', file: '' } : await readRuleFile(rule, content())),
      hours,
      hidden,
      hiddenBy: view.setting.suppressions,
    };
  }

  /** What the rules that run see of what is really there. */
  async coverage(): Promise<Coverage> {
    const { book, content } = this.#deps;
    const running = content().rules.filter(({ id }) => book.isAsked(id));
    return coverageOf(running.filter(isShown), (await this.#seenLogsources()).map(toRoutable));
  }

  setMode(...act: Parameters<RuleActs['setMode']>) {
    return this.#acts.setMode(...act);
  }

  suppress(...act: Parameters<RuleActs['suppress']>) {
    return this.#acts.suppress(...act);
  }

  endSuppression(...act: Parameters<RuleActs['endSuppression']>) {
    return this.#acts.endSuppression(...act);
  }

  liftQuarantine(...act: Parameters<RuleActs['liftQuarantine']>) {
    return this.#acts.liftQuarantine(...act);
  }

  quarantine(...act: Parameters<RuleActs['quarantine']>) {
    return this.#acts.quarantine(...act);
  }

  async #find(id: string): Promise<SigmaDocument | OtherRule | undefined> {
    const { content, store } = this.#deps;
    return content().rules.find((rule) => rule.id === id) ?? (await readOtherRule(store, id));
  }

  /** What fired in the last 30 days and is no rule in force. */
  async #others({ month }: Facts): Promise<readonly OtherRule[]> {
    const { content, store } = this.#deps;
    const known = new Set(content().rules.map(({ id }) => id));
    const ids = [...month.keys()].filter((id) => !known.has(id)).slice(0, MAX_OTHERS);
    const found = await Promise.all(ids.map((id) => readOtherRule(store, id)));
    return found.filter((rule) => rule !== undefined);
  }

  async #facts(): Promise<Facts> {
    const { store, now, costs } = this.#deps;
    const [day, month, seen, spent] = await Promise.all([
      store.ruleCounts(toEpochMs(now() - DAY_MS)),
      store.ruleCounts(toEpochMs(now() - MONTH_MS)),
      this.#seenLogsources(),
      costs(),
    ]);
    return {
      day: byRule(day),
      month: byRule(month),
      costs: new Map(spent.map((cost) => [cost.ruleId, cost])),
      seen: seen.map(toRoutable),
    };
  }

  #view(rule: SigmaDocument | OtherRule, facts: Facts): RuleView {
    const { book } = this.#deps;
    const month = facts.month.get(rule.id) ?? [];
    const count = (counts: readonly RuleCount[], isWanted: (cause: string) => boolean) =>
      counts.reduce((sum, each) => sum + (isWanted(each.cause) ? each.count : 0), 0);
    const lastAt = month.reduce((last, each) => Math.max(last, each.lastAt), 0);
    const cost = facts.costs.get(rule.id);
    return {
      rule,
      mode: book.modeOf(rule.id),
      setting: book.settingOf(rule.id),
      matches: {
        day: count(facts.day.get(rule.id) ?? [], () => true),
        month: count(month, () => true),
        shadow: count(month, (cause) => cause === 'shadow'),
        suppressed: count(month, (cause) => cause.startsWith('sup_')),
        ...(lastAt > 0 ? { lastAt: toEpochMs(lastAt) } : {}),
      },
      ...(cost ? { cost } : {}),
      isSilent: rule.kind === 'rule' && !facts.seen.some((each) => isFor(rule, each)),
    };
  }

  /** A scan of the event store: what it found serves for a minute. */
  #seenLogsources(): Promise<readonly SeenLogsource[]> {
    const { events, now } = this.#deps;
    if (this.#seen && now() - this.#seen.at < SEEN_KEPT_MS) return this.#seen.value;
    const value = events.seenLogsources(toEpochMs(now() - MONTH_MS));
    this.#seen = { at: now(), value };
    value.catch(() => {
      this.#seen = undefined;
    });
    return value;
  }
}

/** What is known of all rules at one moment. */
interface Facts {
  readonly day: ReadonlyMap<string, readonly RuleCount[]>;
  readonly month: ReadonlyMap<string, readonly RuleCount[]>;
  readonly costs: ReadonlyMap<string, RuleCost>;
  readonly seen: readonly ReturnType<typeof toRoutable>[];
}

/** Rules that only feed a correlation are part of it. */
const isShown = ({ kind }: SigmaDocument): boolean => kind !== 'filter';

const toRoutable = ({ logsource, classUid, count, lastAt }: SeenLogsource) => ({
  class_uid: classUid,
  provenance: { logsource },
  count,
  lastAt,
});

function byRule(counts: readonly RuleCount[]): ReadonlyMap<string, readonly RuleCount[]> {
  const rows = new Map<string, RuleCount[]>();
  for (const count of counts) {
    const row = rows.get(count.ruleId) ?? [];
    row.push(count);
    rows.set(count.ruleId, row);
  }
  return rows;
}

/** The file of a rule with the cases beside it. */
async function readRuleFile(rule: SigmaDocument, content: Content) {
  const cases = await readCaseTitles(rule.at.file);
  return {
    text: await readFile(rule.at.file, 'utf8').catch(() => ''),
    file: fileOf(rule, content),
    ...(cases ? { cases } : {}),
  };
}

/** Where it was in what it came from; never a path of this machine. */
function fileOf(rule: SigmaDocument, { packs }: Content): string {
  const pack = packs?.find(({ name }) => name === rule.source);
  const file = pack?.files.find(({ rules }) => rules.some(({ id }) => id === rule.id));
  return file?.path ?? rule.at.file.split(/[/\\]/).slice(-2).join('/');
}
