import { randomUUID } from 'node:crypto';
import {
  DAY_MS,
  type EntityRef,
  type EpochMs,
  err,
  ok,
  type Problem,
  type Result,
  type RuleMode,
  type RuleSetting,
  type Suppression,
} from '@cordon/core';
import type { StateStore } from '../store/ports.ts';
import type { RuleBook } from './rule-book.ts';

export interface NewSuppression {
  readonly owner: string;
  readonly reason: string;
  readonly expiresAt: EpochMs;
  readonly entity?: Pick<EntityRef, 'kind' | 'id'>;
}

export interface RuleActsDeps {
  readonly book: RuleBook;
  /** What kind of rule has that id; undefined when none does. */
  readonly kindOf: (
    id: string,
  ) => Promise<'rule' | 'correlation' | 'filter' | 'detector' | undefined>;
  /** Puts the same content in force again, since other rules of it are to be asked. */
  readonly reapply: () => Promise<void>;
  readonly now: () => EpochMs;
}

/** Who does it and why. */
export interface RuleAct {
  readonly actor: string;
  readonly reason: string;
}

const KEPT_MS = 30 * DAY_MS;
const MAX_SUPPRESSIONS = 100;

/** What people set for rules, one act after the other, each with its line in the audit trail. */
export class RuleActs {
  readonly #deps: RuleActsDeps;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(deps: RuleActsDeps) {
    this.#deps = deps;
  }

  setMode(id: string, mode: RuleMode, by: RuleAct): Promise<Result<RuleMode>> {
    return this.#inTurn(() => this.#setMode(id, mode, by));
  }

  suppress(id: string, wanted: NewSuppression, actor: string): Promise<Result<Suppression>> {
    return this.#inTurn(() => this.#suppress(id, wanted, actor));
  }

  endSuppression(id: string, suppression: string, by: RuleAct): Promise<Result<Suppression>> {
    return this.#inTurn(() => this.#endSuppression(id, suppression, by));
  }

  liftQuarantine(id: string, by: RuleAct): Promise<Result<boolean>> {
    return this.#inTurn(() => this.#liftQuarantine(id, by));
  }

  /** Takes a rule that costs too much out of the engine until somebody lifts it. */
  quarantine(id: string, reason: string): Promise<void> {
    return this.#inTurn(() => this.#quarantine(id, reason));
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #setMode(id: string, mode: RuleMode, by: RuleAct): Promise<Result<RuleMode>> {
    const { book } = this.#deps;
    const kind = await this.#deps.kindOf(id);
    if (kind === undefined) return err(NO_RULE);
    const before = book.modeOf(id);
    if (before === mode) return ok(mode);
    await this.#save({ ...book.settingOf(id), mode }, by, {
      what: 'rule_mode_set',
      data: { mode, before, reason: by.reason },
    });
    if (kind === 'rule' && (mode === 'off' || before === 'off')) await this.#deps.reapply();
    return ok(mode);
  }

  async #suppress(id: string, wanted: NewSuppression, actor: string): Promise<Result<Suppression>> {
    const { book, now } = this.#deps;
    if ((await this.#deps.kindOf(id)) === undefined) return err(NO_RULE);
    const { entity, ...rest } = wanted;
    if (wanted.expiresAt <= now()) return err(bad('A suppression ends in the future.'));
    const setting = book.settingOf(id);
    const kept = setting.suppressions.filter((each) => each.expiresAt > now() - KEPT_MS);
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

  async #endSuppression(
    id: string,
    suppression: string,
    by: RuleAct,
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

  async #liftQuarantine(id: string, by: RuleAct): Promise<Result<boolean>> {
    const { quarantine, ...setting } = this.#deps.book.settingOf(id);
    if (!quarantine) return ok(false);
    await this.#save(setting, by, {
      what: 'rule_quarantine_lifted',
      data: { reason: by.reason, quarantined_for: quarantine.reason },
    });
    await this.#deps.reapply();
    return ok(true);
  }

  async #quarantine(id: string, reason: string): Promise<void> {
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

  #save(
    setting: RuleSetting,
    { actor }: Pick<RuleAct, 'actor'>,
    line: { readonly what: string; readonly data: Parameters<StateStore['audit']>[0]['data'] },
  ): Promise<void> {
    const { book, now } = this.#deps;
    return book.save(setting, { at: now(), actor, subject: setting.ruleId, ...line });
  }
}

const bad = (detail: string, code: Problem['code'] = 'bad_request'): Problem => ({
  code,
  detail,
  retryable: false,
});
const NO_RULE = bad('There is no such rule.', 'not_found');
