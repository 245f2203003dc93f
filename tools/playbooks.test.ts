import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type EntityRef,
  type Incident,
  idOf,
  listItems,
  nextStep,
  type Playbook,
  parseDuration,
  type RunLogEntry,
  SEVERITY,
  type SeverityName,
  selectPlaybooks,
  toEpochMs,
} from '@cordon/core';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadPlaybooks } from '../packages/server/src/content/playbooks.ts';

interface Case {
  readonly name: string;
  readonly incident: {
    readonly behaviours: readonly string[];
    readonly tactics?: readonly string[];
    readonly severity: SeverityName;
    readonly p: number;
    readonly attackers?: readonly string[];
    readonly entities: readonly EntityRef[];
  };
  readonly expect: readonly {
    readonly verb: string;
    readonly target: string;
    readonly for: string;
    readonly reason?: string;
    readonly approval?: boolean;
  }[];
}

const at = toEpochMs(1_700_000_000_000);
const folder = fileURLToPath(new URL('../content/playbooks', import.meta.url));

function toIncident(given: Case['incident']): Incident {
  const score = { priorLogit: 0, contributions: [], logit: 0, p: given.p };
  return {
    id: idOf('inc', ['case']),
    number: 1,
    title: 'Case',
    story: [],
    severity_id: SEVERITY[given.severity],
    behaviours: given.behaviours,
    tactics: given.tactics ?? [],
    techniques: [],
    firstAt: at,
    lastAt: at,
    alertIds: [],
    entities: given.entities,
    ...(given.attackers ? { attackers: given.attackers } : {}),
    graph: { nodes: [], edges: [] },
    score,
    priority: {
      level: 'P2',
      likelihood: given.p,
      impact: 0.5,
      urgency: 0.5,
      score: 50,
      why: '',
      factors: [],
    },
    origin: { kind: 'unseen', text: '', wouldSettle: [] },
    state: { status: 'new' },
    revision: 1,
  };
}

/** Walks every run with every step answered by `outcome`; gives the actions in order. */
function dryRun(playbook: Playbook, incident: Incident, outcome: RunLogEntry['outcome']) {
  const actions: {
    verb: string;
    with: unknown;
    ttlMs?: number;
    reason: string;
    approval: boolean;
  }[] = [];
  for (const run of selectPlaybooks(incident, [playbook], at)) {
    const log: RunLogEntry[] = [];
    for (let turn = 0; ; turn += 1) {
      if (turn > 200) throw new Error(`${playbook.id} does not end`);
      const step = nextStep({ definition: playbook, facts: run.inputs, log, now: at });
      if (step.kind === 'finish' || step.kind === 'wait') break;
      if (step.kind === 'act') {
        const { verb, with: params, ttlMs, reason, approval } = step.step;
        actions.push({
          verb,
          with: params,
          ...(ttlMs === undefined ? {} : { ttlMs }),
          reason,
          approval: approval !== undefined,
        });
      }
      const stepId = step.kind === 'act' ? step.step.id : step.stepId;
      log.push({ at, stepId, outcome: step.kind === 'note' ? step.outcome : outcome, text: '' });
    }
  }
  return actions;
}

const loaded = await loadPlaybooks(folder);

describe('the playbooks of content/', () => {
  it('are all free of problems', () => {
    expect(loaded.problems).toEqual([]);
    expect(loaded.values.length).toBeGreaterThanOrEqual(2);
  });

  for (const playbook of loaded.values) {
    const cases = parse(
      readFileSync(`${folder}/${playbook.id}/cases.yml`, 'utf8'),
    ) as readonly Case[];
    it.each(cases)(`${playbook.id}: $name`, (given) => {
      const incident = toIncident(given.incident);
      const actions = dryRun(playbook, incident, 'succeeded');
      expect(actions).toHaveLength(given.expect.length);
      for (const [index, wanted] of given.expect.entries()) {
        const action = actions[index];
        expect(action).toMatchObject({ verb: wanted.verb, ttlMs: parseDuration(wanted.for) });
        expect(JSON.stringify(action?.with)).toContain(JSON.stringify(wanted.target));
        if (wanted.reason !== undefined) expect(action?.reason).toBe(wanted.reason);
        if (wanted.approval !== undefined) expect(action?.approval).toBe(wanted.approval);
      }
    });
    it.each(['failed', 'refused', 'observed', 'skipped'] as const)(
      `${playbook.id} ends when every action is %s`,
      (outcome) => {
        for (const given of cases) dryRun(playbook, toIncident(given.incident), outcome);
        expect(
          cases.some((given) => listItems(playbook, toIncident(given.incident)).length > 0),
        ).toBe(true);
      },
    );
  }
});
