import type { Manifest } from '../manifest.ts';

const GRAPH = {
  baseUrl: 'https://graph.microsoft.com',
  method: 'GET' as const,
  auth: {
    kind: 'oauth2' as const,
    grant: 'client_credentials' as const,
    tokenUrl: 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token',
    scope: 'https://graph.microsoft.com/.default',
  },
  cursor: { kind: 'url' as const, at: ['@odata.nextLink'] },
  items: ['value'],
  itemId: ['id'],
  // Microsoft names up to 15 minutes of delay for these logs; a wide overlap costs requests, not records.
  overlapSeconds: 3_600,
  lagSeconds: 120,
  pollSeconds: 120,
};

/** Sign-ins of Microsoft Entra ID, by Graph. */
export const entraSignIns: Manifest = {
  ...GRAPH,
  id: 'entra-sign-ins',
  title: 'Microsoft Entra sign-ins',
  path: '/v1.0/auditLogs/signIns',
  parameters: {
    $filter: 'createdDateTime ge {from} and createdDateTime lt {to}',
    $orderby: 'createdDateTime asc',
    $top: '999',
  },
};

/** Changes in the directory of Microsoft Entra ID, by Graph. */
export const entraAudits: Manifest = {
  ...GRAPH,
  id: 'entra-audits',
  title: 'Microsoft Entra directory audits',
  path: '/v1.0/auditLogs/directoryAudits',
  parameters: {
    $filter: 'activityDateTime ge {from} and activityDateTime lt {to}',
    $orderby: 'activityDateTime asc',
    $top: '999',
  },
};
