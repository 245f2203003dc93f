import type { DiagnosisSummary, DiagnosisView, diagnosisRoutes } from '@cordon/contract';
import { describeTest, type Fact, parseTarget, tellFact } from '@cordon/core';
import { type DiagnosisJob, THROTTLE_WAIT_S } from '../../diagnose/diagnosis-desk.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import { compact, presentProblem, toTime } from '../present/present.ts';
import { notFound, refuse } from '../problem-json.ts';

/** Finding out why something cannot be reached. */
export function createDiagnosisHandlers({
  store,
  doctor: desk,
  now,
}: Pick<ApiDeps, 'store' | 'doctor' | 'now'>): Handlers<keyof typeof diagnosisRoutes> {
  return {
    listDiagnoses: async () => ({ items: desk.list().map(summarise) }),
    startDiagnosis: async ({ body, who }) => {
      const target = parseTarget(body.target, body.service);
      if (!target.ok) throw refuse(400, target.problem);
      const started = desk.start(target.value, who.name);
      if (!started.ok) throw refuse(429, started.problem, { retryAfterS: THROTTLE_WAIT_S });
      const { host, port, service } = target.value;
      await store.audit({
        at: now(),
        actor: who.name,
        what: 'diagnosis_started',
        subject: started.value.id,
        data: { host, port, service },
      });
      return presentDiagnosis(started.value);
    },
    getDiagnosis: async ({ params }) => {
      const job = desk.get(params.id);
      if (!job) throw notFound('such diagnosis');
      return presentDiagnosis(job);
    },
  };
}

export const summarise = ({ diagnosis, ...job }: DiagnosisJob): DiagnosisSummary =>
  compact({
    id: job.id,
    by: job.by,
    started_at: toTime(job.startedAt),
    target: { ...job.target },
    status: job.status,
    outcome: diagnosis?.outcome,
  });

function presentDiagnosis(job: DiagnosisJob): DiagnosisView {
  const { diagnosis, asking } = job;
  const steps = job.facts.map(presentFact);
  if (asking) steps.push({ kind: asking.kind, text: describeTest(asking), status: 'running' });
  return compact({
    ...summarise(job),
    steps,
    faults: (diagnosis?.faults ?? []).map(({ actionId, evidence, ...fault }) =>
      compact({ ...fault, evidence: [...evidence], action_id: actionId }),
    ),
    passed: (diagnosis?.passed ?? []).map((one) => ({ ...one })),
    problem: job.problem && presentProblem(job.problem),
  });
}

function presentFact(fact: Fact): DiagnosisView['steps'][number] {
  const { text, rulesOut } = tellFact(fact);
  const { result } = fact;
  return compact({
    kind: fact.test.kind,
    text: describeTest(fact.test),
    ...(result === undefined
      ? { status: 'missing' as const }
      : { status: 'told' as const, told: result }),
    answer: text,
    rules_out: rulesOut,
  });
}
