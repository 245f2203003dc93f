import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import type { Fact, Reading } from './reading.ts';

const ANSWER_MS = 10_000;

/** Where to, and by which token. */
export interface Receiver {
  readonly url: string;
  readonly token: string;
}

/** Attributes as OTLP has them in JSON. */
const toAttributes = (labels: Readonly<Record<string, string>>) =>
  Object.entries(labels).map(([key, value]) => ({ key, value: { stringValue: value } }));

/** Readings as an OTLP request. */
export function toMetrics(host: string, atMs: number, readings: readonly Reading[]): object {
  const timeUnixNano = `${Math.round(atMs)}000000`;
  const byName = new Map<string, object[]>();
  for (const { name, value, labels = {} } of readings) {
    const point = { timeUnixNano, asDouble: value, attributes: toAttributes(labels) };
    byName.set(name, [...(byName.get(name) ?? []), point]);
  }
  const metrics = [...byName].map(([name, dataPoints]) => ({ name, gauge: { dataPoints } }));
  const resource = { attributes: toAttributes({ 'host.name': host }) };
  return { resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] };
}

/** Facts as an OTLP request: each the text of a log record. */
export function toLogs(host: string, atMs: number, facts: readonly Fact[]): object {
  const logRecords = facts.map((fact) => ({
    timeUnixNano: `${Math.round(atMs)}000000`,
    body: { stringValue: JSON.stringify({ ...fact, time: Math.round(atMs), asset: host }) },
  }));
  const resource = { attributes: toAttributes({ 'host.name': host }) };
  return { resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] };
}

/** Sends one request; what went wrong in words, or undefined. Never throws. */
export function send(
  { url, token }: Receiver,
  path: string,
  body: object,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const to = new URL(path, url);
    const start = to.protocol === 'https:' ? requestTls : requestPlain;
    const request = start(
      to,
      {
        method: 'POST',
        timeout: ANSWER_MS,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      },
      (response) => {
        response.resume();
        const { statusCode = 0 } = response;
        response.once('end', () =>
          resolve(statusCode < 300 ? undefined : `${to.origin} answers with ${statusCode}`),
        );
        response.once('error', (error) => resolve(error.message));
      },
    );
    request.once('timeout', () => request.destroy(new Error('no answer within 10 s')));
    request.once('error', (error) => resolve(`${to.origin}: ${error.message}`));
    request.end(JSON.stringify(body));
  });
}
