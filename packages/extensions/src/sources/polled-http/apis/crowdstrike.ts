import type { Manifest } from '../manifest.ts';

/** Alerts of CrowdStrike Falcon, detections among them. `after` is the token of the next page. */
export const crowdstrikeAlerts: Manifest = {
  id: 'crowdstrike-alerts',
  title: 'CrowdStrike Falcon alerts',
  baseUrl: 'https://api.crowdstrike.com',
  method: 'POST',
  path: '/alerts/combined/alerts/v1',
  parameters: {
    filter: "created_timestamp:>='{from}'+created_timestamp:<'{to}'",
    sort: 'created_timestamp|asc',
  },
  auth: {
    kind: 'oauth2',
    grant: 'client_credentials',
    tokenUrl: '{base}/oauth2/token',
  },
  cursor: { kind: 'token', at: ['meta', 'pagination', 'after'], parameter: 'after' },
  items: ['resources'],
  itemId: ['composite_id'],
  overlapSeconds: 900,
  lagSeconds: 30,
  pollSeconds: 60,
};
