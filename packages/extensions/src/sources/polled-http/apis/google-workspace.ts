import type { Manifest } from '../manifest.ts';

/** Reports of Google Workspace for one application (login, admin, drive, token …), by a service account. */
export const googleWorkspace: Manifest = {
  id: 'google-workspace',
  title: 'Google Workspace reports',
  baseUrl: 'https://admin.googleapis.com',
  method: 'GET',
  path: '/admin/reports/v1/activity/users/all/applications/{application}',
  parameters: { startTime: '{from}', endTime: '{to}', maxResults: '1000' },
  auth: {
    kind: 'oauth2',
    grant: 'jwt_bearer',
    tokenUrl: 'https://oauth2.googleapis.com/token',
    scope: 'https://www.googleapis.com/auth/admin.reports.audit.readonly',
  },
  cursor: { kind: 'token', at: ['nextPageToken'], parameter: 'pageToken' },
  items: ['items'],
  itemId: ['id', 'uniqueQualifier'],
  // Google names delays of minutes to hours; one hour is what login and admin need.
  overlapSeconds: 3_600,
  lagSeconds: 60,
  pollSeconds: 120,
};
