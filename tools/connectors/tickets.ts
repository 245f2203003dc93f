/* Tickets, chat and pages, as their vendors document them. */

import type { Bench } from './bench.ts';
import { basic, carries, partOf, type Told, textOf, type Vendor } from './emulator.ts';

const NAME = 'bot@example.com';

function slack(): Vendor {
  const posted: string[] = [];
  return {
    proof: carries('Bearer the-secret'),
    // Slack refuses with 200 and a word.
    refusal: { status: 200, body: { ok: false, error: 'invalid_auth' } },
    routes: {
      'GET /api/auth.test': () => ({ status: 200, body: { ok: true } }),
      'POST /api/chat.postMessage': ({ body }) => {
        if (textOf(body, 'channel') !== 'C1')
          return { status: 200, body: { ok: false, error: 'channel_not_found' } };
        posted.push(textOf(body, 'text'));
        return { status: 200, body: { ok: true, ts: `${posted.length}` } };
      },
    },
  };
}

function pagerduty(): Vendor {
  const pages = new Map<string, string>();
  return {
    proof: () => true,
    refusal: { status: 400, body: {} },
    routes: {
      'POST /v2/enqueue': ({ body }) => {
        const summary = textOf(body, 'payload', 'summary');
        if (textOf(body, 'routing_key') !== 'the-secret' || summary === '')
          return {
            status: 400,
            body: { status: 'invalid event', message: 'Event object is invalid' },
          };
        const key = textOf(body, 'dedup_key');
        pages.set(key, summary);
        return { status: 202, body: { status: 'success', dedup_key: key } };
      },
    },
  };
}

interface Issue {
  readonly key: string;
  readonly fields: { readonly labels: readonly string[] };
}

function jira(): Vendor {
  const issues: Issue[] = [];
  const refuse = (status: number, message: string): Told => ({
    status,
    body: { errorMessages: [message], errors: {} },
  });
  return {
    proof: carries(basic(NAME, 'the-secret')),
    refusal: refuse(401, 'You are not authenticated.'),
    routes: {
      'GET /rest/api/3/myself': () => ({ status: 200, body: {} }),
      'GET /rest/api/3/search/jql': ({ query }) => {
        const label = /^labels = "([^"]*)"$/.exec(query.get('jql') ?? '')?.[1];
        if (label === undefined) return refuse(400, 'Error in the JQL Query');
        return {
          status: 200,
          body: { issues: issues.filter(({ fields }) => fields.labels.includes(label)) },
        };
      },
      'POST /rest/api/3/issue': ({ body }) => {
        if (
          textOf(body, 'fields', 'project', 'key') !== 'SEC' ||
          textOf(body, 'fields', 'description', 'type') !== 'doc'
        )
          return refuse(400, 'Field is required');
        const key = `SEC-${issues.length + 1}`;
        issues.push({ key, fields: partOf(body, 'fields') as Issue['fields'] });
        return { status: 201, body: { id: '1', key } };
      },
    },
  };
}

function servicenow(): Vendor {
  const rows: { sys_id: string; number: string; correlation_id: string }[] = [];
  return {
    proof: carries(basic(NAME, 'the-secret')),
    refusal: { status: 401, body: { error: { message: 'User Not Authenticated' } } },
    routes: {
      'GET /api/now/table/incident': ({ query }) => {
        const id = /^correlation_id=(.*)$/.exec(query.get('sysparm_query') ?? '')?.[1];
        return { status: 200, body: { result: rows.filter((row) => row.correlation_id === id) } };
      },
      'POST /api/now/table/incident': ({ body }) => {
        rows.push({
          sys_id: 's',
          number: `INC${rows.length}`,
          correlation_id: textOf(body, 'correlation_id'),
        });
        return { status: 201, body: { result: rows.at(-1) } };
      },
    },
  };
}

function thehive(): Vendor {
  const alerts = new Map<string, { readonly _id: string }>();
  return {
    proof: carries('Bearer the-secret'),
    refusal: {
      status: 401,
      body: { type: 'AuthenticationError', message: 'Authentication failure' },
    },
    isLook: (name) => name.endsWith('/query'),
    routes: {
      'GET /api/v1/user/current': () => ({ status: 200, body: {} }),
      'POST /api/v1/query': ({ body }) => {
        const isByReference = textOf(body, 'query', 1, '_field') === 'sourceRef';
        const found = isByReference ? alerts.get(textOf(body, 'query', 1, '_value')) : undefined;
        return { status: 200, body: found ? [found] : [] };
      },
      'POST /api/v1/alert': ({ body }) => {
        const reference = textOf(body, 'sourceRef');
        if (alerts.has(reference))
          return { status: 400, body: { type: 'CreateError', message: 'Alert already exist' } };
        alerts.set(reference, { _id: `~${alerts.size}` });
        return { status: 201, body: { _id: `~${alerts.size}` } };
      },
    },
  };
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: what looks like a hole in a value stays as it is.
const TEXT = { text: 'INC-7: a "quoted" <b>line</b>\nand ${{ secret }}' };
const TICKET = { title: 'INC-7', ...TEXT };

export const TICKETS: readonly Bench[] = [
  { id: 'slack', vendor: slack, config: { settings: { channel: 'C1' } }, params: TEXT },
  { id: 'pagerduty', vendor: pagerduty, config: {}, params: TEXT },
  {
    id: 'jira',
    vendor: jira,
    config: { user: NAME, settings: { site: 'x.atlassian.net', project: 'SEC', type: 'Task' } },
    params: TICKET,
  },
  {
    id: 'servicenow',
    vendor: servicenow,
    config: { user: NAME, settings: { instance: 'x.service-now.com' } },
    params: TICKET,
  },
  { id: 'thehive', vendor: thehive, config: { settings: { host: 'hive' } }, params: TICKET },
];
