/* Endpoint control and firewalls, as their vendors document them. */

import type { Bench } from './bench.ts';
import {
  type Asked,
  BEARER,
  basic,
  carries,
  TOKEN,
  type Told,
  textOf,
  type Vendor,
} from './emulator.ts';

/** The text of one quoted value after a prefix; undefined when the filter has any other form. */
const quoted = (filter: string | null, form: RegExp): string | undefined =>
  form.exec(filter ?? '')?.[1];

function crowdstrike(): Vendor {
  const device = { device_id: 'a1', hostname: 'web-1', status: 'normal' };
  const wrap = (resources: readonly unknown[], status = 200): Told => ({
    status,
    body: { meta: {}, resources, errors: [] },
  });
  const refuse = (status: number, message: string): Told => ({
    status,
    body: { meta: {}, resources: [], errors: [{ code: status, message }] },
  });
  return {
    proof: BEARER,
    refusal: refuse(401, 'access denied, invalid bearer token'),
    routes: {
      'POST /oauth2/token': () => ({ ...TOKEN, status: 201 }),
      'GET /devices/queries/devices/v1': ({ query }) => {
        const name = quoted(query.get('filter'), /^hostname:\['((?:[^'\\]|\\.)*)'\]$/);
        return query.has('filter') && name === undefined
          ? refuse(400, 'invalid filter')
          : wrap(name === device.hostname ? [device.device_id] : []);
      },
      'GET /devices/entities/devices/v2': ({ query }) =>
        wrap(query.get('ids') === device.device_id ? [device] : []),
      'POST /devices/entities/devices-actions/v2': ({ query, body }) => {
        if (textOf(body, 'ids', 0) !== device.device_id) return refuse(404, 'Device not found');
        const isContain = query.get('action_name') === 'contain';
        if (isContain !== (device.status === 'normal'))
          return refuse(409, 'The device is in another state');
        device.status = isContain ? 'contained' : 'normal';
        return wrap([{ id: device.device_id }], 202);
      },
    },
  };
}

function sentinelone(): Vendor {
  const agent = { id: '9', computerName: 'web-1', networkStatus: 'connected' };
  const move =
    (to: string) =>
    ({ body }: Asked): Told => {
      const isIt = textOf(body, 'filter', 'ids', 0) === agent.id;
      if (isIt) agent.networkStatus = to;
      return { status: 200, body: { data: { affected: isIt ? 1 : 0 } } };
    };
  return {
    proof: carries('ApiToken the-secret'),
    refusal: { status: 401, body: { errors: [{ title: 'Authentication Failed' }] } },
    routes: {
      'GET /web/api/v2.1/agents/count': () => ({ status: 200, body: { data: { total: 1 } } }),
      'GET /web/api/v2.1/agents': ({ query }) => ({
        status: 200,
        body: { data: query.get('computerName') === agent.computerName ? [agent] : [] },
      }),
      'POST /web/api/v2.1/agents/actions/disconnect': move('disconnected'),
      'POST /web/api/v2.1/agents/actions/connect': move('connected'),
    },
  };
}

function defender(): Vendor {
  const machine = { id: '1e5b', computerDnsName: 'web-1' };
  const actions: { type: string; status: string; creationDateTimeUtc: string }[] = [];
  const list = (value: readonly unknown[]): Told => ({ status: 200, body: { value } });
  const refuse = (status: number, message: string): Told => ({
    status,
    body: { error: { code: 'BadRequest', message } },
  });
  const order =
    (type: string) =>
    ({ at, body }: Asked): Told => {
      if (at['id'] !== machine.id) return refuse(404, 'Machine was not found');
      if (textOf(body, 'Comment') === '') return refuse(400, 'Comment is required');
      const n = String(actions.length).padStart(7, '0');
      const creationDateTimeUtc = `2026-01-01T00:00:00.${n}Z`;
      actions.unshift({ type, status: 'Succeeded', creationDateTimeUtc });
      return { status: 201, body: actions[0] };
    };
  return {
    proof: BEARER,
    refusal: refuse(401, 'Unauthorized'),
    routes: {
      'POST /token': () => TOKEN,
      'GET /api/machines': ({ query }) => {
        const filter = query.get('$filter');
        const name = quoted(filter, /^computerDnsName eq '((?:[^']|'')*)'$/);
        if (filter !== null && name === undefined) return refuse(400, 'Invalid filter');
        return list(name === machine.computerDnsName ? [machine] : []);
      },
      'GET /api/machineactions': ({ query }) =>
        list(
          quoted(query.get('$filter'), /^machineId eq '([^']*)'$/) === machine.id ? actions : [],
        ),
      'POST /api/machines/{id}/isolate': order('Isolate'),
      'POST /api/machines/{id}/unisolate': order('Unisolate'),
    },
  };
}

interface Rule {
  readonly id: string;
  readonly mode: string;
  readonly notes: string;
  readonly configuration: { readonly target: string; readonly value: string };
}

function cloudflare(): Vendor {
  const rules: Rule[] = [];
  const told = (result: unknown): Told => ({
    status: 200,
    body: { success: true, errors: [], result },
  });
  const refuse = (status: number, message: string): Told => ({
    status,
    body: { success: false, errors: [{ code: 10_009, message }], result: null },
  });
  const at = '/accounts/acc/firewall/access_rules/rules';
  return {
    proof: carries('Bearer the-secret'),
    refusal: refuse(403, 'Authentication error'),
    routes: {
      'GET /user/tokens/verify': () => told({ status: 'active' }),
      [`GET ${at}`]: ({ query }) =>
        told(
          rules.filter(
            ({ mode, configuration: { target, value } }) =>
              mode === query.get('mode') &&
              target === query.get('configuration.target') &&
              value === query.get('configuration.value'),
          ),
        ),
      [`POST ${at}`]: ({ body }) => {
        const { mode, notes, configuration } = body as Rule;
        if (rules.some((rule) => rule.configuration.value === configuration.value))
          return refuse(400, 'firewallaccessrules.api.duplicate_of_existing');
        rules.push({ id: `r${rules.length}`, mode, notes, configuration });
        return told(rules.at(-1));
      },
      [`DELETE ${at}/{id}`]: ({ at: { id } }) => {
        const index = rules.findIndex((rule) => rule.id === id);
        return index < 0 ? refuse(404, 'not found') : told(rules.splice(index, 1)[0]);
      },
    },
  };
}

function opnsense(): Vendor {
  const held = new Set<string>();
  return {
    proof: carries(basic('key', 'the-secret')),
    refusal: { status: 401, body: { status: 401, message: 'Authentication Failed' } },
    routes: {
      'GET /api/core/firmware/running': () => ({ status: 200, body: { status: 'ready' } }),
      'GET /api/firewall/alias_util/list/{alias}': ({ at }) => {
        const rows = at['alias'] === 'cordon' ? [...held].map((ip) => ({ ip })) : [];
        return {
          status: 200,
          body: { total: rows.length, rowCount: rows.length, current: 1, rows },
        };
      },
      'POST /api/firewall/alias_util/add/{alias}': ({ body }) => {
        held.add(textOf(body, 'address'));
        return { status: 200, body: { status: 'done' } };
      },
      'POST /api/firewall/alias_util/delete/{alias}': ({ body }) => {
        held.delete(textOf(body, 'address'));
        return { status: 200, body: { status: 'done' } };
      },
    },
  };
}

const HOST = { host: 'web-1' };
const NO_HOST = { host: 'web-99' };

export const ENDPOINT: readonly Bench[] = [
  {
    id: 'crowdstrike',
    vendor: crowdstrike,
    config: { client_id: 'c' },
    params: HOST,
    unknown: NO_HOST,
  },
  {
    id: 'sentinelone',
    vendor: sentinelone,
    config: { settings: { console: 'x.sentinelone.net' } },
    params: HOST,
    unknown: NO_HOST,
  },
  {
    id: 'defender-endpoint',
    vendor: defender,
    config: { settings: { tenant: 't' }, client_id: 'c' },
    params: HOST,
    unknown: NO_HOST,
  },
  {
    id: 'cloudflare',
    vendor: cloudflare,
    config: { settings: { account: 'acc' } },
    params: { ip: '203.0.113.7' },
  },
  {
    id: 'opnsense',
    vendor: opnsense,
    config: { user: 'key', settings: { host: 'fw', alias: 'cordon' } },
    params: { ip: '2001:db8::7' },
  },
];
