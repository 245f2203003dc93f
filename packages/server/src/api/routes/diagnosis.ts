import type { DiagnosisView, diagnosisRoutes } from '@cordon/contract';
import { describeTest, parseTarget } from '@cordon/core';
import {
  DiagnosisDesk,
  type DiagnosisJob,
  THROTTLE_WAIT_S,
} from '../../diagnose/diagnosis-desk.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import { compact, presentProblem, toTime } from '../present/present.ts';
import { notFound, refuse } from '../problem-json.ts';

/** Finding out why something cannot be reached. */
export function createDiagnosisHandlers({
  store,
  now,
}: Pick<ApiDeps, 'store' | 'now'>): Handlers<keyof typeof diagnosisRoutes> {
  const desk = new DiagnosisDesk({ state: store, now });
  return {
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

function presentDiagnosis(job: DiagnosisJob): DiagnosisView {
  const { diagnosis, asking } = job;
  const steps: DiagnosisView['steps'] = job.facts.map(({ test, result, missing }) => ({
    kind: test.kind,
    text: describeTest(test),
    ...(result === undefined
      ? { status: 'missing', missing: missing ?? '' }
      : { status: 'told', told: result }),
  }));
  if (asking) steps.push({ kind: asking.kind, text: describeTest(asking), status: 'running' });
  return compact({
    id: job.id,
    by: job.by,
    started_at: toTime(job.startedAt),
    target: { ...job.target },
    status: job.status,
    steps,
    outcome: diagnosis?.outcome,
    faults: (diagnosis?.faults ?? []).map((one) => ({ ...one, evidence: [...one.evidence] })),
    passed: (diagnosis?.passed ?? []).map((one) => ({ ...one })),
    problem: job.problem && presentProblem(job.problem),
  });
}
