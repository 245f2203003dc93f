import { crowdstrikeAlerts } from './apis/crowdstrike.ts';
import { entraAudits, entraSignIns } from './apis/entra.ts';
import { githubAudit } from './apis/github.ts';
import { googleWorkspace } from './apis/google-workspace.ts';
import { oktaSystemLog } from './apis/okta.ts';
import type { Manifest } from './manifest.ts';

/** The APIs that are known by name. */
export const MANIFESTS: readonly Manifest[] = [
  crowdstrikeAlerts,
  entraAudits,
  entraSignIns,
  githubAudit,
  googleWorkspace,
  oktaSystemLog,
];
