import { DEFAULT_AUTOMATION_RULES, type Share, toEpochMs } from '@cordon/core';
import { type AutomationState, readAutomations } from '@cordon/server';
import { withData } from '../data.ts';
import { readPlaybooks, say } from '../playbook-files.ts';
import type { RuleFlags } from '../rules-settings.ts';
import { EXIT, toJsonLine } from '../terminal.ts';

/** Where the playbooks stand that start by themselves, and how often people's verdicts agreed with them. */
export async function runPlaybookAgreement(flags: RuleFlags): Promise<number> {
  const read = await readPlaybooks(undefined, flags);
  if (!read) return EXIT.failed;
  return withData(flags, async ({ folder, config }) => {
    const states = await readAutomations({
      store: folder.state,
      playbooks: read.own,
      rules: config?.response.automation ?? DEFAULT_AUTOMATION_RULES,
      now: () => toEpochMs(Date.now()),
    });
    if (flags.json) process.stdout.write(`${toJsonLine({ automations: states.map(toRow) })}\n`);
    else for (const state of states) for (const line of toLines(state)) say(line);
    return states.some(({ decision }) => decision?.by === 'cordon') ? EXIT.found : EXIT.ok;
  });
}

const toRow = ({ playbook, trials, promotion, ...state }: AutomationState) => ({
  id: playbook.id,
  version: playbook.version,
  ...state,
  acted: trials.length,
  mayPromote: promotion.ok,
});

function toLines({ playbook, stage, decision, agreement, promotion }: AutomationState) {
  const asked = promotion.ok ? 'may be made live' : promotion.problem.detail;
  return [
    `${playbook.id.padEnd(28)} ${stage.padEnd(6)} ${printShare(agreement)}`,
    ...(stage === 'shadow' ? [`  ${asked}`] : []),
    ...(decision ? [`  ${decision.stage} by ${decision.by}: ${decision.reason}`] : []),
  ];
}

const printShare = ({ k, n, low, high }: Share): string => {
  const span =
    low === undefined || high === undefined
      ? ''
      : `, ${(low * 100).toFixed(1)} to ${(high * 100).toFixed(1)} %`;
  return `people agreed in ${k} of ${n}${span}`;
};
