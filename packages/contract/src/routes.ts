import { accountRoutes } from './account.ts';
import { actionRoutes } from './action.ts';
import { alertRoutes } from './alert.ts';
import { auditRoutes } from './audit.ts';
import { automationRoutes } from './automation.ts';
import { closingRoutes } from './closing.ts';
import { connectorRoutes } from './connector.ts';
import { contentRoutes } from './content.ts';
import { demoRoutes } from './demo.ts';
import { diagnosisRoutes } from './diagnosis.ts';
import { entityRoutes } from './entity.ts';
import { huntRoutes } from './hunt.ts';
import { incidentRoutes } from './incident.ts';
import { incidentFileRoutes } from './incident-file.ts';
import { intelRoutes } from './intel.ts';
import { narrationRoutes } from './narration.ts';
import { onCallRoutes } from './on-call.ts';
import { overviewRoutes } from './overview.ts';
import { playbookRoutes } from './playbook.ts';
import { recordRoutes } from './record.ts';
import { reportRoutes } from './report.ts';
import { roomRoutes } from './room-routes.ts';
import { rootCauseRoutes } from './root-cause.ts';
import { ruleRoutes } from './rule.ts';
import { runRoutes } from './run.ts';
import { sessionRoutes } from './session.ts';
import { sourceRoutes } from './source.ts';
import { systemRoutes } from './system.ts';

/** Every route that takes and gives JSON, by operation id. */
export const routes = {
  ...sessionRoutes,
  ...accountRoutes,
  ...overviewRoutes,
  ...incidentRoutes,
  ...incidentFileRoutes,
  ...narrationRoutes,
  ...alertRoutes,
  ...closingRoutes,
  ...entityRoutes,
  ...recordRoutes,
  ...sourceRoutes,
  ...contentRoutes,
  ...ruleRoutes,
  ...reportRoutes,
  ...huntRoutes,
  ...intelRoutes,
  ...actionRoutes,
  ...automationRoutes,
  ...connectorRoutes,
  ...playbookRoutes,
  ...runRoutes,
  ...onCallRoutes,
  ...roomRoutes,
  ...auditRoutes,
  ...demoRoutes,
  ...diagnosisRoutes,
  ...systemRoutes,
  ...rootCauseRoutes,
};
export type Routes = typeof routes;
export type OperationId = keyof Routes;
