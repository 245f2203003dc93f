import type { Manifest } from '../manifest.ts';

/** Audit log of a GitHub organisation, with Git events. */
export const githubAudit: Manifest = {
  id: 'github-audit',
  title: 'GitHub audit log',
  baseUrl: 'https://api.github.com',
  method: 'GET',
  path: '/orgs/{organisation}/audit-log',
  parameters: {
    include: 'all',
    order: 'asc',
    per_page: '100',
    phrase: 'created:{from}..{to}',
  },
  headers: { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' },
  auth: { kind: 'bearer' },
  cursor: { kind: 'link' },
  items: [],
  itemId: ['_document_id'],
  overlapSeconds: 600,
  lagSeconds: 30,
  pollSeconds: 60,
};
