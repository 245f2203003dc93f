import type { DryRunBody, DryRunView, runRoutes } from '@cordon/contract';
import {
  fillInputs,
  type Incident,
  type JsonObject,
  listRuns,
  type Planned,
  parsePlaybook,
  planRun,
  printPlanned,
  type Run,
  readWanted,
  SECOND_MS,
} from '@cordon/core';
import type { ActionDesk } from '../../ports.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import { toId, toPageQuery } from '../page.ts';
import { presentGuard, presentRun } from '../present/action.ts';
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
      return plan(body, incident, actions);
    },
  };
}

async function plan(
  body: DryRunBody,
  incident: Incident,
  actions: Pick<ActionDesk, 'playbooks' | 'preview'>,
): Promise<DryRunView> {
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
  const order = { why: '', at: incident.lastAt, inputs, all: actions.playbooks() };
  const wanted = readWanted(read, incident);
  const runs: DryRunView['runs'] = [];
  for (const run of listRuns(read, incident, order)) runs.push(await planOne(run, actions));
  return { would_start: wanted.ok && wanted.value, runs };
}

async function planOne(
  run: Run,
  actions: Pick<ActionDesk, 'preview'>,
): Promise<DryRunView['runs'][number]> {
  const found = planRun(run);
  const item = run.inputs['item'] ?? null;
  const planned: DryRunView['runs'][number]['planned'] = [];
  for (const one of found.planned) planned.push(await presentPlanned(run, one, actions));
  return {
    ...(item === null ? {} : { item }),
    planned,
    status: found.status,
    text: found.text,
    waited_s: Math.round(found.waitedMs / SECOND_MS),
  };
}

/** A step with what the guard would say of it; people's questions meet no guard. */
async function presentPlanned(
  run: Run,
  one: Planned,
  { preview }: Pick<ActionDesk, 'preview'>,
): Promise<DryRunView['runs'][number]['planned'][number]> {
  const told = { step_id: one.stepId, kind: one.kind, text: printPlanned(one) };
  if (one.kind !== 'act') return told;
  const action = await preview(run, one);
  if (!action.ok) return { ...told, missing: action.problem.detail };
  return { ...told, guard: presentGuard(action.value.guard) };
}
