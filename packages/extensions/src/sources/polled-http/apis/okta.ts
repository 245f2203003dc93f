import type { Manifest } from '../manifest.ts';

/** Okta System Log: bounded windows, pages by the Link header. */
export const oktaSystemLog: Manifest = {
  id: 'okta-system-log',
  title: 'Okta System Log',
  baseUrl: 'https://{domain}',
  method: 'GET',
  path: '/api/v1/logs',
  parameters: { since: '{from}', until: '{to}', sortOrder: 'ASCENDING', limit: '1000' },
  auth: { kind: 'bearer', scheme: 'SSWS' },
  cursor: { kind: 'link' },
  items: [],
  itemId: ['uuid'],
  overlapSeconds: 600,
  lagSeconds: 10,
  pollSeconds: 30,
};
