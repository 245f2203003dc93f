import { type RuleSummary, type SeverityName, type Signal, toSeverityName } from '@cordon/core';
import type { StateStore } from '../store/ports.ts';

/** What makes signals without being a Sigma rule that is in force: stream detectors, intelligence, rules that are gone. */
export interface OtherRule extends RuleSummary {
  readonly kind: 'detector';
  readonly level: SeverityName;
  readonly isShadow?: boolean;
}

type Signals = Pick<StateStore, 'listRuleSignals' | 'listMuted'>;

/** As its newest signal tells of it; undefined when there is none. */
export async function readOtherRule(store: Signals, id: string): Promise<OtherRule | undefined> {
  const heard = await store.listRuleSignals(id, { limit: 1 });
  const newest =
    heard.items[0] ?? (await store.listMuted({ ruleId: id, limit: 1 })).items[0]?.signal;
  return newest && toOtherRule(newest);
}

const toOtherRule = ({ rule, severity_id }: Signal): OtherRule => ({
  ...rule,
  kind: 'detector',
  level: toSeverityName(severity_id),
});
