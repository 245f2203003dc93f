import type { Event } from '@cordon/core';
import {
  type Observed,
  type ObservedPage,
  type ObservedType,
  pageOfObserved,
} from '../observed.ts';
import type { Ask } from './hunt-read.ts';

/** Where the values lie: in a column of their own, or among the observables of the body. */
const LISTS: Readonly<Partial<Record<ObservedType, string>>> = { ip: 'ips', hostname: 'hosts' };
const OBSERVABLES = `list_transform(list_filter(
  from_json(json_extract(body, '$.observables'), '[{"type":"VARCHAR","value":"VARCHAR"}]'),
  lambda o: o.type = $type), lambda o: o.value)`;
/** Most bodies hold none of the type: reading them as JSON is what costs. */
const HOLDS = 'contains(CAST(body AS VARCHAR), $mark)';

/** A page of the values that the segments hold, with what waits. */
export async function readObserved(
  ask: Ask,
  page: ObservedPage,
  waiting: readonly Event[],
): Promise<readonly Observed[]> {
  const { type, fromAt, toAt, after, limit } = page;
  const column = LISTS[type];
  const inBody = column === undefined ? { type, mark: `"type":"${type}"` } : {};
  const beyond = after
    ? ' AND (value > $afterValue OR (value = $afterValue AND host > $afterHost))'
    : '';
  const rows = await ask({
    clause: {
      where: `time >= CAST($fromAt AS BIGINT) AND time <= CAST($toAt AS BIGINT)${column ? '' : ` AND ${HOLDS}`}`,
      values: {
        fromAt,
        toAt,
        ...inBody,
        ...(after ? { afterValue: after.value, afterHost: after.host } : {}),
      },
    },
    head: `SELECT value, host, min_by(record_offset, time) AS first FROM (SELECT unnest(${column ?? OBSERVABLES}) AS value, coalesce(device_hostname, '') AS host, record_offset, time`,
    tail: `) WHERE value IS NOT NULL${beyond} GROUP BY value, host ORDER BY value, host LIMIT CAST($limit AS BIGINT)`,
    limit,
  });
  const read = rows.map((row) => ({
    value: String(row['value']),
    host: String(row['host']),
    offset: Number(row['first']),
  }));
  return pageOfObserved(read, waiting, page);
}
