import {
  type ActionRecord,
  err,
  type Incident,
  type IncidentId,
  type JsonObject,
  type Playbook,
  parsePlaybook,
  printDuration,
  type Result,
  type Run,
  toRun,
} from '@cordon/core';
import { bindVerb, checkParams } from './calls.ts';
import { refuse } from './desk.ts';
import { isOver, type WalkDeps, walkRun } from './walk-run.ts';

/*
 * An action somebody asks for who may not decide: a playbook of one step that a person must approve. It
 * meets the same plan, guard, ledger and undo as any other.
 */

/** What is asked for. */
export interface Proposal {
  readonly incidentId: IncidentId;
  readonly verb: string;
  readonly params: JsonObject;
  readonly reason: string;
  readonly ttlMs?: number;
}

const PLAYBOOK = 'proposal';
/** As many wait for a person at once; more would only bury them. */
const MAX_OPEN = 10;
const OPEN: readonly Run['status'][] = ['queued', 'running', 'waiting'];
const PAGE = 200;

/** Puts an action to people: judged by the guard now, carried out only when one of them says yes. */
export async function propose(
  parts: WalkDeps,
  proposal: Proposal,
  actor: string,
): Promise<Result<ActionRecord>> {
  const { deps } = parts;
  const incident = await deps.store.getIncident(proposal.incidentId);
  if (!incident) return refuse('not_found', 'There is no such incident.');
  if (isOver(incident))
    return refuse('incident_closed', 'The incident is closed; reopen it first.');
  const binding = bindVerb(deps.connectors, proposal.verb);
  if (!binding.ok) return binding;
  const params = checkParams(binding.value, proposal.params);
  if (!params.ok) return params;
  const playbook = toPlaybook(proposal);
  if (!playbook.ok) return playbook;
  if ((await countOpen(parts)) >= MAX_OPEN) return tooMany();
  const run = toProposedRun(parts, playbook.value, { proposal, incident, actor });
  const { verb, reason } = proposal;
  await deps.store.saveActions({
    actions: [],
    run,
    audit: [
      {
        at: run.createdAt,
        actor,
        what: 'action_proposed',
        subject: run.id,
        data: { incident: incident.id, verb, params: proposal.params, reason },
      },
    ],
  });
  const walked = await walkRun(parts, run);
  const { items } = await deps.store.listActions({ runId: run.id, limit: 1 });
  const [action] = items;
  return action
    ? { ok: true, value: action }
    : refuse('bad_params', walked.run.log.at(-1)?.text ?? 'The action could not be planned.');
}

/** The values are given as facts, never as text of the playbook: nothing in them is an expression. */
function toPlaybook({ verb, params, ttlMs }: Proposal): Result<Playbook> {
  const text = JSON.stringify({
    playbook: PLAYBOOK,
    title: `Proposed: ${verb}`,
    steps: [
      {
        id: 'action',
        do: verb,
        with: Object.fromEntries(
          Object.keys(params).map((name) => [name, `\${{ item.params.${name} }}`]),
        ),
        ...(ttlMs === undefined ? {} : { for: printDuration(ttlMs) }),
        approve: { else: 'skip' },
        undo: 'auto',
        reason: `\${{ item.reason }}`,
      },
    ],
  });
  const { playbook, problems } = parsePlaybook(text, PLAYBOOK);
  const [problem] = problems;
  if (playbook) return { ok: true, value: playbook };
  return err(problem ?? { code: 'bad_params', detail: 'It cannot be planned.', retryable: false });
}

function toProposedRun(
  { deps }: WalkDeps,
  playbook: Playbook,
  of: { readonly proposal: Proposal; readonly incident: Incident; readonly actor: string },
): Run {
  const { proposal, incident, actor } = of;
  const at = deps.now();
  return toRun(playbook, incident, {
    item: { params: proposal.params, reason: proposal.reason },
    all: [],
    why: `Proposed by ${actor}.`,
    at,
    salt: `${actor} ${at}`,
    startedBy: actor,
  });
}

async function countOpen({ deps }: WalkDeps): Promise<number> {
  const { items } = await deps.store.listRuns({ status: OPEN, limit: PAGE });
  return items.filter(({ playbookId }) => playbookId === PLAYBOOK).length;
}

const tooMany = (): Result<never> =>
  err({
    code: 'proposals_throttled',
    detail: `${MAX_OPEN} proposals wait for a person already.`,
    hint: 'Wait until some of them were answered.',
    retryable: true,
  });
