import {
  type EpochMs,
  type MuteCause,
  muteCauseOf,
  type RuleMode,
  type RuleSetting,
  type SigmaDocument,
  type Signal,
} from '@cordon/core';

/** What is set for rules, as it is asked on every signal. */
export class RuleStanding {
  #settings: Map<string, RuleSetting>;
  #shadows: ReadonlySet<string> = new Set();

  constructor(settings: readonly RuleSetting[]) {
    this.#settings = toMap(settings);
  }

  /** Other settings take the place of all that were. */
  take(settings: readonly RuleSetting[]): void {
    this.#settings = toMap(settings);
  }

  set(setting: RuleSetting): void {
    this.#settings.set(setting.ruleId, setting);
  }

  settings(): readonly RuleSetting[] {
    return [...this.#settings.values()];
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

  settingOf(ruleId: string): RuleSetting {
    return this.#settings.get(ruleId) ?? { ruleId, suppressions: [] };
  }

  /** How a rule runs: as somebody set it, or as its file or import says. */
  modeOf(ruleId: string): RuleMode {
    return this.settingOf(ruleId).mode ?? (this.#shadows.has(ruleId) ? 'shadow' : 'on');
  }

  /** What keeps a signal from alerting at that time; undefined: nothing does. */
  mute(signal: Signal, at: EpochMs): MuteCause | undefined {
    const { id } = signal.rule;
    const { suppressions, quarantine } = this.settingOf(id);
    if (quarantine) return 'off';
    return muteCauseOf(signal, { mode: this.modeOf(id), suppressions }, at);
  }
}

const toMap = (settings: readonly RuleSetting[]): Map<string, RuleSetting> =>
  new Map(settings.map((setting) => [setting.ruleId, setting]));
