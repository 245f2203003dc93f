import type { DryRunBody, DryRunView, runRoutes } from '@cordon/contract';
import {
  fillInputs,
  type Incident,
  type JsonObject,
  listRuns,
  type Playbook,
  parsePlaybook,
  planRun,
  printPlanned,
  readWanted,
  SECOND_MS,
} from '@cordon/core';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import { toId, toPageQuery } from '../page.ts';
import { presentRun } from '../present/action.ts';
import { presentPage } from '../present/present.ts';
import { notFound, valueOrRefuse } from '../problem-json.ts';

/** Runs of playbooks, what people answer them, and what playbooks would do. */
export function createRunHandlers({ store, actions }: ApiDeps): Handlers<keyof typeof runRoutes> {
  return {
    listRuns: async ({ query }) =>
      presentPage(await store.listRuns(toPageQuery(query)), presentRun),
    answerRun: async ({ params, body, who }) => {
      const { step_id: stepId, approved, reason } = body;
      const reply = { approved, reason };
      const id = toId('run', params.id);
      return presentRun(valueOrRefuse(await actions.answer(id, stepId, reply, who.name)));
    },
    repeatRun: async ({ params, body, who }) =>
      presentRun(
        valueOrRefuse(await actions.again(toId('run', params.id), body.step_id, who.name)),
      ),
    dryRunPlaybook: async ({ body }) => {
      const incident = await store.getIncident(toId('inc', body.incident_id));
      if (!incident) throw notFound('such incident');
      return plan(body, incident, actions.playbooks());
    },
  };
}

function plan(body: DryRunBody, incident: Incident, installed: readonly Playbook[]): DryRunView {
  const { playbook, problems } = parsePlaybook(body.text, 'playbook.yml');
  const unread = {
    code: 'playbook_syntax' as const,
    detail: 'It cannot be read.',
    retryable: false,
  };
  const read = valueOrRefuse(
    playbook ? { ok: true, value: playbook } : { ok: false, problem: problems[0] ?? unread },
  );
  const inputs = valueOrRefuse(fillInputs(read, (body.inputs ?? {}) as JsonObject));
  const order = { why: '', at: incident.lastAt, inputs, all: installed };
  const wanted = readWanted(read, incident);
  return {
    would_start: wanted.ok && wanted.value,
    runs: listRuns(read, incident, order).map((run) => {
      const found = planRun(run);
      const item = run.inputs['item'] ?? null;
      return {
        ...(item === null ? {} : { item }),
        planned: found.planned.map((one) => ({
          step_id: one.stepId,
          kind: one.kind,
          text: printPlanned(one),
        })),
        status: found.status,
        text: found.text,
        waited_s: Math.round(found.waitedMs / SECOND_MS),
      };
    }),
  };
}
