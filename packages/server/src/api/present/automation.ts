import type { AutomationView } from '@cordon/contract';
import { isAgreed, personsVerdictOf, type Trial } from '@cordon/core';
import type { AutomationState } from '../../ports.ts';
import { compact, toTime } from './present.ts';

const SHOWN = 20;

export const presentAutomation = (state: AutomationState): AutomationView => {
  const { playbook, decision, promotion } = state;
  return compact({
    playbook_id: playbook.id,
    version: playbook.version,
    title: playbook.title,
    stage: state.stage,
    decision: decision && {
      by: decision.by,
      reason: decision.reason,
      at: toTime(decision.at),
      agreement: { ...decision.agreement },
    },
    agreement: { ...state.agreement },
    acted: state.trials.length,
    required: state.required,
    may_promote: promotion.ok,
    missing: promotion.ok ? undefined : promotion.problem.detail,
    trials: state.trials.slice(0, SHOWN).map(presentTrial),
  });
};

function presentTrial({ incident, at }: Trial): AutomationView['trials'][number] {
  const verdict = personsVerdictOf(incident);
  return compact({
    incident_id: incident.id,
    incident_name: `INC-${incident.number}`,
    title: incident.title,
    at: toTime(at),
    verdict: verdict?.kind,
    by: verdict?.by,
    agreed: verdict && isAgreed(verdict),
  });
}
