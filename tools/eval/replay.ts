import {
  createAnalyst,
  createDecider,
  createDetectionEngine,
  createDetectorBank,
  createDetectors,
  createNormaliser,
  type Incident,
  nextStep,
  type Playbook,
  type RunLogEntry,
  readDefinition,
  selectPlaybooks,
} from '@cordon/core';
import type { Content } from '../../packages/server/src/content/content.ts';
import type { Item } from './item.ts';

const MAX_STEPS = 100;

/** An address that would be blocked, and behind which record of the stream (counted from 0). */
export interface Block {
  readonly address: string;
  readonly after: number;
  readonly playbookId: string;
}

/**
 * Runs records through the whole product, one at a time in the order given, as the live pipeline
 * does: what a playbook would do without asking a person is a decision.
 */
export function replayBlocks(content: Content, items: readonly Item[]): readonly Block[] {
  const analyst = createAnalyst({
    normaliser: createNormaliser({ parsers: content.parsers }),
    engine: createDetectionEngine({ rules: content.rules }),
    decider: createDecider({}),
    detectors: createDetectorBank({ detectors: createDetectors() }),
  });
  const blocks = new Map<string, Block>();
  for (const [at, { stream, text, receivedAt }] of items.entries()) {
    const { decisions } = analyst.analyse([{ offset: at, sourceId: stream, receivedAt, text }]);
    for (const incident of decisions.incidents)
      for (const { address, playbookId } of listBlocks(incident, content.playbooks))
        if (!blocks.has(address)) blocks.set(address, { address, after: at, playbookId });
  }
  return [...blocks.values()];
}

function listBlocks(
  incident: Incident,
  playbooks: readonly Playbook[],
): readonly { readonly address: string; readonly playbookId: string }[] {
  return selectPlaybooks(incident, playbooks, incident.lastAt).flatMap((run) => {
    const read = readDefinition(run.definition);
    if (!read.ok) return [];
    const { playbook } = read.value;
    return walk(playbook, run.inputs).map((address) => ({ address, playbookId: playbook.id }));
  });
}

/** Walks a playbook as if every step succeeded; steps that a person must allow are passed over. */
function walk(definition: Playbook, facts: Parameters<typeof nextStep>[0]['facts']): string[] {
  const log: RunLogEntry[] = [];
  const blocked: string[] = [];
  for (let steps = 0; steps < MAX_STEPS; steps++) {
    const next = nextStep({ definition, facts, log, now: 0 as RunLogEntry['at'] });
    if (next.kind === 'finish' || next.kind === 'wait') return blocked;
    const entry = { at: 0 as RunLogEntry['at'], text: '' };
    if (next.kind === 'note') log.push({ ...entry, stepId: next.stepId, outcome: next.outcome });
    else if (next.kind !== 'act') return blocked;
    else {
      const { step } = next;
      const ip = step.with['ip'];
      if (step.verb === 'net.ip.block' && !step.approval && typeof ip === 'string')
        blocked.push(ip);
      log.push({ ...entry, stepId: step.id, outcome: step.approval ? 'skipped' : 'succeeded' });
    }
  }
  return blocked;
}
