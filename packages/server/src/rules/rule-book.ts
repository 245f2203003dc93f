import type {
  EpochMs,
  MuteCause,
  Notice,
  RuleMode,
  RuleSetting,
  SigmaDocument,
  Signal,
} from '@cordon/core';
import type { NewAuditEntry, StateStore } from '../store/ports.ts';
import { RuleStanding } from './rule-standing.ts';

interface RuleBookDeps {
  readonly store: Pick<StateStore, 'listRuleSettings' | 'saveRuleSetting'>;
  readonly now: () => EpochMs;
  /** Told of what was set once it is on disk; resolves when signals are muted by it. */
  readonly onSaved?: (settings: readonly RuleSetting[]) => Promise<void>;
}

/**
 * What is set for rules. The state store has it first; what is here, and what the pipeline goes by, is
 * never newer.
 */
export class RuleBook {
  readonly #deps: RuleBookDeps;
  readonly #standing: RuleStanding;

  private constructor(deps: RuleBookDeps, settings: readonly RuleSetting[]) {
    this.#deps = deps;
    this.#standing = new RuleStanding(settings);
  }

  static async open(deps: RuleBookDeps): Promise<RuleBook> {
    return new RuleBook(deps, await deps.store.listRuleSettings());
  }

  settings(): readonly RuleSetting[] {
    return this.#standing.settings();
  }

  /** The rules that are to be asked, see {@link RuleStanding.use}. */
  use(rules: readonly SigmaDocument[]): readonly SigmaDocument[] {
    return this.#standing.use(rules);
  }

  isAsked(ruleId: string): boolean {
    return this.#standing.isAsked(ruleId);
  }

  /** One for each rule that is set aside; it stands until somebody lifts it. */
  notices(): readonly Notice[] {
    return this.settings().flatMap(({ ruleId, quarantine }) => {
      if (!quarantine) return [];
      const text = `The rule \`${ruleId}\` is set aside and finds nothing. ${quarantine.reason}`;
      const hint = 'Make its patterns say more, then lift it on the page Rules.';
      return [{ kind: 'rule', since: quarantine.at, text, hint }];
    });
  }

  settingOf(ruleId: string): RuleSetting {
    return this.#standing.settingOf(ruleId);
  }

  /** How a rule runs: as somebody set it, or as its file or import says. */
  modeOf(ruleId: string): RuleMode {
    return this.#standing.modeOf(ruleId);
  }

  /** What keeps a signal from alerting now; undefined: nothing does. */
  mute(signal: Signal): MuteCause | undefined {
    return this.#standing.mute(signal, this.#deps.now());
  }

  /** Writes a setting with its line of the audit trail, then goes by it. */
  async save(setting: RuleSetting, audit: NewAuditEntry): Promise<void> {
    await this.#deps.store.saveRuleSetting(setting, audit);
    this.#standing.set(setting);
    await this.#deps.onSaved?.(this.settings());
  }
}
