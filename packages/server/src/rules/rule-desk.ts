import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  type Coverage,
  coverageOf,
  DAY_MS,
  type EntityRef,
  type EpochMs,
  err,
  isFor,
  ok,
  type Problem,
  type Result,
  type RuleCost,
  type RuleMode,
  type RuleSetting,
  type SigmaDocument,
  type Suppression,
  toEpochMs,
} from '@cordon/core';
import type { Content } from '../content/content.ts';
import type { SeenLogsource } from '../store/hunt.ts';
import type { EventStore, RuleCount, StateStore } from '../store/ports.ts';
import { type CaseTitles, readCaseTitles } from './cases.ts';
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
  readonly rule: SigmaDocument;
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

export interface NewSuppression {
  readonly owner: string;
  readonly reason: string;
  readonly expiresAt: EpochMs;
  readonly entity?: Pick<EntityRef, 'kind' | 'id'>;
}

interface RuleDeskDeps {
  readonly book: RuleBook;
  readonly store: StateStore;
  readonly events: Pick<EventStore, 'seenLogsources'>;
  readonly content: () => Content;
  readonly costs: () => readonly RuleCost[];
  /** Puts the same content in force again, since other rules of it are to be asked. */
  readonly reapply: () => Promise<void>;
  readonly now: () => EpochMs;
}

const MONTH_MS = 30 * DAY_MS;
const SEEN_KEPT_MS = 60_000;
const MAX_SUPPRESSIONS = 100;

/** Rules as they run, and what people set for them. */
export class RuleDesk {
  readonly #deps: RuleDeskDeps;
  #seen: { readonly at: EpochMs; readonly value: Promise<readonly SeenLogsource[]> } | undefined;

  constructor(deps: RuleDeskDeps) {
    this.#deps = deps;
  }

  async list(): Promise<readonly RuleView[]> {
    const { content } = this.#deps;
    const facts = await this.#facts();
    return content()
      .rules.filter(isShown)
      .map((rule) => this.#view(rule, facts));
  }

  async get(id: string): Promise<RuleDetailView | undefined> {
    const { content, store, now } = this.#deps;
    const rule = content().rules.find((each) => each.id === id);
    if (!rule) return undefined;
    const since = toEpochMs(now() - MONTH_MS);
    const facts = await this.#facts();
    const hours = await store.ruleHours(id, since);
    const hidden: Record<string, number> = {};
    for (const { cause, count } of hours)
      if (cause.startsWith('sup_')) hidden[cause] = (hidden[cause] ?? 0) + count;
    const cases = await readCaseTitles(rule.at.file);
    const view = this.#view(rule, facts);
    return {
      ...view,
      text: await readFile(rule.at.file, 'utf8').catch(() => ''),
      file: fileOf(rule, content()),
      ...(cases ? { cases } : {}),
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

  async setMode(
    id: string,
    mode: RuleMode,
    by: { readonly actor: string; readonly reason: string },
  ): Promise<Result<RuleMode>> {
    const { book } = this.#deps;
    const rule = this.#find(id);
    if (!rule) return err(NO_RULE);
    const before = book.modeOf(id);
    if (before === mode) return ok(mode);
    await this.#save({ ...book.settingOf(id), mode }, by, {
      what: 'rule_mode_set',
      data: { mode, before, reason: by.reason },
    });
    if (rule.kind === 'rule' && (mode === 'off' || before === 'off')) await this.#deps.reapply();
    return ok(mode);
  }

  async suppress(id: string, wanted: NewSuppression, actor: string): Promise<Result<Suppression>> {
    const { book, now } = this.#deps;
    if (!this.#find(id)) return err(NO_RULE);
    const { entity, ...rest } = wanted;
    if (wanted.expiresAt <= now()) return err(bad('A suppression ends in the future.'));
    const setting = book.settingOf(id);
    const kept = setting.suppressions.filter((each) => each.expiresAt > now() - MONTH_MS);
    if (kept.length >= MAX_SUPPRESSIONS)
      return err(bad(`A rule has at most ${MAX_SUPPRESSIONS} suppressions.`));
    const suppression: Suppression = {
      id: `sup_${randomUUID()}`,
      ...rest,
      createdAt: now(),
      ...(entity ? { entity } : {}),
    };
    await this.#save(
      { ...setting, suppressions: [...kept, suppression] },
      { actor },
      {
        what: 'rule_suppressed',
        data: {
          ...rest,
          suppression: suppression.id,
          ...(entity ? { entity: { ...entity } } : {}),
        },
      },
    );
    return ok(suppression);
  }

  async endSuppression(
    id: string,
    suppression: string,
    by: { readonly actor: string; readonly reason: string },
  ): Promise<Result<Suppression>> {
    const { book, now } = this.#deps;
    const setting = book.settingOf(id);
    const found = setting.suppressions.find((each) => each.id === suppression);
    if (!found) return err(bad('There is no such suppression.', 'not_found'));
    if (found.endedAt !== undefined || found.expiresAt <= now()) return ok(found);
    const ended = { ...found, endedAt: now() };
    await this.#save(
      {
        ...setting,
        suppressions: setting.suppressions.map((each) => (each === found ? ended : each)),
      },
      by,
      { what: 'rule_suppression_ended', data: { suppression, reason: by.reason } },
    );
    return ok(ended);
  }

  async liftQuarantine(
    id: string,
    by: { readonly actor: string; readonly reason: string },
  ): Promise<Result<boolean>> {
    const { quarantine, ...setting } = this.#deps.book.settingOf(id);
    if (!quarantine) return ok(false);
    await this.#save(setting, by, {
      what: 'rule_quarantine_lifted',
      data: { reason: by.reason, quarantined_for: quarantine.reason },
    });
    await this.#deps.reapply();
    return ok(true);
  }

  /** Takes a rule that costs too much out of the engine until somebody lifts it. */
  async quarantine(id: string, reason: string): Promise<void> {
    const { book, now } = this.#deps;
    const setting = book.settingOf(id);
    if (setting.quarantine) return;
    await this.#save(
      { ...setting, quarantine: { at: now(), reason } },
      { actor: 'cordon' },
      {
        what: 'rule_quarantined',
        data: { reason },
      },
    );
    await this.#deps.reapply();
  }

  #find(id: string): SigmaDocument | undefined {
    return this.#deps.content().rules.find((rule) => rule.id === id);
  }

  #save(
    setting: RuleSetting,
    { actor }: { readonly actor: string },
    line: { readonly what: string; readonly data: Parameters<StateStore['audit']>[0]['data'] },
  ): Promise<void> {
    const { book, now } = this.#deps;
    return book.save(setting, { at: now(), actor, subject: setting.ruleId, ...line });
  }

  async #facts(): Promise<Facts> {
    const { store, now, costs } = this.#deps;
    const [day, month, seen] = await Promise.all([
      store.ruleCounts(toEpochMs(now() - DAY_MS)),
      store.ruleCounts(toEpochMs(now() - MONTH_MS)),
      this.#seenLogsources(),
    ]);
    return {
      day: byRule(day),
      month: byRule(month),
      costs: new Map(costs().map((cost) => [cost.ruleId, cost])),
      seen: seen.map(toRoutable),
    };
  }

  #view(rule: SigmaDocument, facts: Facts): RuleView {
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

/** Where it was in what it came from; never a path of this machine. */
function fileOf(rule: SigmaDocument, { packs }: Content): string {
  const pack = packs?.find(({ name }) => name === rule.source);
  const file = pack?.files.find(({ rules }) => rules.some(({ id }) => id === rule.id));
  return file?.path ?? rule.at.file.split(/[/\\]/).slice(-2).join('/');
}

const bad = (detail: string, code: Problem['code'] = 'bad_request'): Problem => ({
  code,
  detail,
  retryable: false,
});
const NO_RULE = bad('There is no such rule.', 'not_found');
