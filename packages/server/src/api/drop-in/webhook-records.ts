/*
 * The body of a webhook as records: one for each thing that it tells. Lists are taken apart, and the
 * alerts of Alertmanager and Grafana and the events of Okta and of Kubernetes' audit, which come many in one; the rest is kept as it came.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { malformed } from '../body.ts';
import { bytesOf } from './drop-in.ts';
import { isObject, type JsonMembers, parseJson, textOf } from './json-text.ts';

/** Headers that say what the body is about, where the body itself does not. */
const EVENT_HEADERS: Readonly<Record<string, string>> = {
  'x-github-event': 'event',
  'x-gitea-event': 'event',
  'x-gitlab-event': 'event',
  'x-github-delivery': 'delivery',
  'x-gitlab-event-uuid': 'delivery',
  'x-gitlab-instance': 'instance',
  'webhook-id': 'delivery',
};
const MAX_HEADER_CHARS = 256;

/** Gives the records of a body; throws when it is no JSON. */
export function* readWebhook(
  body: Uint8Array,
  headers: IncomingHttpHeaders,
): Generator<Uint8Array> {
  const bytes = ofForm(body, headers);
  const value = parseJson(bytes);
  if (Array.isArray(value)) {
    for (const item of value) yield bytesOf(JSON.stringify(item));
    return;
  }
  if (!isObject(value)) throw malformed('The body is no JSON object or list; nothing was taken.');
  const alerts = alertsOf(value);
  if (alerts) {
    const { alerts: _, ...group } = value;
    for (const alert of alerts) yield bytesOf(JSON.stringify({ ...group, alert }));
    return;
  }
  const events = eventsOf(value) ?? itemsOf(value);
  if (events) {
    for (const event of events) yield bytesOf(JSON.stringify(event));
    return;
  }
  yield withHeaders(bytes, headers);
}

/** GitHub sends forms unless told otherwise: the JSON is in their one field. */
function ofForm(body: Uint8Array, headers: IncomingHttpHeaders): Uint8Array {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '');
  if (!isForm) return body;
  const payload = new URLSearchParams(Buffer.from(body).toString()).get('payload');
  return payload === null ? body : bytesOf(payload);
}

/** The alerts of a notification in the form of Alertmanager, which Grafana's is too. */
function alertsOf(value: JsonMembers): readonly JsonMembers[] | undefined {
  const { alerts, receiver, status } = value;
  const isGroup = typeof receiver === 'string' && typeof status === 'string';
  return isGroup && Array.isArray(alerts) && alerts.length > 0 && alerts.every(isObject)
    ? alerts
    : undefined;
}

/** The events of an event hook of Okta, each as the System Log has it. */
function eventsOf({ eventType, data }: JsonMembers): readonly JsonMembers[] | undefined {
  if (eventType !== 'com.okta.event_hook' || !isObject(data)) return undefined;
  const { events } = data;
  return Array.isArray(events) && events.length > 0 && events.every(isObject) ? events : undefined;
}

/** The events that the audit of Kubernetes sends in one. */
function itemsOf({ kind, items }: JsonMembers): readonly JsonMembers[] | undefined {
  const isList = kind === 'EventList' && Array.isArray(items);
  return isList && items.length > 0 && items.every(isObject) ? items : undefined;
}

/** What the sender calls the delivery; the same when it sends it again. */
export function deliveryOf(headers: IncomingHttpHeaders): string | undefined {
  const [header] = Object.entries(EVENT_HEADERS)
    .filter(([name, said]) => said === 'delivery' && headers[name])
    .map(([name]) => name);
  return header === undefined ? undefined : textOf(headers[header])?.slice(0, MAX_HEADER_CHARS);
}

function withHeaders(bytes: Uint8Array, headers: IncomingHttpHeaders): Uint8Array {
  const said = Object.entries(EVENT_HEADERS).flatMap(([header, name]) => {
    const value = textOf(headers[header]);
    return value === undefined ? [] : [[name, value.slice(0, MAX_HEADER_CHARS)] as const];
  });
  if (said.length === 0) return bytes.slice();
  const webhook = JSON.stringify(Object.fromEntries(said));
  return Buffer.concat([bytesOf(`{"webhook":${webhook},"body":`), bytes, bytesOf('}')]);
}
