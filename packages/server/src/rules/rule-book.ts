import {
  type EpochMs,
  type MuteCause,
  muteCauseOf,
  type Notice,
  type RuleMode,
  type RuleSetting,
  type SigmaDocument,
  type Signal,
} from '@cordon/core';
import type { NewAuditEntry, StateStore } from '../store/ports.ts';

interface RuleBookDeps {
  readonly store: Pick<StateStore, 'listRuleSettings' | 'saveRuleSetting'>;
  readonly now: () => EpochMs;
}

/**
 * What is set for rules, as the pipeline asks it on every signal. The state store has it first; what
 * is here is never newer.
 */
export class RuleBook {
  readonly #deps: RuleBookDeps;
  readonly #settings: Map<string, RuleSetting>;
  #shadows: ReadonlySet<string> = new Set();

  private constructor(deps: RuleBookDeps, settings: readonly RuleSetting[]) {
    this.#deps = deps;
    this.#settings = new Map(settings.map((setting) => [setting.ruleId, setting]));
  }

  static async open(deps: RuleBookDeps): Promise<RuleBook> {
    return new RuleBook(deps, await deps.store.listRuleSettings());
  }

  /**
   * The rules that are to be asked. A single rule that is off or in quarantine is left out; a
   * correlation stays, since without it the rules it counts would speak for themselves, and is
   * silenced instead.
   */
  use(rules: readonly SigmaDocument[]): readonly SigmaDocument[] {
    this.#shadows = new Set(rules.filter(({ isShadow }) => isShadow).map(({ id }) => id));
    return rules.filter((rule) => rule.kind !== 'rule' || this.isAsked(rule.id));
  }

  isAsked(ruleId: string): boolean {
    const setting = this.#settings.get(ruleId);
    return setting?.mode !== 'off' && setting?.quarantine === undefined;
  }

  /** One for each rule that is set aside; it stands until somebody lifts it. */
  notices(): readonly Notice[] {
    return [...this.#settings.values()].flatMap(({ ruleId, quarantine }) => {
      if (!quarantine) return [];
      const text = `The rule \`${ruleId}\` is set aside and finds nothing. ${quarantine.reason}`;
      const hint = 'Make its patterns say more, then lift it on the page Rules.';
      return [{ kind: 'rule', since: quarantine.at, text, hint }];
    });
  }

  settingOf(ruleId: string): RuleSetting {
    return this.#settings.get(ruleId) ?? { ruleId, suppressions: [] };
  }

  /** How a rule runs: as somebody set it, or as its file or import says. */
  modeOf(ruleId: string): RuleMode {
    return this.settingOf(ruleId).mode ?? (this.#shadows.has(ruleId) ? 'shadow' : 'on');
  }

  /** What keeps a signal from alerting now; undefined: nothing does. */
  mute(signal: Signal): MuteCause | undefined {
    const { id } = signal.rule;
    const { suppressions, quarantine } = this.settingOf(id);
    if (quarantine) return 'off';
    return muteCauseOf(signal, { mode: this.modeOf(id), suppressions }, this.#deps.now());
  }

  /** Writes a setting with its line of the audit trail, then goes by it. */
  async save(setting: RuleSetting, audit: NewAuditEntry): Promise<void> {
    await this.#deps.store.saveRuleSetting(setting, audit);
    this.#settings.set(setting.ruleId, setting);
  }
}
