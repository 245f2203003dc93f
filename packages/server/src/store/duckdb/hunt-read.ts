import type { Event, Logsource } from '@cordon/core';
import { toEpochMs } from '@cordon/core';
import type { HuntBar, HuntPage, HuntScope, HuntTop, HuntValue, SeenLogsource } from '../hunt.ts';
import { addBars, addSeen, addValues, pageOfEvents } from '../hunt-fold.ts';
import { toFieldList, toHuntWhere } from './hunt-sql.ts';
import type { Question, select } from './select.ts';

/*
 * The questions of a hunt to the Parquet segments. Each is given the events that are in no file yet
 * and adds them to what the files hold. An offset that stands in two files counts once.
 */

/** Asks the segments, whoever keeps them. */
export type Ask = (question: Question) => ReturnType<typeof select>;

/** More values than anybody looks at; what is past them is not added up with what waits. */
const TOP_READ = 1_000;

export async function findHunted(
  ask: Ask,
  page: HuntPage,
  waiting: readonly Event[],
): Promise<readonly Event[]> {
  const { where, values } = toHuntWhere(page);
  const { after, order, limit } = page;
  const way = order === 'newest' ? { beyond: '<', by: 'DESC' } : { beyond: '>', by: 'ASC' };
  const rest = after
    ? ` AND (time ${way.beyond} CAST($afterTime AS BIGINT) OR (time = CAST($afterTime AS BIGINT) AND record_offset ${way.beyond} CAST($afterOffset AS BIGINT)))`
    : '';
  const from = after ? { afterTime: after.time, afterOffset: after.offset } : {};
  const found = await ask({
    clause: { where: `${where}${rest}`, values: { ...values, ...from } },
    head: 'SELECT record_offset, any_value(time) AS time',
    tail: `GROUP BY record_offset ORDER BY any_value(time) ${way.by}, record_offset ${way.by} LIMIT CAST($limit AS BIGINT)`,
    limit,
  });
  return pageOfEvents([...(await readBodies(ask, found)), ...waiting], page);
}

/** The events themselves, once it is known which: nothing else of the long column is read. */
async function readBodies(
  ask: Ask,
  found: readonly Record<string, unknown>[],
): Promise<readonly Event[]> {
  if (found.length === 0) return [];
  const offsets = found.map((row) => Number(row['record_offset']));
  const times = found.map((row) => Number(row['time']));
  const fromTime = times.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY);
  const toTime = times.reduce((most, time) => Math.max(most, time), 0);
  const rows = await ask({
    clause: {
      where:
        'time >= CAST($fromTime AS BIGINT) AND time <= CAST($toTime AS BIGINT) AND record_offset IN (SELECT unnest(CAST(CAST($offsets AS JSON) AS BIGINT[])))',
      values: { fromTime, toTime, offsets: JSON.stringify(offsets) },
    },
    mayHold: ({ first, last }) => offsets.some((offset) => offset >= first && offset <= last),
    head: 'SELECT any_value(body) AS body',
    tail: 'GROUP BY record_offset',
  });
  return rows.map((row) => JSON.parse(String(row['body'])) as Event);
}

export async function readBars(
  ask: Ask,
  { bucketMs, ...scope }: HuntScope & { readonly bucketMs: number },
  waiting: readonly Event[],
): Promise<readonly HuntBar[]> {
  const { where, values } = toHuntWhere(scope);
  const rows = await ask({
    clause: { where, values: { ...values, bucket: bucketMs } },
    head: 'SELECT time // CAST($bucket AS BIGINT) AS bar, count(DISTINCT record_offset) AS n',
    tail: 'GROUP BY bar ORDER BY bar',
  });
  const written = rows.map((row) => ({
    at: toEpochMs(Number(row['bar']) * bucketMs),
    count: Number(row['n']),
  }));
  return addBars(written, waiting, bucketMs);
}

export async function readTop(
  ask: Ask,
  top: HuntTop,
  waiting: readonly Event[],
): Promise<readonly HuntValue[]> {
  const { where, values } = toHuntWhere(top);
  const { list, values: given } = toFieldList(top.field);
  const rows = await ask({
    clause: { where, values: { ...values, ...given } },
    head: `SELECT value, count(DISTINCT record_offset) AS n FROM (SELECT unnest(${list}) AS value, record_offset`,
    tail: ') WHERE value IS NOT NULL GROUP BY value ORDER BY n DESC, value LIMIT CAST($limit AS BIGINT)',
    limit: TOP_READ,
  });
  const written = rows.map((row) => ({ value: String(row['value']), count: Number(row['n']) }));
  return addValues(written, waiting, top);
}

export async function readSeen(
  ask: Ask,
  scope: HuntScope,
  waiting: readonly Event[],
): Promise<readonly SeenLogsource[]> {
  const rows = await ask({
    clause: toHuntWhere(scope),
    head: "SELECT CAST(json_extract(body, '/provenance/logsource') AS VARCHAR) AS logsource, class_uid, count(DISTINCT record_offset) AS n, max(time) AS last",
    tail: 'GROUP BY logsource, class_uid ORDER BY n DESC LIMIT CAST($limit AS BIGINT)',
    limit: TOP_READ,
  });
  const written = rows.map((row) => ({
    logsource: JSON.parse(String(row['logsource'])) as Logsource,
    classUid: Number(row['class_uid']),
    count: Number(row['n']),
    lastAt: toEpochMs(Number(row['last'])),
  }));
  return addSeen(written, waiting);
}
